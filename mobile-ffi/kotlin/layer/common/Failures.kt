package com.floorwalk

import java.net.ConnectException
import java.net.NoRouteToHostException
import java.net.UnknownHostException
import java.net.UnknownServiceException
import javax.net.ssl.SSLHandshakeException
import javax.net.ssl.SSLPeerUnverifiedException
import uniffi.mobile_ffi.HttpFailure

/** Why a request failed, as the client wants to know it: has it left, or not. When in doubt it may have. */
fun Throwable.asHttpFailure(): HttpFailure = when (this) {
    is ConnectException, is NoRouteToHostException, is UnknownHostException -> HttpFailure.UNREACHABLE
    // Android says so when an app may not send in clear.
    is UnknownServiceException -> HttpFailure.UNREACHABLE
    is SSLHandshakeException, is SSLPeerUnverifiedException -> HttpFailure.CERTIFICATE
    else -> HttpFailure.INTERRUPTED
}

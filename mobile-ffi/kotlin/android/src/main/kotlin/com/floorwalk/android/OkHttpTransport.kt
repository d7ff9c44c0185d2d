package com.floorwalk.android

import com.floorwalk.asHttpFailure
import java.io.IOException
import java.util.concurrent.TimeUnit.MILLISECONDS
import okhttp3.Authenticator
import okhttp3.Call
import okhttp3.Callback
import okhttp3.CookieJar
import okhttp3.MediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody
import okhttp3.Response
import okio.BufferedSink
import uniffi.mobile_ffi.HttpCall
import uniffi.mobile_ffi.HttpHeader
import uniffi.mobile_ffi.HttpRequest
import uniffi.mobile_ffi.HttpResponse
import uniffi.mobile_ffi.HttpTransport

/**
 * The phone's own network stack: its proxies, its certificates, its radio. [client] is the app's, so that connections
 * are shared; what the app's client does by itself (redirects, logins, cookies, a cache, interceptors) is switched off here.
 */
class OkHttpTransport(client: OkHttpClient = OkHttpClient()) : HttpTransport {
    private val client = client.newBuilder()
        .followRedirects(false)
        .followSslRedirects(false)
        .retryOnConnectionFailure(false)
        .authenticator(Authenticator.NONE)
        .cookieJar(CookieJar.NO_COOKIES)
        .cache(null)
        .apply {
            // One that logs would write down what people noted, and the device's assertion.
            interceptors().clear()
            networkInterceptors().clear()
        }
        .build()

    override fun start(request: HttpRequest, response: HttpResponse): HttpCall {
        val silence = request.silenceMs.toLong()
        val patient = client.newBuilder()
            // The live stream has no end, so no call has a time.
            .callTimeout(0, MILLISECONDS)
            .readTimeout(silence, MILLISECONDS)
            .writeTimeout(silence, MILLISECONDS)
            .build()
        val call = patient.newCall(request.toOkHttp())
        call.enqueue(Answer(response))
        return object : HttpCall {
            override fun cancel() = call.cancel()
        }
    }
}

private fun HttpRequest.toOkHttp(): Request {
    val builder = Request.Builder().url(url)
    // OkHttp would ask for gzip by itself and unpack it; a header that is there already keeps it from that.
    builder.header("accept-encoding", "identity")
    // With the library's `user-agent` among them: OkHttp adds its own only where there is none.
    headers.forEach { builder.header(it.name, it.value) }
    return builder.method(method, if (method == "GET") null else OneShotBody(body)).build()
}

/** A body that is never sent twice, not even when a server asks for that with a `Retry-After` of zero. */
private class OneShotBody(private val bytes: ByteArray) : RequestBody() {
    override fun contentType(): MediaType? = null

    override fun contentLength(): Long = bytes.size.toLong()

    override fun isOneShot(): Boolean = true

    override fun writeTo(sink: BufferedSink) {
        sink.write(bytes)
    }
}

/** Hands on each piece when it arrives. Runs on a thread of OkHttp's. */
private class Answer(private val told: HttpResponse) : Callback {
    override fun onFailure(call: Call, e: IOException) = told.use { it.failed(e.asHttpFailure()) }

    override fun onResponse(call: Call, response: Response) = told.use {
        try {
            response.use(::tell)
        } catch (error: IOException) {
            told.failed(error.asHttpFailure())
        }
    }

    private fun tell(response: Response) {
        told.head(response.code.toUShort(), response.headers.map { (name, value) -> HttpHeader(name, value) })
        val source = response.body!!.source()
        val piece = ByteArray(PIECE)
        while (true) {
            val size = source.read(piece)
            if (size < 0) return told.finished()
            // False when nobody waits any more.
            if (!told.body(piece.copyOf(size))) return
        }
    }

    private companion object {
        const val PIECE = 32 * 1024
    }
}

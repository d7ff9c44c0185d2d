package com.floorwalk.android

import android.content.Context
import android.net.ConnectivityManager
import android.net.Network
import uniffi.mobile_ffi.Client
import uniffi.mobile_ffi.ClientException

/** Tells the client when the phone has a network and when it has none, so that no sync waits for a clock. */
class NetworkWatch(context: Context, private val client: Client) : AutoCloseable {
    private val connectivity = context.getSystemService(ConnectivityManager::class.java)

    private val callback = object : ConnectivityManager.NetworkCallback() {
        override fun onAvailable(network: Network) = tell { networkReturned() }

        override fun onLost(network: Network) = tell { networkLost() }
    }

    init {
        connectivity.registerDefaultNetworkCallback(callback)
    }

    override fun close() = connectivity.unregisterNetworkCallback(callback)

    /** A client that sleeps, or that nobody has enrolled, looks for itself when it wakes. */
    private fun tell(what: Client.() -> Unit) {
        try {
            client.what()
        } catch (_: ClientException.Asleep) {
            return
        } catch (_: ClientException.NotEnrolled) {
            return
        }
    }
}

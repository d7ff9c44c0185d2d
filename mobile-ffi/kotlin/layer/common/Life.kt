package com.floorwalk

import uniffi.mobile_ffi.Client

/**
 * Runs [block] with this client, and then ends the client.
 *
 * `use {}` frees a client too, but only once the last call that is under way has returned. This one closes the files first,
 * and every call after that fails with `Asleep`. Not for the main thread: it waits for calls that write.
 */
inline fun <Answer> Client.useAndShutDown(block: (Client) -> Answer): Answer =
    use { client ->
        try {
            block(client)
        } finally {
            client.shutdown()
        }
    }

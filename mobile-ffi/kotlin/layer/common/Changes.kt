package com.floorwalk

import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.flow
import uniffi.mobile_ffi.ClientEvent
import uniffi.mobile_ffi.ClientInterface
import uniffi.mobile_ffi.Observer

/**
 * Every change, for as long as the flow is collected. Each is on disk before it is told.
 *
 * The first event is always [ClientEvent.Everything]: whoever reads when told reads what was there before, too, and
 * nothing is missed between the first look and the first change.
 *
 * A slow collector holds nobody up. What waits for it is kept once; when too much waits, one
 * [ClientEvent.Everything] stands for all of it.
 *
 * The flow does not end by itself, not even when the client is shut down: it ends with the coroutine that collects it.
 */
fun ClientInterface.changes(): Flow<ClientEvent> = flow {
    val waiting = WaitingEvents()
    val signs = callbackFlow {
        val observation = observe(object : Observer {
            override fun changed(event: ClientEvent) {
                waiting.add(event)
                trySend(Unit)
            }
        })
        waiting.add(ClientEvent.Everything)
        trySend(Unit)
        awaitClose {
            observation.cancel()
            observation.close()
        }
    }
    signs.conflate().collect { waiting.take().forEach { emit(it) } }
}

/** Events that nobody has taken yet. A document that changes ten times meanwhile is read once. */
internal class WaitingEvents(private val most: Int = MOST_EVENTS) {
    private val events = LinkedHashSet<ClientEvent>()

    @Synchronized
    fun add(event: ClientEvent) {
        if (ClientEvent.Everything in events && event is ClientEvent.DocumentChanged) return
        events += event
        if (events.size > most) {
            // Not a change of a document, but what happened to the client: it is still told.
            events.removeAll { it is ClientEvent.DocumentChanged }
            events += ClientEvent.Everything
        }
    }

    @Synchronized
    fun take(): List<ClientEvent> = events.toList().also { events.clear() }

    private companion object {
        const val MOST_EVENTS = 256
    }
}

package com.floorwalk.suite

import com.floorwalk.WaitingEvents
import com.floorwalk.changes
import com.floorwalk.noteStop
import com.floorwalk.typeNotes
import com.floorwalk.typed
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNotEquals
import kotlin.test.assertTrue
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.receiveAsFlow
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout
import uniffi.mobile_ffi.ClientEvent
import uniffi.mobile_ffi.ClientInterface
import uniffi.mobile_ffi.Observation
import uniffi.mobile_ffi.Observer

object ChangesStories : Stories() {
    init {
        story("a screen hears of everything first, and then of each change") {
            val phone = phone(Stand.leader)
            val walk = phone.client.createWalk()
            val events = Channel<ClientEvent>(Channel.UNLIMITED)
            coroutineScope {
                val screen = launch(Dispatchers.Default) { phone.client.changes().collect(events::send) }
                assertEquals<ClientEvent>(ClientEvent.Everything, withTimeout(PATIENCE) { events.receive() })

                phone.client.noteStop(walk, "Smiles on the phone.", NOW)
                events.waitFor(ClientEvent.DocumentChanged(walk))
                assertEquals(UP_TO_DATE, phone.sync())
                events.waitFor(ClientEvent.Synced)
                phone.client.suspend(5_000u)
                events.waitFor(ClientEvent.Slept)
                screen.cancelAndJoin()
            }
        }

        story("a change that somebody else made arrives while the app is open, and nobody asks for a sync") {
            val leader = phone(Stand.leader, listens = true)
            val agent = phone(Stand.agent)
            val doc = leader.client.createMeeting(Stand.tenure, "2026-06-10")
            agent.client.createMeeting(Stand.tenure, "2026-06-10")
            coroutineScope {
                val isWatched = CompletableDeferred<Unit>()
                val heard = async(Dispatchers.Default) {
                    leader.client.changes().first { event ->
                        isWatched.complete(Unit)
                        val isHere = leader.client.meeting(doc).notes.text.isNotEmpty()
                        event is ClientEvent.DocumentChanged && isHere
                    }
                }
                withTimeout(PATIENCE) { isWatched.await() }
                agent.client.typeNotes(doc, typed("News"))
                assertEquals<ClientEvent>(ClientEvent.DocumentChanged(doc), withTimeout(PATIENCE) { heard.await() })
            }
        }

        story("an observer that throws stops nobody, and may call the client") {
            val phone = phone(Stand.leader)
            val seen = CompletableDeferred<Pair<ClientEvent, Thread>>()
            val throwing = phone.client.observe(observer { error("not today") })
            val reading = phone.client.observe(observer { event ->
                if (event is ClientEvent.DocumentChanged) {
                    phone.client.walk(event.doc)
                    seen.complete(event to Thread.currentThread())
                }
            })
            val walk = phone.client.createWalk()

            val (event, thread) = withTimeout(PATIENCE) { seen.await() }
            assertEquals<ClientEvent>(ClientEvent.DocumentChanged(walk), event)
            assertNotEquals(Thread.currentThread(), thread)
            assertNotEquals(walk, phone.client.createWalk(), "whoever writes notices nothing")
            throwing.cancel()
            reading.cancel()
        }

        story("whoever has cancelled hears nothing more") {
            val phone = phone(Stand.leader)
            val heard = CopyOnWriteArrayList<ClientEvent>()
            val gone = phone.client.observe(observer(heard::add))
            gone.cancel()
            coroutineScope {
                val other = async(Dispatchers.Default) { phone.client.changes().take(2).toList() }
                val walks = launch(Dispatchers.Default) { while (!other.isCompleted) phone.client.createWalk() }
                withTimeout(PATIENCE) { other.await() }
                walks.cancelAndJoin()
            }
            assertEquals(emptyList<ClientEvent>(), heard)
        }

        story("a flow that is no longer collected lets go of its observation") {
            val made = mutableListOf<Observation>()
            val client = phone(Stand.leader).client
            val watched = object : ClientInterface by client {
                override fun observe(observer: Observer) = client.observe(observer).also { made += it }
            }
            watched.changes().first()
            coroutineScope {
                val failing = launch {
                    runCatching { watched.changes().collect { error("the screen fails") } }
                }
                failing.join()
            }
            assertEquals(2, made.size)
            assertTrue(made.all { it.uniffiIsDestroyed })
        }

        story("what waits for a slow screen is told once, and too much of it as one event") {
            val waiting = WaitingEvents(most = 3)
            fun changed(doc: Int) = waiting.add(ClientEvent.DocumentChanged("$doc"))
            listOf(1, 2, 1, 1).forEach(::changed)
            assertEquals(listOf("1", "2").map { ClientEvent.DocumentChanged(it) }, waiting.take())

            waiting.add(ClientEvent.Slept)
            (1..100).forEach(::changed)
            assertEquals(listOf(ClientEvent.Slept, ClientEvent.Everything), waiting.take())
            changed(7)
            assertFalse(ClientEvent.Everything in waiting.take())
        }
    }

    private fun observer(tell: (ClientEvent) -> Unit) = object : Observer {
        override fun changed(event: ClientEvent) = tell(event)
    }

    private suspend fun Channel<ClientEvent>.waitFor(event: ClientEvent) =
        withTimeout(PATIENCE) { receiveAsFlow().first { it == event } }
}

package com.floorwalk.suite

import com.floorwalk.addTopic
import com.floorwalk.noteStop
import com.floorwalk.promoteStop
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlin.test.assertTrue
import uniffi.mobile_ffi.ClientException
import uniffi.mobile_ffi.DocumentKind
import uniffi.mobile_ffi.ItemState
import uniffi.mobile_ffi.StopKind
import uniffi.mobile_ffi.SyncOutcome
import uniffi.mobile_ffi.WalkEdit

object WalkStories : Stories() {
    init {
        story("what is noted offline is on the phone and then on the server") {
            val wire = Wire()
            val phone = phone(Stand.leader, transport = wire)
            wire.isCut = true

            val walk = phone.client.createWalk()
            val stop = phone.client.noteStop(
                walk, "Calm on a hard call. 👏", NOW, Stand.agent.id, StopKind.PRAISE, listOf("calls"), 3u,
            )
            assertEquals(SyncOutcome.Offline, phone.sync())
            assertEquals(ItemState.ON_PHONE, phone.client.state(walk))

            wire.isCut = false
            assertEquals(UP_TO_DATE, phone.sync())
            assertEquals(ItemState.ON_SERVER, phone.client.state(walk))
            val second = phone(Stand.leader).client.walk(walk).stops.single()
            assertEquals(stop, second.id)
            assertEquals("Calm on a hard call. 👏", second.text)
            assertEquals(listOf("calls"), second.tags)
        }

        story("a stranger's phone knows nothing of a walk, even by its id") {
            val phone = phone(Stand.leader)
            val walk = phone.client.createWalk()
            phone.client.noteStop(walk, "Between me and myself.", NOW)
            assertEquals(UP_TO_DATE, phone.sync())

            for (other in listOf(phone(Stand.stranger), phone(Stand.agent))) {
                assertFailsWith<ClientException.NotFound> { other.client.walk(walk) }
                assertTrue(other.client.list(DocumentKind.FLOOR_WALKS, 0u, 100u).lines.isEmpty())
            }
        }

        story("edits of one call are made together or not at all") {
            val phone = phone(Stand.leader)
            val walk = phone.client.createWalk()
            val nowhere = "00".repeat(8)

            assertFailsWith<ClientException.NotFound> {
                phone.client.editWalk(walk, listOf(WalkEdit.Start(NOW), WalkEdit.RemoveStop(nowhere)))
            }
            assertNull(phone.client.walk(walk).started)

            val made = phone.client.editWalk(walk, listOf(WalkEdit.Start(NOW), WalkEdit.End(NOW + 60_000)))
            assertEquals(listOf<String?>(null, null), made)
            assertEquals(NOW + 60_000, phone.client.walk(walk).ended)
        }

        story("a stop is promoted to a meeting, and the agent sees the topic and nothing of the walk") {
            val leader = phone(Stand.leader)
            val agent = phone(Stand.agent)
            val walk = leader.client.createWalk()
            val stop = leader.client.noteStop(walk, "Asks too few open questions.", NOW, Stand.agent.id, StopKind.COACH)
            val meeting = leader.client.createMeeting(Stand.tenure, "2026-06-03")
            leader.client.addTopic(meeting, "How was the week?")
            val topic = leader.client.promoteStop(walk, stop, meeting, "Open questions", seenAt = NOW, now = NOW + 1)
            syncInTurn(leader, agent)

            val seen = agent.client.meeting(meeting).agenda
            assertEquals(listOf("How was the week?", "Open questions"), seen.map { it.text })
            assertEquals(topic, seen.last().id)
            assertEquals(NOW, seen.last().origin?.seenAt)
            assertEquals(meeting, leader.client.walk(walk).stops.single().promoted.single().to)
            assertFailsWith<ClientException.NotFound> { agent.client.walk(walk) }
        }
    }
}

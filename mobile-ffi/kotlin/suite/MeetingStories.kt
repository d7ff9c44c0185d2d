package com.floorwalk.suite

import com.floorwalk.addPromise
import com.floorwalk.addStep
import com.floorwalk.addTopic
import com.floorwalk.typeNotes
import com.floorwalk.typed
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import uniffi.mobile_ffi.ClientException
import uniffi.mobile_ffi.DocumentKind
import uniffi.mobile_ffi.MeetingEdit
import uniffi.mobile_ffi.PlanEdit
import uniffi.mobile_ffi.Section
import uniffi.mobile_ffi.TextPlace
import uniffi.mobile_ffi.What

object MeetingStories : Stories() {
    init {
        story("two people write one meeting offline and both survive") {
            val leader = phone(Stand.leader)
            val agent = phone(Stand.agent)
            val doc = leader.client.createMeeting(Stand.tenure, WEDNESDAY)
            assertEquals(doc, agent.client.createMeeting(Stand.tenure, WEDNESDAY))

            leader.client.typeNotes(doc, typed("Felt rushed. "))
            leader.client.typeNotes(doc, Section.WELLBEING, typed("Slept badly."))
            val topic = agent.client.addTopic(doc, "职业发展", Section.CAREER)
            syncInTurn(leader, agent, leader)

            for (phone in listOf(leader, agent)) {
                val meeting = phone.client.meeting(doc)
                assertEquals("Felt rushed. ", meeting.notes.text)
                assertEquals("Slept badly.", meeting.sections.single { it.section == Section.WELLBEING }.notes.text)
                assertEquals("职业发展", meeting.agenda.single { it.id == topic }.text)
            }
        }

        story("two days for one promise stay visible until somebody settles them") {
            val leader = phone(Stand.leader)
            val agent = phone(Stand.agent)
            val doc = leader.client.createMeeting(Stand.tenure, "2026-03-25")
            val promise = leader.client.addPromise(doc, "Call back")
            syncInTurn(leader, agent)

            leader.client.editMeeting(doc, listOf(MeetingEdit.SetFollowUpDue(promise, "2026-04-01")))
            agent.client.editMeeting(doc, listOf(MeetingEdit.SetFollowUpDue(promise, "2026-04-02")))
            syncInTurn(leader, agent, leader)
            val conflict = leader.client.meeting(doc).conflicts.single()
            assertEquals(setOf(Stand.leader.id, Stand.agent.id), conflict.claims.map { it.person }.toSet())

            val later = conflict.claims.single { it.person == Stand.agent.id }
            leader.client.settle(doc, conflict.path, later.value)
            syncInTurn(leader, agent)
            for (phone in listOf(leader, agent)) {
                val meeting = phone.client.meeting(doc)
                assertEquals(emptyList(), meeting.conflicts)
                assertEquals("2026-04-02", meeting.followUps.single { it.id == promise }.due)
            }
        }

        story("positions are counted as Kotlin counts, and a cursor stays where it was put") {
            val leader = phone(Stand.leader)
            val agent = phone(Stand.agent)
            val doc = leader.client.createMeeting(Stand.tenure, "2026-04-08")
            val words = "👏 done"
            leader.client.typeNotes(doc, typed(words))
            syncInTurn(leader, agent)
            val insideOfTheEmoji = 1
            assertFailsWith<ClientException.Invalid> { leader.client.typeNotes(doc, typed("x", insideOfTheEmoji)) }
            assertFailsWith<ClientException.Invalid> { leader.client.typeNotes(doc, typed("x", words.length + 1)) }

            val cursor = leader.client.cursor(doc, TextPlace.MeetingNotes, words.indexOf("done").toUInt())
            val seen = leader.client.seen(doc)
            agent.client.typeNotes(doc, typed("Yes: "))
            syncInTurn(agent, leader)

            val now = leader.client.meeting(doc).notes.text
            assertEquals(now.indexOf("done").toUInt(), leader.client.indexOf(cursor))
            val change = leader.client.changedSince(doc, seen)!!.single()
            val inserted = assertIs<What.Text>(change.what).inserted.single()
            assertEquals("Yes: ", now.substring(inserted.start.toInt(), inserted.end.toInt()))
        }

        story("what a text field tells while somebody types is what the other one reads") {
            val leader = phone(Stand.leader)
            val agent = phone(Stand.agent)
            val doc = leader.client.createMeeting(Stand.tenure, "2026-04-15")
            leader.client.typeNotes(doc, typed(now = "Vorbește rar", start = 0, before = 0, count = 12))
            leader.client.typeNotes(doc, typed(now = "Vorbește 懒 rar", start = 9, before = 0, count = 2))
            leader.client.typeNotes(doc, typed(now = "Vorbește clar", start = 9, before = 5, count = 4))
            syncInTurn(leader, agent)

            assertEquals("Vorbește clar", agent.client.meeting(doc).notes.text)
        }

        story("a plan has steps and what helps") {
            val phone = phone(Stand.leader)
            val plan = phone.client.createPlan(Stand.tenure)
            phone.client.editPlan(plan, listOf(PlanEdit.SetTitle("Fewer repeats")))
            val step = phone.client.addStep(plan, "Listen to two calls", Stand.agent.id, "2026-04-01")
            phone.client.editPlan(plan, listOf(PlanEdit.AddResource(step, "the recordings")))

            val seen = phone.client.plan(plan)
            assertEquals("Fewer repeats", seen.title)
            assertEquals("the recordings", seen.steps.single().resources.single().label)
            val line = phone.client.list(DocumentKind.ACTION_PLANS, 0u, 1u).lines.single()
            assertEquals(plan to "Fewer repeats", line.doc to line.summary.title)
            assertContains(phone.client.exportText(plan), "Listen to two calls")
        }
    }
}

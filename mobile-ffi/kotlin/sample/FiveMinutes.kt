package com.floorwalk.sample

import com.floorwalk.JdkTransport
import com.floorwalk.addPromise
import com.floorwalk.addStep
import com.floorwalk.addTopic
import com.floorwalk.changes
import com.floorwalk.noteStop
import com.floorwalk.syncNow
import com.floorwalk.typeNotes
import com.floorwalk.typed
import java.time.DayOfWeek
import java.time.LocalDate
import java.time.temporal.ChronoUnit
import java.time.temporal.TemporalAdjusters
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import uniffi.mobile_ffi.Client
import uniffi.mobile_ffi.ClientException
import uniffi.mobile_ffi.DocumentKind
import uniffi.mobile_ffi.HttpCall
import uniffi.mobile_ffi.HttpFailure
import uniffi.mobile_ffi.HttpRequest
import uniffi.mobile_ffi.HttpResponse
import uniffi.mobile_ffi.HttpTransport
import uniffi.mobile_ffi.ItemState
import uniffi.mobile_ffi.MeetingEdit
import uniffi.mobile_ffi.MeetingKind
import uniffi.mobile_ffi.Plan
import uniffi.mobile_ffi.PlanEdit
import uniffi.mobile_ffi.Section
import uniffi.mobile_ffi.Slot
import uniffi.mobile_ffi.State
import uniffi.mobile_ffi.StopKind
import uniffi.mobile_ffi.Tenure

/**
 * The first five minutes of a team leader with the app, and the first two of an agent. Each step prints what a screen would
 * show, and fails if that is not what must be true (docs of the product, 3.1).
 *
 * Everything is done as an Android app does it: local calls, one flow of changes that screens follow, and no button that
 * says "sync".
 */
class FiveMinutes(
    private val leader: Client,
    private val agent: Client,
    private val airplane: AirplaneMode,
    private val today: LocalDate,
    private val now: () -> Long,
    private val show: (String) -> Unit,
) {
    private val team = leader.tenures()
    private val pair: Tenure = team.first()
    private val wednesday = today.with(TemporalAdjusters.next(DayOfWeek.WEDNESDAY))

    private lateinit var walk: String
    private lateinit var meeting: String
    private lateinit var plan: String

    suspend fun play() {
        seeTheTeam()
        airplane.isOn = true
        leader.networkLost()
        noteWhatWasSeen()
        planTheTalk()
        promiseOnBothSides()
        agreeOnAPlan()
        comeBackToTheNetwork()
        seeAsAgent()
        answerAsAgent()
        exportTheTalk()
    }

    private fun seeTheTeam() {
        show("1:00  ${pair.teamName}, ${team.size} person(s)")
        team.forEach { show("      ${it.agent.name}: ${daysSinceLastTalk()}") }
    }

    /** A line of a list does not say whose meeting it is, so this is right only for a team of one. */
    private fun daysSinceLastTalk(): String {
        val held = leader.list(DocumentKind.MEETINGS, 0u, 100u).lines.filter { it.summary.finished }
        val last = held.mapNotNull { it.summary.day }.maxOrNull() ?: return "no 1:1 yet"
        return "${ChronoUnit.DAYS.between(LocalDate.parse(last), today)} days since the last 1:1"
    }

    private fun noteWhatWasSeen() {
        walk = leader.createWalk()
        leader.noteStop(walk, "A rămas calm la un apel greu. 👏", now(), pair.agent.id, StopKind.PRAISE)
        show("1:30  noted about ${pair.agent.name}, in airplane mode: ${leader.mark(walk)}")
        check(leader.state(walk) == ItemState.ON_PHONE) { "saved without a save button" }
    }

    private fun planTheTalk() {
        meeting = leader.createMeeting(pair.id, wednesday.toString())
        val slot = Slot(wednesday.toString(), minute = (14 * 60).toUShort())
        leader.editMeeting(meeting, listOf(MeetingEdit.PlanMeeting(Plan(slot, "Camera 2", MeetingKind.ONE_ON_ONE))))
        leader.addTopic(meeting, "Ce te-a bucurat săptămâna asta?", Section.RAPPORT, question = "rapport-1")
        leader.addTopic(meeting, "Ce te ține treaz noaptea?", Section.WELLBEING, question = "wellbeing-1")
        val seen = leader.meeting(meeting)
        val blocks = seen.sections.joinToString { it.section.name.lowercase() }
        show("2:15  1:1 on ${seen.planned?.day} at 14:00 in ${seen.place}: $blocks")
        check(seen.sections.size == 4 && seen.agenda.size == 2) { "four blocks, and the two questions" }
    }

    private fun promiseOnBothSides() {
        leader.addPromise(meeting, "Ascultă două apeluri", pair.agent.id, wednesday.plusDays(7).toString())
        leader.addPromise(meeting, "Cere căști noi", pair.leader.id, wednesday.plusDays(2).toString())
        show("3:00  to do: ${leader.meeting(meeting).followUps.joinToString { "${it.text} (${it.due})" }}")
    }

    private fun agreeOnAPlan() {
        plan = leader.createPlan(pair.id)
        leader.editPlan(plan, listOf(PlanEdit.SetTitle("Mai puține reveniri")))
        leader.addStep(plan, "Întreabă înainte de a răspunde", pair.agent.id, wednesday.plusDays(14).toString())
        show("3:30  plan: ${leader.plan(plan).title}, ${leader.mark(plan)}")
    }

    /** No button is pressed: the system says that there is a network, and the screens follow the changes. */
    private suspend fun comeBackToTheNetwork() {
        val documents = listOf(walk, meeting, plan)
        check(documents.all { leader.state(it) == ItemState.ON_PHONE })
        airplane.isOn = false
        leader.networkReturned()
        leader.changes().first { documents.all { doc -> leader.state(doc) == ItemState.ON_SERVER } }
        show("3:45  airplane mode off: the notes, the 1:1 and the plan are ${leader.mark(walk)}")
    }

    private suspend fun seeAsAgent() {
        agent.syncNow()
        show("4:15  ${pair.agent.name} sees: ${agent.meeting(meeting).agenda.joinToString { it.text }}")
        val hidden = runCatching { agent.walk(walk) }.exceptionOrNull()
        check(hidden is ClientException.NotFound) { "what was noted on the walk is the leader's own" }
        show("      and not what was noted on the walk: $hidden")
    }

    /** The agent's phone listens: what is written there comes to the leader by itself. */
    private suspend fun answerAsAgent() = coroutineScope {
        val topic = agent.addTopic(meeting, "Aș vrea un curs de chineză (职业发展)", Section.CAREER)
        agent.typeNotes(meeting, Section.CAREER, typed("Mi-ar plăcea să lucrez cu 李娜."))
        val step = agent.plan(plan).steps.single()
        agent.editPlan(plan, listOf(PlanEdit.SetStepState(step.id, State.DONE)))

        val arrival = async(start = CoroutineStart.UNDISPATCHED) {
            leader.changes().first { leader.meeting(meeting).agenda.any { it.id == topic } }
        }
        agent.syncNow()
        leader.syncNow()
        arrival.await()
        show("4:45  ${pair.agent.name} brought: ${leader.meeting(meeting).agenda.last().text}")
        check(leader.plan(plan).steps.single().state == State.DONE) { "a step that is done is done on both phones" }
    }

    private fun exportTheTalk() {
        val text = leader.exportText(meeting)
        show("5:00  exported:\n${text.trim().prependIndent("      | ")}")
        check("Ascultă două apeluri" in text && "职业发展" in text) { "readable, with every letter" }
    }

    private fun Client.mark(doc: String): String = when (state(doc)) {
        ItemState.ON_PHONE -> "on this phone"
        ItemState.ON_SERVER -> "on the server"
        ItemState.NOT_ACCEPTED -> "not accepted"
    }
}

/** The switch on the phone's own screen. */
class AirplaneMode(private val network: HttpTransport = JdkTransport()) : HttpTransport {
    @Volatile
    var isOn = false

    override fun start(request: HttpRequest, response: HttpResponse): HttpCall {
        if (!isOn) return network.start(request, response)
        response.failed(HttpFailure.UNREACHABLE)
        return object : HttpCall {
            override fun cancel() = Unit
        }
    }
}

package com.floorwalk.suite.day

import com.floorwalk.addTopic
import com.floorwalk.suite.shows
import com.floorwalk.typeNotes
import com.floorwalk.typed
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertTrue
import uniffi.mobile_ffi.Agreement
import uniffi.mobile_ffi.Choice
import uniffi.mobile_ffi.Claim
import uniffi.mobile_ffi.Client
import uniffi.mobile_ffi.DocumentKind
import uniffi.mobile_ffi.FieldValue
import uniffi.mobile_ffi.GoalEdit
import uniffi.mobile_ffi.ItemState
import uniffi.mobile_ffi.Label
import uniffi.mobile_ffi.Language
import uniffi.mobile_ffi.PlanEdit
import uniffi.mobile_ffi.Sentence
import uniffi.mobile_ffi.choiceName
import uniffi.mobile_ffi.formatShortDay
import uniffi.mobile_ffi.label
import uniffi.mobile_ffi.sentence

const val IN_ROMANIAN = "Coșul de oferte se blochează la țări din afara UE. "
private const val IN_ENGLISH = "Praise first: the refund call on Monday. "
private val TOPICS = listOf("Turele mele în săptămâna sărbătorilor", "加班安排 / program de seară")
private const val EVERY_TIME = "(every time) "

/** A walk of twelve stops, and what came of it, takes no more than this to send. */
private const val WALK_BYTES = 100_000L

/** Step 4: Andrei has no network in the canteen, and both prepare the same talk. */
fun Floor.writeApart() {
    andreis.loseNetwork()
    assertEquals(talk, planTheTalk(andreis.client), "two phones without a network made the same meeting")
    marias.client.typeNotes(talk, typed(IN_ENGLISH))
    andreis.client.typeNotes(talk, typed(IN_ROMANIAN))
    TOPICS.forEach { andreis.client.addTopic(talk, it) }

    marias.client.editPlan(plan, listOf(PlanEdit.SetStepDue(step, day(5)), PlanEdit.AddCheckpoint(day(4), "How many rang again")))
    val more = typed(EVERY_TIME, at = "Ask an open question ".length)
    andreis.client.editPlan(plan, listOf(PlanEdit.SetStepDue(step, day(12)), PlanEdit.EditStep(step, more)))
    assertEquals(listOf(day(5), day(12)), listOf(marias, andreis).map { it.client.plan(plan).steps.first().due })

    for (hand in listOf(marias, andreis)) {
        hand.client.editGoals(goals, listOf(GoalEdit.AgreeToGoal(goal)))
        assertEquals(Agreement.BY_ONE, hand.client.agreement(this))
    }
}

/** Step 5: the network is back, and nobody presses anything. */
suspend fun Floor.comeBack() {
    val before = marias.sent
    marias.findNetwork()
    andreis.findNetwork()
    val all = listOf(walk, talk, plan, goals, praise, blockers)
    marias.phone.shows("everything is on the server") { client -> all.all { client.state(it) == ItemState.ON_SERVER } }
    assertSaid("on_the_server") { label(Label.ON_THE_SERVER, it) }
    assertTrue(marias.sent - before in 1..<WALK_BYTES, "sent: ${marias.sent - before} bytes")
    meetInOneDocument()
    writeIntoOneSentence()
    receive()
}

private suspend fun Floor.meetInOneDocument() {
    for (hand in listOf(marias, andreis)) {
        hand.phone.shows("one meeting with four topics and both notes") {
            val meeting = it.meeting(talk)
            meeting.agenda.size == 4 && IN_ENGLISH in meeting.notes.text && IN_ROMANIAN in meeting.notes.text
        }
        hand.phone.shows("a goal that both agreed to, apart") { it.agreement(this) == Agreement.AGREED }
    }
    assertEquals(marias.client.meeting(talk).agenda, andreis.client.meeting(talk).agenda, "the same, in the same order")
    assertEquals(marias.client.meeting(talk).notes, andreis.client.meeting(talk).notes)
    assertSaid("agreed") { choiceName(Choice.Agreement(Agreement.AGREED), it) }
}

private suspend fun Floor.writeIntoOneSentence() {
    val written = mapOf(marias to "comes ", andreis to "(mulțumesc!) ")
    written.keys.forEach(Hand::loseNetwork)
    written.forEach { (hand, words) -> hand.client.typeNotes(talk, typed(words, at = 7)) }
    written.keys.forEach(Hand::findNetwork)
    for (hand in written.keys) {
        hand.phone.shows("no character is lost") { client -> written.values.all { it in client.meeting(talk).notes.text } }
    }
}

/** What was for Li Na is on her phone, and what is in the team's way on those of the team. */
private suspend fun Floor.receive() {
    liNas.phone.shows("praise in the words of the stop") { client ->
        client.feedbackLog(praise).items.single().texts.any { it.text.text == told.stops[0].text }
    }
    for (hand in listOf(andreis, liNas)) {
        hand.phone.shows("what is in the team's way") { client ->
            client.blockers().flatMap { it.blockers }.map { it.text } == listOf(told.stops[2].text)
        }
    }
    andreis.phone.shows("what Maria noted in a moment") { client ->
        val logs = client.list(DocumentKind.FEEDBACK_LOGS, 0u, 10u).lines.map { client.feedbackLog(it.doc) }
        logs.flatMap { it.items }.flatMap { it.texts }.any { it.text.text == QUICK_PRAISE }
    }
}

/** Step 5: both moved the step's date, and one tap settles it. */
suspend fun Floor.settleTheDate() {
    for (hand in listOf(marias, andreis)) {
        hand.phone.shows("both dates") { it.plan(plan).conflicts.singleOrNull()?.claims?.size == 2 }
        assertEquals(1, hand.client.plan(plan).checkpoints.size)
    }
    val seen = marias.client.plan(plan)
    assertEquals(day(5), seen.steps.first().due, "until then lists use the earlier one")
    assertContains(seen.steps.first().text, EVERY_TIME)
    val conflict = seen.conflicts.single()
    val (theirs, mine) = conflict.claims.partition { it.person == andrei.id }.let { (a, b) -> a.single() to b.single() }
    for ((language, chip) in told.words("chip")) {
        val shown = chip.replace("{mine}", mine.asDay(language)).replace("{theirs}", theirs.asDay(language))
        val said = Sentence.TwoValues(mine.asDay(language), theirs.asDay(language), name = "Andrei")
        assertEquals(shown, sentence(said, language))
    }

    marias.client.settle(plan, conflict.path, theirs.value)
    andreis.phone.shows("no chip, and the later date") {
        val settled = it.plan(plan)
        settled.conflicts.isEmpty() && settled.steps.first().due == day(12)
    }
}

private fun Claim.asDay(language: Language): String = formatShortDay(assertIs<FieldValue.Words>(value).v1, language)

fun Client.agreement(floor: Floor): Agreement = goalSet(floor.goals).goals.single { it.id == floor.goal }.agreement

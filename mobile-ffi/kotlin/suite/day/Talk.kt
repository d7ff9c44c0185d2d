package com.floorwalk.suite.day

import com.floorwalk.addPromise
import com.floorwalk.suite.shows
import com.floorwalk.typeNotes
import com.floorwalk.typed
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import uniffi.mobile_ffi.Agreement
import uniffi.mobile_ffi.Choice
import uniffi.mobile_ffi.GoalEdit
import uniffi.mobile_ffi.MeetingEdit
import uniffi.mobile_ffi.MeetingKind
import uniffi.mobile_ffi.PartnershipEdit
import uniffi.mobile_ffi.Plan
import uniffi.mobile_ffi.PlanEdit
import uniffi.mobile_ffi.Positive
import uniffi.mobile_ffi.Section
import uniffi.mobile_ffi.Sentence
import uniffi.mobile_ffi.Slot
import uniffi.mobile_ffi.Standing
import uniffi.mobile_ffi.State
import uniffi.mobile_ffi.Term
import uniffi.mobile_ffi.Win
import uniffi.mobile_ffi.choiceName
import uniffi.mobile_ffi.sentence
import uniffi.mobile_ffi.shownTopic

private const val TALK_MS = 32 * 60_000L

private val NOTES = mapOf(
    Section.RAPPORT to "Vacanța la mare a fost reușită.",
    Section.CAREER to "Ar vrea să ajute la instruirea colegilor noi.",
    Section.FEEDBACK to "Am ascultat împreună un apel; întrebarea deschisă a venit târziu, dar a venit.",
    Section.WELLBEING to "Volumul de lucru este potrivit acum.",
)

/** Step 6: Andrei has done what he promised, and the sheet says so first. */
suspend fun Floor.prepareTheTalk() {
    andreis.client.editPlan(plan, listOf(PlanEdit.SetStepState(smallStep, State.DONE)))
    marias.phone.shows("the step that Andrei did") { client -> client.plan(plan).steps.single { it.id == smallStep }.state == State.DONE }

    val sheet = assertNotNull(marias.client.prep(andrei.tenure))
    val won = sheet.positives.filterIsInstance<Positive.Won>().map { it.win }
    assertEquals(0u, sheet.lackingPositives)
    assertContains(won.filterIsInstance<Win.Done>().map { it.text }, "Listen to two of your own calls")
    assertContains(won.filterIsInstance<Win.Praise>().map { it.text }, QUICK_PRAISE)
    assertEquals(listOf("handle_time"), sheet.below.map { it.kpi }, "the one figure that missed what was asked")
    assertEquals(day(0), sheet.reviewOn, "they look at the contract again")
    assertContains(sheet.unasked, ASKED)
    assertTrue(sheet.carry.items.any { it.item == step }, "the step that is open goes into the talk")
}

/** Step 6: four blocks, the contract, the goal, a promise from each side. */
suspend fun Floor.holdTheTalk() {
    val end = now()
    marias.client.editMeeting(talk, listOf(MeetingEdit.Begin(end - TALK_MS)))
    NOTES.forEach { (section, text) -> marias.client.typeNotes(talk, section, typed(text)) }
    marias.client.addPromise(talk, "Încerc noua deschidere la zece apeluri", andrei.id, day(7))
    marias.client.addPromise(talk, "Vorbesc cu planificarea despre turele târzii", told.leader.id, day(2))
    reviewTheContract()
    moveTheGoal()
    marias.client.editMeeting(talk, listOf(MeetingEdit.End(end)))
    syncBoth()
    readInEachLanguage()
    andreis.client.editMeeting(talk, listOf(MeetingEdit.Acknowledge))
    marias.phone.shows("that Andrei acknowledges") { client ->
        client.meeting(talk).acks.map { it.person to it.standing } == listOf(andrei.id to Standing.Current)
    }
}

/** Maria adds to it; both agree to what it says now. */
private suspend fun Floor.reviewTheContract() {
    val more = typed("Joia după-amiaza rămâne liberă pentru noi. ")
    marias.client.editPartnership(contract, listOf(PartnershipEdit.EditTerm(Term.EXPECT_OF_MANAGER, more)))
    syncBoth()
    assertEquals<List<Standing>>(List(2) { Standing.BeforeChanges(1u) }, standings(andreis), "both agreed to what it said before")
    agreeToTheContract()
}

/** A target that moves is no longer what both agreed to. */
private suspend fun Floor.moveTheGoal() {
    andreis.client.editGoals(goals, listOf(GoalEdit.SetTarget(goal, 7_000)))
    syncBoth()
    listOf(marias, andreis).forEach { assertEquals(Agreement.CHANGED_SINCE, it.client.agreement(this)) }
    assertSaid("changed_since") { choiceName(Choice.Agreement(Agreement.CHANGED_SINCE), it) }
}

private fun Floor.readInEachLanguage() {
    val seen = andreis.client.meeting(talk)
    assertEquals(NOTES, seen.sections.associate { it.section to it.notes.text })
    val asked = seen.agenda.single { it.question == ASKED }
    assertSaid("question") { shownTopic(asked, it) }
    assertEquals(listOf(andrei.id, told.leader.id), seen.followUps.map { it.owner }, "a promise of each")
}

/** Step 7: what is written after the acknowledgement says so. Then tomorrow's talk with Mihai is planned. */
suspend fun Floor.editAfterwards() {
    marias.client.typeNotes(talk, typed("P.S. Casca de la locul 14 se schimbă vineri. "))
    for (hand in listOf(marias, andreis)) {
        hand.phone.shows("acknowledged before one change") { client ->
            client.meeting(talk).acks.map { it.standing } == listOf(Standing.BeforeChanges(1u))
        }
    }
    assertSaid("acknowledged") { sentence(Sentence.AcknowledgedBefore(1u), it) }

    val withMihai = marias.client.createMeeting(mihai.tenure, day(1))
    val slot = Slot(day(1), minute = (11 * 60).toUShort())
    marias.client.editMeeting(withMihai, listOf(MeetingEdit.PlanMeeting(Plan(slot, place = null, MeetingKind.ONE_ON_ONE))))
    val rows = marias.client.overview().rows.associateBy { it.person }
    assertEquals(0, rows.getValue(andrei.id).sinceLast.days)
    assertEquals(slot, rows.getValue(mihai.id).next?.slot)
    assertEquals(emptyList(), marias.client.attention().withoutContact, "Mihai was met on the walk")
}

package com.floorwalk.suite.day

import com.floorwalk.addStep
import com.floorwalk.suite.Agent
import com.floorwalk.suite.syncInTurn
import com.floorwalk.typed
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import uniffi.mobile_ffi.Colour
import uniffi.mobile_ffi.Cut
import uniffi.mobile_ffi.GoalEdit
import uniffi.mobile_ffi.Measure
import uniffi.mobile_ffi.MeasureKind
import uniffi.mobile_ffi.MeetingEdit
import uniffi.mobile_ffi.NewCommitment
import uniffi.mobile_ffi.NewGoal
import uniffi.mobile_ffi.NewTeamGoal
import uniffi.mobile_ffi.PartnershipEdit
import uniffi.mobile_ffi.PlanEdit
import uniffi.mobile_ffi.Sentence
import uniffi.mobile_ffi.Side
import uniffi.mobile_ffi.Standing
import uniffi.mobile_ffi.TargetStanding
import uniffi.mobile_ffi.TeamGoalsEdit
import uniffi.mobile_ffi.Term
import uniffi.mobile_ffi.Tier
import uniffi.mobile_ffi.TierNoteEdit
import uniffi.mobile_ffi.formatDuration
import uniffi.mobile_ffi.monthOf
import uniffi.mobile_ffi.quarterOf
import uniffi.mobile_ffi.sentence
import uniffi.mobile_ffi.yearOf

private const val MINUTE_MS = 60_000L

/** What Maria's phone has of the weeks before: a level for each, talks, what the team is to reach, and a contract with Andrei. */
suspend fun Floor.liveThroughWinter() {
    told.agents.forEach(::thinkOf)
    talks().forEach { (agent, daysAgo, minutes) -> rememberTalk(agent, daysAgo, minutes) }
    setTeamGoals()
    signAContract()
    syncInTurn(marias.phone, andreis.phone, liNas.phone)
}

private fun Floor.thinkOf(agent: Agent) {
    val note = marias.client.createTierNote(agent.id, quarterOf(day(0)))
    marias.client.editTierNote(note, listOf(TierNoteEdit.SetTier(monthOf(day(0)), agent.tier)))
}

/**
 * Who talked when, and for how long. Those of whom Maria thinks that they need help had 780 of the 1,000 minutes of the last four
 * weeks; Mihai had his last talk 41 days ago.
 */
private fun Floor.talks(): List<Triple<Agent, Long, Long>> {
    val (low, others) = (told.agents - mihai).partition { it.tier == Tier.LOW }
    val long = low.flatMap { agent -> listOf(26L, 19L, 12L, 5L).map { Triple(agent, it, 65L) } }
    val short = others.mapIndexed { number, agent -> Triple(agent, if (number % 2 == 0) 4L else 6L, if (number < 4) 30L else 25L) }
    return long + short + Triple(mihai, 41L, 30L)
}

private fun Floor.rememberTalk(agent: Agent, daysAgo: Long, minutes: Long) {
    val talk = marias.client.createMeeting(agent.tenure, day(-daysAgo))
    val start = tenOClock(-daysAgo)
    marias.client.editMeeting(talk, listOf(MeetingEdit.Begin(start), MeetingEdit.End(start + minutes * MINUTE_MS)))
}

/** Whoever has no goal of their own is measured by those of the team, in the quarter in which a week ends. */
private fun Floor.setTeamGoals() {
    val goals = marias.client.createTeamGoals(team, quarterOf(told.sunday))
    val asked = listOf(
        Triple("Calls that others can learn from", "quality", 85_000L),
        Triple("Done, and not longer", "handle_time", 330_000L),
    )
    marias.client.editTeamGoals(goals, asked.map { (title, kpi, target) ->
        TeamGoalsEdit.AddTeamGoal(NewTeamGoal(title, "", Measure(MeasureKind.KPI, kpi), target, due = null))
    })
}

private suspend fun Floor.signAContract() {
    contract = marias.client.createPartnership(andrei.tenure, yearOf(day(0)))
    val expected = listOf(
        PartnershipEdit.EditTerm(Term.EXPECT_OF_AGENT, typed("Spuneți-mi din timp când ceva nu merge.")),
        PartnershipEdit.EditTerm(Term.EXPECT_OF_MANAGER, typed("Un răspuns în două zile, și atunci când este nu.")),
        PartnershipEdit.SetReviewDay(day(0)),
    )
    marias.client.editPartnership(contract, expected)
    syncBoth()
    agreeToTheContract()
}

suspend fun Floor.agreeToTheContract() {
    for (hand in listOf(marias, andreis)) {
        hand.client.editPartnership(contract, listOf(PartnershipEdit.AgreeToContract))
        syncBoth()
    }
    listOf(marias, andreis).forEach { assertEquals<List<Standing>>(List(2) { Standing.Current }, standings(it)) }
}

/** How what they agreed to stands beside what the contract says now. */
fun Floor.standings(hand: Hand): List<Standing> = hand.client.partnership(contract).contract.acks.map { it.standing }

/** Step 1: the operator has imported the team's week. */
fun Floor.lookAtTheNumbers() {
    assertTrue(told.agents.all { marias.client.numbersOf(it.id).isNotEmpty() }, "Maria has the numbers of all twelve")
    for ((hand, owner) in listOf(andreis to andrei, liNas to liNa)) {
        assertEquals(listOf(owner), told.agents.filter { hand.client.numbersOf(it.id).isNotEmpty() }, "their own alone")
    }
    val card = assertNotNull(andreis.client.scorecard(andrei.id, Cut.WEEK, told.monday))
    assertEquals(card, marias.client.scorecard(andrei.id, Cut.WEEK, told.monday), "both read the same scorecard")
    val handleTime = card.lines.single { it.kpi == "handle_time" }
    assertEquals("6:08", formatDuration(assertNotNull(handleTime.actual).value / 1_000))
    assertEquals(330_000L to TargetStanding.MISSED, handleTime.target?.value to handleTime.standing)
    assertEquals(TargetStanding.REACHED, card.lines.single { it.kpi == "quality" }.standing)
    assertNull(liNas.client.scorecard(andrei.id, Cut.WEEK, told.monday))
    assertNull(liNas.client.prep(andrei.tenure))
    val pack = assertNotNull(marias.client.teamData(team, Cut.WEEK, told.monday))
    assertTrue(pack.lines.any { it.kpi == "handle_time" } && pack.praise.isEmpty(), "the pack of the team names nobody")
}

/** Step 1: the home screen says whom Maria has not sat down with, and where her time went. */
fun Floor.lookAtTheTeam() {
    val since = marias.client.overview().rows.single { it.person == mihai.id }.sinceLast
    assertEquals(41 to Colour.RED, since.days to since.colour)
    assertSaid("since_last") { sentence(Sentence.SinceLastMeeting(since.days.toUInt()), it) }
    val attention = marias.client.attention()
    val low = attention.levels.single { it.tier == Tier.LOW }
    assertEquals(Colour.RED, attention.colour)
    assertSaid("time_went") { sentence(Sentence.TimeWentTo(assertNotNull(low.timeShare) / 10u, low.people), it) }
    assertEquals(listOf(mihai.id), attention.withoutContact, "two weeks without any contact")
}

/** A plan with two steps, and a goal that neither has agreed to yet. */
suspend fun Floor.agreeOnAPlan() {
    plan = marias.client.createPlan(andrei.tenure)
    marias.client.editPlan(plan, listOf(PlanEdit.SetTitle("Fewer repeated calls")))
    step = marias.client.addStep(plan, "Ask an open question before offering", andrei.id, day(9))
    smallStep = marias.client.addStep(plan, "Listen to two of your own calls", andrei.id, day(1))
    goals = marias.client.createGoalSet(andrei.tenure, quarterOf(day(0)))
    val open = NewGoal(
        title = "An open question first", why = "Clienții sună a doua oară", measure = Measure(MeasureKind.COUNT, "in ten calls"),
        baseline = 2_000, target = 6_000, due = day(20),
    )
    goal = checkNotNull(marias.client.editGoals(goals, listOf(GoalEdit.AddGoal(open))).single())
    val promises = listOf(Side.AGENT to "Notez întrebarea", Side.LEADER to "Ascult câte două apeluri pe săptămână")
    marias.client.editGoals(goals, promises.map { (side, text) -> GoalEdit.AddCommitment(goal, NewCommitment(side, text, due = null)) })
    syncBoth()
    assertEquals(listOf(day(9), day(1)), andreis.client.plan(plan).steps.map { it.due })
    assertEquals(emptyList(), andreis.client.goalSet(goals).goals.single().missing)
}

package com.floorwalk.suite.day

import com.floorwalk.noteStop
import com.floorwalk.promoteBlocker
import com.floorwalk.promoteStop
import com.floorwalk.suite.Phone
import com.floorwalk.suite.Phones
import com.floorwalk.suite.STORE_KEY
import com.floorwalk.suite.Seen
import com.floorwalk.suite.Stand
import com.floorwalk.suite.Wire
import com.floorwalk.suite.hasBeenKilled
import com.floorwalk.suite.kill
import com.floorwalk.suite.startApp
import com.floorwalk.typed
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import uniffi.mobile_ffi.Choice
import uniffi.mobile_ffi.Client
import uniffi.mobile_ffi.Config
import uniffi.mobile_ffi.DocumentKind
import uniffi.mobile_ffi.ItemState
import uniffi.mobile_ffi.Label
import uniffi.mobile_ffi.Language
import uniffi.mobile_ffi.MeetingEdit
import uniffi.mobile_ffi.MeetingKind
import uniffi.mobile_ffi.NewBlocker
import uniffi.mobile_ffi.Plan
import uniffi.mobile_ffi.QuickKind
import uniffi.mobile_ffi.Slot
import uniffi.mobile_ffi.StopKind
import uniffi.mobile_ffi.WalkEdit
import uniffi.mobile_ffi.choiceName
import uniffi.mobile_ffi.label
import uniffi.mobile_ffi.questionTopic
import uniffi.mobile_ffi.quarterOf

/** So many stops are confirmed on the screen when the phone is killed, in the middle of the next. */
private const val BEFORE_THE_KILL = 7

/** What Maria asks in the talk, in her own language. */
const val ASKED = "q.wb.3"

/** What Maria notes about Andrei in a moment. */
const val QUICK_PRAISE = "A pus o întrebare deschisă și a așteptat răspunsul."

/** Step 2: twelve stops in the basement, and a phone that dies on the way. */
fun Floor.walkTheFloor() {
    marias.loseNetwork()
    walk = marias.client.createWalk()
    marias.client.editWalk(walk, listOf(WalkEdit.Start(now())))
    dieInTheHand { home, secret -> tapUntilKilled(home, secret) }
    val found = marias.client.walk(walk).stops.map { it.text }
    assertTrue(found.size in BEFORE_THE_KILL..BEFORE_THE_KILL + 1, "what was confirmed, and no half of the next: ${found.size}")
    assertEquals(told.stops.take(found.size).map { it.text }, found)

    told.stops.drop(found.size).forEach { marias.client.capture(walk, it) }
    countAndTakeBack()
    marias.client.editWalk(walk, listOf(WalkEdit.End(now())))
    marias.client.note(andrei.id, QuickKind.PRAISE, QUICK_PRAISE)
    lookAtTheWalk()
}

private fun Floor.tapUntilKilled(home: Phone, secret: ByteArray) {
    val app = startApp(WalkingApp::class, home.directory.path, secret.toHexString(), walk)
    val taps = app.outputWriter()
    fun tap() = taps.run { write("tap\n"); flush() }
    val screen = app.inputReader()
    repeat(BEFORE_THE_KILL) { number ->
        tap()
        assertEquals("$number", screen.readLine(), "confirmed on the screen")
    }
    tap()
    app.kill()
    app.hasBeenKilled()
}

/** Three open questions are counted, and something is typed and taken back. */
private fun Floor.countAndTakeBack() {
    val (first, second) = marias.client.walk(walk).stops.map { it.id }
    repeat(3) { marias.client.editWalk(walk, listOf(WalkEdit.Tally(second, "asked an open question", by = 1))) }
    marias.client.editWalk(walk, listOf(WalkEdit.EditStop(first, typed(TAKEN_BACK))))
    marias.client.editWalk(walk, listOf(WalkEdit.EditStop(first, takenBack(TAKEN_BACK))))
}

private fun Floor.lookAtTheWalk() {
    val seen = marias.client.walk(walk)
    assertEquals(told.stops.map { it.text }, seen.stops.map { it.text }, "each once and in its place")
    val kinds = seen.stops.groupingBy { it.kind }.eachCount()
    assertEquals(listOf(4, 3, 2, 1, 2), StopKind.entries.map { kinds[it] }, "praise, coach, blocker, wellbeing, note")
    assertEquals(listOf(3L), seen.stops[1].tallies.map { it.count })
    for ((language, names) in told.kinds) {
        assertEquals(names, StopKind.entries.map { choiceName(Choice.StopKind(it), language) })
    }
    assertEquals(ItemState.ON_PHONE, marias.client.state(walk))
    assertSaid("on_this_phone") { label(Label.ON_THIS_PHONE, it) }
}

/** Step 3, still without a network: of twelve stops four go somewhere, one of them to nobody but Maria. */
fun Floor.sayWhatBecomesOfIt() {
    val client = marias.client
    val stops = client.walk(walk).stops
    val toLiNa = client.takeOverStop(walk, stops[0].id)
    praise = toLiNa.doc
    assertTrue(toLiNa.isShared)
    talk = planTheTalk(client)
    client.promoteStop(walk, stops[1].id, talk, stops[1].text, seenAt = assertNotNull(stops[1].at), now = now())
    client.editMeeting(talk, listOf(MeetingEdit.AddAgenda(questionTopic(ASKED, Language.RO))))
    blockers = client.createTeamBlockers(team, quarterOf(day(0)))
    val headset = NewBlocker(stops[2].text, topic = "Headset 14", since = day(0), person = null, owner = told.leader.id)
    client.promoteBlocker(walk, stops[2].id, blockers, headset, seenAt = assertNotNull(stops[2].at), now = now())
    assertEquals(false, client.takeOverStop(walk, stops[4].id).isShared, "how somebody is stays with Maria")

    assertEquals(listOf(0, 1, 2, 4), client.walk(walk).stops.indices.filter { client.walk(walk).stops[it].promoted.isNotEmpty() })
    assertEquals(1, client.meeting(talk).agenda.count { it.origin != null }, "a topic that comes from a walk")
    assertEquals(1u, client.list(DocumentKind.PRIVATE_LOGS, 0u, 10u).total)
}

/** The talk with Andrei: whoever makes it makes the same. */
fun Floor.planTheTalk(client: Client): String {
    val doc = client.createMeeting(andrei.tenure, day(0))
    val plan = Plan(Slot(day(0), minute = null), "Room 3", MeetingKind.ONE_ON_ONE)
    client.editMeeting(doc, listOf(MeetingEdit.PlanMeeting(plan)))
    return doc
}

/** As a screen does, whose list of people is the phone's own. */
private fun Client.capture(walk: String, seen: Seen) {
    val person = tenures().firstOrNull { it.agent.name == seen.whom }?.agent?.id
    noteStop(walk, seen.text, now(), person, seen.kind)
}

/**
 * An app on which somebody notes one stop after the other, until it is killed: with each tap, which is a line, the next. It says the
 * number of each when it is on disk.
 */
object WalkingApp {
    @JvmStatic
    fun main(words: Array<String>) {
        val (directory, secret, walk) = words
        val config = Config(directory, STORE_KEY, listens = false, userAgent = "kotlin-suite/1")
        val client = Client.open(config, Wire().apply { isCut = true }, Phones.keyOf(secret.hexToByteArray()))
        Stand.day.stops.forEachIndexed { number, seen ->
            readlnOrNull() ?: return
            client.capture(walk, seen)
            println(number)
        }
    }
}

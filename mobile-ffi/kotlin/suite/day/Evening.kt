package com.floorwalk.suite.day

import com.floorwalk.suite.Agent
import com.floorwalk.suite.holds
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import uniffi.mobile_ffi.Client
import uniffi.mobile_ffi.ClientException
import uniffi.mobile_ffi.DocumentKind
import uniffi.mobile_ffi.Language

/** What is written is found by whoever may read it, however it is spelled, and by nobody else. */
fun Floor.lookForWords() {
    for (spelled in listOf("țări", "ţări", "tari", "TARI")) {
        for (hand in listOf(marias, andreis)) {
            assertEquals(listOf("țări"), hand.client.brightIn(DocumentKind.MEETINGS, spelled), spelled)
        }
        assertEquals(emptyList(), liNas.client.found(spelled))
    }
    assertEquals(setOf(DocumentKind.FLOOR_WALKS, DocumentKind.FEEDBACK_LOGS), marias.client.found("客户").toSet())
    assertEquals(listOf("客户"), liNas.client.brightIn(DocumentKind.FEEDBACK_LOGS, "客户"))
    assertEquals(listOf(DocumentKind.MEETINGS), andreis.client.found("加班安排"))
    assertEquals(emptyList(), andreis.client.found("客户"))
    assertEquals(setOf(DocumentKind.FLOOR_WALKS, DocumentKind.PRIVATE_LOGS), marias.client.found("abatuta").toSet())
    listOf(andreis, liNas).forEach { assertEquals(emptyList(), it.client.found("abatuta")) }
    listOf(marias, andreis, liNas).forEach { assertEquals(emptyList(), it.client.found(TAKEN_BACK)) }
}

private fun Client.found(words: String): List<DocumentKind> = search(words, kind = null, limit = 50u).map { it.kind }

/** The words that a screen shows bright. */
private fun Client.brightIn(kind: DocumentKind, words: String): List<String> =
    search(words, kind, limit = 50u).flatMap { hit -> hit.highlights.map { hit.snippet.substring(it.start.toInt(), it.end.toInt()) } }

/** Step 5, and every other one: on each phone lies what its person may read, and nothing else. */
suspend fun Floor.lookIntoThePhones() {
    val ofTheTeam = mapOf(DocumentKind.TEAM_GOALS to 1u, DocumentKind.TEAM_BLOCKERS to 1u)
    val ofAPair = mapOf(DocumentKind.MEETINGS to 1u) + ofTheTeam
    val ofAndrei = ofAPair + mapOf(
        DocumentKind.MEETINGS to 2u, DocumentKind.ACTION_PLANS to 1u, DocumentKind.PARTNERSHIPS to 1u,
        DocumentKind.GOAL_SETS to 1u, DocumentKind.FEEDBACK_LOGS to 1u,
    )
    assertHas(andrei, andreis, Language.RO, ofAndrei)
    assertHas(liNa, liNas, Language.ZH, ofAPair + (DocumentKind.FEEDBACK_LOGS to 1u))
    assertHas(sarah, handInClear(sarah), Language.EN, ofAPair)
    val shared = listOf(told.stops[1], told.stops[2])
    assertTrue(shared.all { andreis.phone.holds(it.text) }, "the control: what was shared is found")
    assertEquals(emptyList(), (told.stops - shared).filter { andreis.phone.holds(it.text) }.map { it.text })
    assertFalse(liNas.phone.holds("Coșul de oferte"))
    assertFailsWith<ClientException.NotFound> { liNas.client.meeting(talk) }
}

private fun Floor.assertHas(agent: Agent, hand: Hand, language: Language, kinds: Map<DocumentKind, UInt>) {
    val here = hand.client.myData(language)
    assertEquals(kinds, here.counts.associate { it.kind to it.documents }, agent.name)
    val ofTheirPair = here.documents.filter { it.kind in setOf(DocumentKind.MEETINGS, DocumentKind.FEEDBACK_LOGS) }
    for (document in ofTheirPair) {
        assertEquals(setOf("Maria Ionescu", agent.name), document.seenBy.map { it.name }.toSet(), document.title)
    }
    assertFailsWith<ClientException.NotFound> { hand.client.walk(walk) }
    listOf(FOR_MARIA_ALONE, TAKEN_BACK).forEach { assertFalse(hand.phone.holds(it), "$it on the phone of ${agent.name}") }
}

package com.floorwalk.suite

import uniffi.mobile_ffi.Language
import uniffi.mobile_ffi.StopKind
import uniffi.mobile_ffi.Tier

/** The floor-walk day as mobile-ffi/tests/day.py has prepared it: who is there, what their leader sees, and what screens say. */
class PreparedDay(told: Json) {
    val leader = Person(told["leader"])
    val agents: List<Agent> = told["agents"].list.map(::Agent)
    val stops: List<Seen> = told["stops"].list.map(::Seen)

    /** The week whose numbers were imported: the last one. */
    val monday: String = told["monday"].text
    val sunday: String = told["sunday"].text

    /** What the kinds of stops are called in each language, in their order. */
    val kinds: Map<Language, List<String>> = told["kinds"].byLanguage { it.list.map(Json::text) }
    private val words = told["words"].byLanguage { it }

    fun agent(name: String): Agent = agents.single { it.name == name }

    /** What a screen says in each language. */
    fun words(name: String): Map<Language, String> = words.mapValues { it.value[name].text }
}

private fun <T> Json.byLanguage(read: (Json) -> T): Map<Language, T> =
    Language.entries.associateWith { read(this[it.name.lowercase()]) }

/** One of the twelve. */
class Agent(told: Json) {
    val person = Person(told)
    val id: String = person.id
    val name: String = told["name"].text
    val tenure: String = told["tenure"].text

    /** What their leader thinks of how they do. */
    val tier: Tier = Tier.valueOf(told["tier"].text.uppercase())
}

/** What the leader sees at one stop. */
class Seen(told: Json) {
    /** With whom; empty for a thing. */
    val whom: String = told["whom"].text
    val kind: StopKind = StopKind.valueOf(told["kind"].text.uppercase())
    val text: String = told["text"].text
}

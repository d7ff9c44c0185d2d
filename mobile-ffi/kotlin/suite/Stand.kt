package com.floorwalk.suite

import java.io.File
import java.util.concurrent.atomic.AtomicInteger

/** A person of the team that mobile-ffi/tests/stand.py has set up. */
class Person(told: Json) {
    val id: String = told["id"].text
    private val invitations = told["invitations"].list.map { it.text }
    private val used = AtomicInteger()

    /** An invitation that nobody has used. When those of the stand are used up, the office writes another one. */
    fun invitation(): String =
        invitations.getOrNull(used.getAndIncrement())
            ?: Stand.office("invite", id, "--public-url", Stand.url)["link"].text
}

/** The server that the suite runs against, and its office. */
object Stand {
    private val told = Json.read(File(fileName()).readText())

    val url: String = told["url"].text
    val tenure: String = told["tenure"].text
    val leader = Person(told["leader"])
    val agent = Person(told["agent"])
    val stranger = Person(told["stranger"])
    val day = PreparedDay(told["day"])

    /** What an operator types. */
    fun office(vararg words: String): Json {
        val office = told["office"].list.map { it.text }
        val command = listOf(office.first()) + words + office.drop(1) + "--json"
        val process = ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start()
        val answer = process.inputStream.bufferedReader().readText()
        check(process.waitFor() == 0) { "the office could not: ${words.joinToString(" ")}" }
        return Json.read(answer)
    }

    private fun fileName(): String =
        System.getenv("PHONE_STAND") ?: stop("run this inside of mobile-ffi/tests/stand.py, as scripts/kotlin.sh does")
}

/** A value of JSON. Java reads none by itself, and two short files are no reason for a library. */
class Json private constructor(private val value: Any?) {
    val text: String get() = value as String

    @Suppress("UNCHECKED_CAST")
    val list: List<Json> get() = value as List<Json>

    @Suppress("UNCHECKED_CAST")
    private val fields: Map<String, Json> get() = value as Map<String, Json>

    /** The field of this name. */
    operator fun get(name: String): Json = fields.getValue(name)

    /** The list itself, or the one list that an object holds. */
    fun rows(): List<Json> = if (value is List<*>) list else fields.values.first { it.value is List<*> }.list

    companion object {
        fun read(text: String): Json = Reader(text).whole()
    }

    private class Reader(private val text: String) {
        private var at = 0

        fun whole(): Json = value().also { check(next() == null) { "more than one value" } }

        private fun value(): Json = when (next()) {
            '{' -> Json(fields())
            '[' -> Json(items(']') { value() })
            '"' -> Json(string())
            else -> Json(word())
        }

        private fun fields(): Map<String, Json> = items('}') {
            next()
            val name = string()
            expect(':')
            name to value()
        }.toMap()

        private fun <T> items(end: Char, item: () -> T): List<T> = buildList {
            at++
            while (next() != end) {
                add(item())
                if (next() == ',') at++
            }
            at++
        }

        private fun string(): String = buildString {
            expect('"')
            while (text[at] != '"') append(character())
            at++
        }

        private fun character(): Char {
            val character = text[at++]
            if (character != '\\') return character
            return when (val escaped = text[at++]) {
                'n' -> '\n'
                't' -> '\t'
                'u' -> text.substring(at, at + 4).toInt(16).toChar().also { at += 4 }
                else -> escaped
            }
        }

        /** A number, true, false or null: nobody here asks for its value. */
        private fun word(): String = text.drop(at).takeWhile { it !in ",]} \n" }.also { at += it.length }

        private fun expect(character: Char) = check(next() == character) { "no $character at $at" }.also { at++ }

        /** What comes after the spaces; nothing at the end. */
        private fun next(): Char? {
            while (text.getOrNull(at)?.isWhitespace() == true) at++
            return text.getOrNull(at)
        }
    }
}

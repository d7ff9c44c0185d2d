package com.floorwalk.suite

import java.io.File
import kotlin.random.Random
import kotlin.test.assertEquals
import uniffi.mobile_ffi.Client
import uniffi.mobile_ffi.DesktopKey

object KillStories : Stories() {
    init {
        all += Kills.story(12)
    }
}

/**
 * Kills an app that writes and syncs with SIGKILL, again and again, and looks each time whether every edit is there for
 * which a call had returned.
 *
 * The app is a process of its own ([WritingApp]) that says on its output when an edit begins and when the call has
 * returned. Opening and looking happens here, in this process, and the next app is started meanwhile: a JVM takes its time.
 */
object Kills {
    /** A walk is written in so many lives of the app, so that what an earlier life wrote is opened and edited again. */
    private const val LIVES_PER_WALK = 20

    fun story(kills: Int) = Story("an app that is killed $kills times loses nothing that was kept", VERY_LONG) {
        val secret = DesktopKey(null).use { it.secret() }
        val home = phone(Stand.leader, Phones.keyOf(secret)).also { it.client.shutdown() }
        val seen = Tally()
        var next = Life(home.directory, secret)
        repeat(kills) { number ->
            if (number % LIVES_PER_WALK == 0) seen.beginWalk(reopened(home.name, secret) { it.createWalk() })
            val life = next
            life.writeAndDie(seen.walk, firstEdit = seen.edits, Random(number))
            if (number + 1 < kills) next = Life(home.directory, secret)
            seen.look(life, reopened(home.name, secret) { client -> client.walk(seen.walk).stops.map { it.text } })
        }

        val phone = open(home.name, Phones.keyOf(secret))
        assertEquals(UP_TO_DATE, phone.sync())
        seen.lookAtAll(phone.client)
        seen.lookAtAll(phone(Stand.leader).client)
        println("kills $kills edits ${seen.keptCount} lost ${seen.lost} (${seen.hitOpenEdit} hit an open edit)")
        assertEquals(0, seen.lost, "lost")
        assertEquals(0, seen.torn, "half of a batch, or an edit twice")
    }

    private fun <T> Phones.reopened(name: String, secret: ByteArray, look: (Client) -> T): T {
        val client = open(name, Phones.keyOf(secret)).client
        return client.use { look(it).also { client.shutdown() } }
    }
}

/** What was promised, and what was found. */
private class Tally {
    private val kept = mutableMapOf<String, MutableSet<Int>>()
    var walk = ""
        private set
    var edits = 0
        private set
    var lost = 0
        private set
    var torn = 0
        private set
    var hitOpenEdit = 0
        private set

    val keptCount: Int get() = kept.values.sumOf { it.size }

    fun beginWalk(doc: String) {
        walk = doc
        kept[doc] = mutableSetOf()
    }

    fun look(life: Life, found: List<String>) {
        kept.getValue(walk) += life.kept
        edits = life.begun.maxOrNull()?.let { it + 1 } ?: edits
        if (life.begun.size > life.kept.size) hitOpenEdit++
        compare(kept.getValue(walk), found)
    }

    fun lookAtAll(client: Client) =
        kept.forEach { (doc, edits) -> compare(edits, client.walk(doc).stops.map { it.text }) }

    private fun compare(promised: Set<Int>, found: List<String>) {
        lost += promised.count { edit -> WritingApp.batch(edit).any { it !in found } }
        torn += found.groupBy { it.substringBefore('/') }.count { (_, batch) -> batch.size != WritingApp.BATCH }
    }
}

/** One life of the app: a process, from its start to its kill. */
private class Life(directory: File, secret: ByteArray) {
    val begun = mutableListOf<Int>()
    val kept = mutableListOf<Int>()
    private val process = startApp(WritingApp::class, directory.path, secret.toHexString())
    private val said = process.inputReader()

    /** Lets it write until some edits are on disk, kills it at any moment after that, and reads what it said until then. */
    fun writeAndDie(walk: String, firstEdit: Int, random: Random) {
        process.outputWriter().run { write("$walk $firstEdit\n"); flush() }
        val lines = random.nextInt(1, 30)
        repeat(lines) { hear(said.readLine() ?: error("the app ended by itself")) }
        process.kill()
        said.forEachLine(::hear)
        process.hasBeenKilled()
    }

    private fun hear(line: String) {
        val (word, edit) = line.split(' ')
        when (word) {
            "begun" -> begun += edit.toInt()
            "kept" -> kept += edit.toInt()
            else -> error("the app said: $line")
        }
    }
}

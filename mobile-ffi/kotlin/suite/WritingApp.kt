package com.floorwalk.suite

import com.floorwalk.syncNow
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.runBlocking
import uniffi.mobile_ffi.Client
import uniffi.mobile_ffi.ClientException
import uniffi.mobile_ffi.Config
import uniffi.mobile_ffi.NewStop
import uniffi.mobile_ffi.StopKind
import uniffi.mobile_ffi.WalkEdit

/**
 * An app that notes one stop after the other and syncs meanwhile, until somebody kills it.
 *
 * Its arguments are the directory of an enrolled phone and the secret of the phone's key. It waits for a line with the
 * walk to write and the number of the first edit; then it says `begun N` and, when the call has returned, `kept N`.
 */
object WritingApp {
    /** An edit is so many stops in one call. All of them are kept, or none. */
    const val BATCH = 2

    fun batch(edit: Int): List<String> = List(BATCH) { "$edit/$it" }

    @JvmStatic
    fun main(words: Array<String>) {
        val (directory, secret) = words
        val config = Config(directory, STORE_KEY, listens = false, userAgent = "kotlin-suite/1")
        val key = Phones.keyOf(secret.hexToByteArray())
        val (walk, firstEdit) = (readlnOrNull() ?: return).split(' ')
        thread(isDaemon = true) { endWithTheParent() }
        val client = Client.open(config, null, key)
        thread(isDaemon = true) { syncForEver(client) }
        generateSequence(firstEdit.toInt()) { it + 1 }.forEach { write(client, walk, it) }
    }

    /** A parent that was stopped itself kills nobody any more. */
    private fun endWithTheParent() {
        while (readlnOrNull() != null) continue
        Runtime.getRuntime().halt(1)
    }

    private fun write(client: Client, walk: String, edit: Int) {
        say("begun $edit")
        client.editWalk(walk, batch(edit).map { WalkEdit.CaptureStop(stop(it)) })
        say("kept $edit")
    }

    private fun stop(text: String) = NewStop(null, StopKind.NOTE, text, emptyList(), null, NOW)

    private fun syncForEver(client: Client) = runBlocking {
        while (true) {
            try {
                client.syncNow(5.seconds)
            } catch (error: ClientException) {
                // The parent reads this line as one that it does not know, and fails.
                say("sync $error")
            }
        }
    }

    private fun say(line: String) = synchronized(this) {
        println(line)
        System.out.flush()
    }
}

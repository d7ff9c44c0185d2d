package com.floorwalk.suite

import com.floorwalk.changes
import com.floorwalk.noteStop
import com.floorwalk.syncNow
import com.floorwalk.useAndShutDown
import java.io.File
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import uniffi.mobile_ffi.Client
import uniffi.mobile_ffi.ClientEvent
import uniffi.mobile_ffi.ClientException
import uniffi.mobile_ffi.Config
import uniffi.mobile_ffi.DesktopKey
import uniffi.mobile_ffi.TextPlace
import uniffi.mobile_ffi.liveObjects

/** Uses up clients, observers, syncs and errors, and looks whether the process grows. */
object Leaks {
    private const val LOOK_EVERY = 800
    private const val MOST_GROWTH_MIB = 24

    fun cycles(count: Int) = Story("a client that is opened and closed $count times leaves nothing behind", VERY_LONG) {
        val secret = DesktopKey(null).use { it.secret() }
        val phone = phone(Stand.leader, Phones.keyOf(secret), Wire())
        val walk = phone.client.createWalk()
        val stop = phone.client.noteStop(walk, "Still here.", NOW)
        phone.client.shutdown()
        phone.client.close()
        val config = Config(phone.directory.path, STORE_KEY, listens = false, userAgent = "kotlin-suite/1")

        val sizes = mutableListOf<Int>()
        for (cycle in 1..count) {
            Client.open(config, Wire(), Phones.keyOf(secret)).useAndShutDown { live(it, walk, stop) }
            if (cycle % LOOK_EVERY == 0) {
                sizes += residentMib()
                println("        $cycle cycles: ${sizes.last()} MiB")
            }
        }
        waitUntil("what was let go of is gone") { System.gc(); liveObjects() == 0u }
        println("        live objects: ${liveObjects()}")
        // The first look is taken before the process has found its size.
        val settled = sizes.drop(1)
        if (settled.size < 2) error("too few cycles to say anything: at least ${3 * LOOK_EVERY}")
        val growth = settled.last() - settled.first()
        assertTrue(growth < MOST_GROWTH_MIB, "grew by $growth MiB")
    }

    private suspend fun live(client: Client, walk: String, stop: String) = coroutineScope {
        val screen = launch(start = CoroutineStart.UNDISPATCHED) { client.changes().collect { it.hashCode() } }
        client.changes().first { it == ClientEvent.Everything }
        client.cursor(walk, TextPlace.StopText(stop), 0u).use { client.indexOf(it) }
        assertFailsWith<ClientException.NotFound> { client.walk("0".repeat(32)) }
        val abandoned = launch(start = CoroutineStart.UNDISPATCHED) { client.syncNow(60.seconds) }
        abandoned.cancelAndJoin()
        client.syncNow(60.seconds)
        screen.cancelAndJoin()
    }

    private fun residentMib(): Int {
        System.gc()
        val line = File("/proc/self/status").readLines().first { it.startsWith("VmRSS:") }
        return line.filter { it.isDigit() }.toInt() / 1024
    }
}

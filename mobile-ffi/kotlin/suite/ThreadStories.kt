package com.floorwalk.suite

import com.floorwalk.noteStop
import com.floorwalk.syncNow
import com.floorwalk.typeNotes
import com.floorwalk.typed
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.runBlocking
import uniffi.mobile_ffi.Client
import uniffi.mobile_ffi.ClientEvent
import uniffi.mobile_ffi.ClientException
import uniffi.mobile_ffi.DocumentKind
import uniffi.mobile_ffi.Observer
import uniffi.mobile_ffi.TextPlace

object ThreadStories : Stories() {
    private const val THREADS = 8

    init {
        all += mixedCalls(500)

        story("a client goes to sleep while eight threads write, and keeps what it said it kept") {
            val phone = phone(Stand.leader)
            val walks = List(THREADS) { phone.client.createWalk() }
            val kept = List(THREADS) { AtomicInteger() }
            val pool = Executors.newFixedThreadPool(THREADS)
            val writers = walks.mapIndexed { number, walk ->
                pool.submit(Callable { writeUntilAsleep(phone.client, walk, kept[number]) })
            }
            waitUntil("everybody writes") { kept.all { it.get() > 2 } }
            assertTrue(phone.client.suspend(5_000u).isClosed)
            writers.forEach { it.get() }
            pool.shutdown()

            phone.client.resume()
            assertEquals(kept.map { it.get() }, walks.map { phone.client.walk(it).stops.size })
            assertEquals(UP_TO_DATE, phone.sync())
        }
    }

    /** Everything that screens and background tasks do, at once. What each call made is counted. */
    fun mixedCalls(calls: Int) = Story("eight threads make $calls mixed calls each, and every edit is there once", VERY_LONG) {
        val phone = phone(Stand.leader)
        val meeting = phone.client.createMeeting(Stand.tenure, "2026-07-01")
        val before = phone.client.meeting(meeting).notes.text.length
        val callers = List(THREADS) { Caller(phone.client, meeting, Random(it)) }
        val pool = Executors.newFixedThreadPool(THREADS)
        pool.invokeAll(callers.map { caller -> Callable { repeat(calls) { caller.call() } } }).forEach { it.get() }
        pool.shutdown()

        phone.syncInTheEnd()
        val second = phone(Stand.leader)
        for (client in listOf(phone.client, second.client)) {
            assertEquals(before + callers.sumOf { it.typed }, client.meeting(meeting).notes.text.length)
            for (caller in callers) assertEquals(caller.noted, client.walk(caller.walk).stops.map { it.text })
        }
        val (stops, letters) = callers.sumOf { it.noted.size } to callers.sumOf { it.typed }
        println("        $stops stops, $letters letters, ${callers.sumOf { it.syncs }} syncs")
    }

    private fun writeUntilAsleep(client: Client, walk: String, kept: AtomicInteger) {
        try {
            while (true) {
                client.noteStop(walk, "One more.", NOW)
                kept.incrementAndGet()
            }
        } catch (_: ClientException.Asleep) {
            return
        }
    }

    /** One thread's view: a walk of its own, and a meeting that all of them write. */
    private class Caller(private val client: Client, private val meeting: String, private val random: Random) {
        val walk = client.createWalk()
        val noted = mutableListOf<String>()
        var typed = 0
        var syncs = 0
        private var calls = 0

        fun call() {
            calls++
            when (random.nextInt(100)) {
                in 0..<15 -> note()
                in 15..<30 -> type()
                in 30..<45 -> assertEquals(noted.size, client.walk(walk).stops.size)
                in 45..<55 -> assertTrue(client.list(DocumentKind.FLOOR_WALKS, 0u, 20u).total >= 1u)
                in 55..<65 -> client.state(walk)
                in 65..<75 -> watch()
                in 75..<85 -> point()
                in 85..<92 -> assertFailsWith<ClientException.NotFound> { client.walk("0".repeat(32)) }
                in 92..<98 -> client.changedSince(walk, client.seen(walk))
                else -> sync()
            }
        }

        private fun note() {
            val text = "stop $calls"
            client.noteStop(walk, text, NOW)
            noted += text
        }

        private fun type() {
            client.typeNotes(meeting, typed("x"))
            typed++
        }

        private fun watch() {
            val observation = client.observe(object : Observer {
                override fun changed(event: ClientEvent) = Unit
            })
            if (random.nextBoolean()) observation.cancel()
            observation.close()
        }

        private fun point() = client.cursor(meeting, TextPlace.MeetingNotes, 0u).use { client.indexOf(it) }

        private fun sync() {
            runBlocking { client.syncNow(random.nextInt(1, 200).milliseconds) }
            syncs++
        }
    }
}

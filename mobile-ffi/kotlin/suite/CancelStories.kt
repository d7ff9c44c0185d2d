package com.floorwalk.suite

import com.floorwalk.TaskResult
import com.floorwalk.syncInBackground
import com.floorwalk.syncNow
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import uniffi.mobile_ffi.CancelToken
import uniffi.mobile_ffi.ClientInterface
import uniffi.mobile_ffi.SyncOutcome

object CancelStories : Stories() {
    /** Much longer than any story waits: whatever ends before was ended. */
    private val FOR_EVER = 10.minutes

    /** Ending the waiting takes no time; so much is for a busy machine. */
    private val AT_ONCE = 5.seconds

    init {
        story("a coroutine that is cancelled leaves its sync at once") {
            val (phone, wire) = phoneWithoutAnswers()
            val took = coroutineScope {
                val syncing = launch(Dispatchers.Default) { phone.sync(FOR_EVER) }
                waitUntil("a request is under way") { wire.swallowed.get() > 0 }
                measureTime { syncing.cancelAndJoin() }
            }
            assertTrue(took < AT_ONCE, "took $took")
            phone.worksAgain(wire)
        }

        story("a sync ends with the time that its coroutine has") {
            val (phone, wire) = phoneWithoutAnswers()
            val took = measureTime {
                assertFailsWith<TimeoutCancellationException> { withTimeout(200.milliseconds) { phone.sync(FOR_EVER) } }
            }
            assertTrue(took < AT_ONCE, "took $took")
            phone.worksAgain(wire)
        }

        story("a token ends the waiting, and every later one") {
            val (phone, wire) = phoneWithoutAnswers()
            val outcomes = CancelToken().use { token ->
                coroutineScope {
                    val syncing = async(Dispatchers.Default) { phone.client.sync(FOR_EVER.inMs(), token) }
                    waitUntil("a request is under way") { wire.swallowed.get() > 0 }
                    token.cancel()
                    assertTrue(token.isCancelled())
                    listOf(syncing.await(), phone.client.sync(FOR_EVER.inMs(), token))
                }
            }
            assertEquals(listOf<SyncOutcome>(SyncOutcome.Cancelled, SyncOutcome.Cancelled), outcomes)
            phone.worksAgain(wire)
        }

        story("a sync that has used up its time says so, and a background task comes again") {
            val (phone, wire) = phoneWithoutAnswers()
            assertEquals(SyncOutcome.BudgetExhausted(pending = 0u), phone.sync(300.milliseconds))
            assertEquals(TaskResult.TRY_AGAIN, phone.client.syncInBackground(100.milliseconds))
            wire.swallows = false
            wire.isCut = true
            assertEquals(TaskResult.TRY_AGAIN, phone.client.syncInBackground())
            wire.isCut = false
            assertEquals(TaskResult.DONE, phone.client.syncInBackground())
        }

        story("a client goes to sleep while somebody waits for a sync") {
            val (phone, wire) = phoneWithoutAnswers()
            coroutineScope {
                val task = async(Dispatchers.Default) { phone.client.syncInBackground(FOR_EVER) }
                waitUntil("a request is under way") { wire.swallowed.get() > 0 }
                assertTrue(phone.client.suspend(5_000u).isClosed)
                assertEquals(TaskResult.TRY_AGAIN, task.await())
            }
            waitUntil("the request was cancelled") { wire.cancelled.get() == wire.swallowed.get() }
        }

        story("the layer cancels the token that it gives, whatever the generated code does") {
            val isWaiting = CompletableDeferred<Unit>()
            val real = phone(Stand.leader).client
            // Stands for generated code that knows nothing of coroutines, as Swift's knows nothing of tasks.
            val client = object : ClientInterface by real {
                override suspend fun sync(budgetMs: ULong, cancel: CancelToken?): SyncOutcome =
                    withContext(Dispatchers.IO + NonCancellable) {
                        isWaiting.complete(Unit)
                        waitUntil("the token is cancelled") { cancel!!.isCancelled() }
                        SyncOutcome.Cancelled
                    }
            }
            coroutineScope {
                val syncing = async { client.syncNow(FOR_EVER) }
                isWaiting.await()
                syncing.cancel()
                assertFailsWith<CancellationException> { syncing.await() }
            }
        }
    }

    /** An enrolled phone whose requests leave, and are never answered. */
    private suspend fun Phones.phoneWithoutAnswers(): Pair<Phone, Wire> {
        val wire = Wire()
        val phone = phone(Stand.leader, transport = wire)
        wire.swallows = true
        return phone to wire
    }

    private suspend fun Phone.worksAgain(wire: Wire) {
        assertTrue(client.suspend(5_000u).isClosed, "nothing of the sync is left")
        wire.swallows = false
        client.resume()
        assertEquals(UP_TO_DATE, sync())
    }

    private fun kotlin.time.Duration.inMs(): ULong = inWholeMilliseconds.toULong()
}

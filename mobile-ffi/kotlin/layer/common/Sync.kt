package com.floorwalk

import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import uniffi.mobile_ffi.CancelToken
import uniffi.mobile_ffi.ClientException
import uniffi.mobile_ffi.ClientInterface
import uniffi.mobile_ffi.StorageProblem
import uniffi.mobile_ffi.SyncOutcome

/** Long enough for a day's work over a slow network, and short enough for any background task. */
val DEFAULT_BUDGET: Duration = 20.seconds

/**
 * Syncs now, for at most [budget]. Cancelling the coroutine ends the waiting at once; what was stored until then stays.
 *
 * The generated code drops the call by itself when its coroutine is cancelled. The token is there so that this does not
 * depend on a generator: in Swift's it does not hold, and in Kotlin's it was not always so.
 */
suspend fun ClientInterface.syncNow(budget: Duration = DEFAULT_BUDGET): SyncOutcome = CancelToken().use { token ->
    coroutineScope {
        val cancelling = launch(start = CoroutineStart.UNDISPATCHED) {
            try {
                awaitCancellation()
            } finally {
                token.cancel()
            }
        }
        try {
            sync(budget.inWholeMilliseconds.coerceAtLeast(0).toULong(), token)
        } finally {
            cancelling.cancel()
        }
    }
}

/** What a background task tells the system. */
enum class TaskResult {
    /** There is nothing left to do. */
    DONE,

    /** Run it again later: there is more to do, or there was no network. */
    TRY_AGAIN,

    /** Running it again does not help: the person must do something, or update the app. */
    GIVE_UP,
}

/** Syncs as a background task: nothing is thrown but the coroutine's own cancellation. */
suspend fun ClientInterface.syncInBackground(budget: Duration = DEFAULT_BUDGET): TaskResult =
    try {
        when (val outcome = syncNow(budget)) {
            is SyncOutcome.UpToDate -> if (outcome.pending == 0u) TaskResult.DONE else TaskResult.TRY_AGAIN
            is SyncOutcome.BudgetExhausted, SyncOutcome.Offline, SyncOutcome.Cancelled -> TaskResult.TRY_AGAIN
        }
    } catch (error: ClientException) {
        error.asTaskResult()
    }

/** What a background task does about an error. */
fun ClientException.asTaskResult(): TaskResult = when (this) {
    is ClientException.Network, is ClientException.Asleep -> TaskResult.TRY_AGAIN
    is ClientException.Refused -> if (isForNow) TaskResult.TRY_AGAIN else TaskResult.GIVE_UP
    is ClientException.Storage -> if (problem == StorageProblem.BUSY) TaskResult.TRY_AGAIN else TaskResult.GIVE_UP
    is ClientException.NotEnrolled, is ClientException.WrongKey, is ClientException.Fault -> TaskResult.GIVE_UP
    is ClientException.NotFound, is ClientException.NotHere, is ClientException.Invalid -> TaskResult.GIVE_UP
}

/** Whether the server, or the phone's key store, may do it another time. */
private val ClientException.Refused.isForNow: Boolean
    get() = retryAfterMs != null || code == "key_unavailable"

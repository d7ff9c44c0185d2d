package com.floorwalk.android

import android.content.Context
import androidx.work.Constraints
import androidx.work.CoroutineWorker
import androidx.work.ExistingPeriodicWorkPolicy
import androidx.work.NetworkType
import androidx.work.PeriodicWorkRequestBuilder
import androidx.work.WorkManager
import androidx.work.WorkerParameters
import com.floorwalk.TaskResult
import com.floorwalk.syncInBackground
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.minutes
import uniffi.mobile_ffi.Client

/** What the app's `Application` is, so that a background task finds the one client of the process. */
interface HasClient {
    /** The client; opened when it is first asked for. Not called on the main thread. */
    val client: Client
}

/**
 * Syncs while the app is not on the screen.
 *
 * When Android stops the task, `CoroutineWorker` cancels its coroutine, and with it `syncNow` cancels the token of the call:
 * what was stored until then stays, and the next run goes on there.
 */
class SyncWorker(context: Context, parameters: WorkerParameters) : CoroutineWorker(context, parameters) {
    override suspend fun doWork(): Result {
        val app = applicationContext as HasClient
        return when (app.client.syncInBackground(BUDGET)) {
            TaskResult.DONE -> Result.success()
            TaskResult.TRY_AGAIN -> Result.retry()
            TaskResult.GIVE_UP -> Result.failure()
        }
    }

    companion object {
        /** Android allows ten; on a network so slow that two do not do, the next run goes on. */
        private val BUDGET = 2.minutes
        private const val NAME = "floorwalk-sync"

        /** To be called at each start of the app: what is planned already stays planned. */
        fun plan(context: Context) {
            val online = Constraints.Builder().setRequiredNetworkType(NetworkType.CONNECTED).build()
            val request = PeriodicWorkRequestBuilder<SyncWorker>(1, TimeUnit.HOURS).setConstraints(online).build()
            WorkManager.getInstance(context)
                .enqueueUniquePeriodicWork(NAME, ExistingPeriodicWorkPolicy.KEEP, request)
        }
    }
}

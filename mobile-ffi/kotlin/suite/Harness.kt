package com.floorwalk.suite

import kotlin.concurrent.thread
import kotlin.system.exitProcess
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.DurationUnit
import kotlin.time.TimeSource
import kotlinx.coroutines.runBlocking

/** What people do, and what they then find. A story that takes longer than [longest] hangs. */
class Story(val name: String, val longest: Duration = LONGEST, val play: suspend Phones.() -> Unit)

/** The stories of one file. */
abstract class Stories {
    val all = mutableListOf<Story>()

    protected fun story(name: String, play: suspend Phones.() -> Unit) {
        all += Story(name, play = play)
    }
}

/** Longer than the slowest story of the suite on a busy machine. */
private val LONGEST: Duration = 5.minutes

/** For what is run by option: as long as somebody wants to watch. */
val VERY_LONG: Duration = 3.hours

/** Plays the stories whose names hold this word; all of them without one. Ends the process: 1 if one failed. */
fun play(stories: List<Story>, word: String?) {
    val chosen = stories.filter { word == null || word in it.name }
    if (chosen.isEmpty()) stop("no story's name holds the word: $word")
    val failed = chosen.count { !isTrue(it) }
    println("${chosen.size - failed} passed, $failed failed")
    exitProcess(if (failed == 0) 0 else 1)
}

private fun isTrue(story: Story): Boolean {
    val start = TimeSource.Monotonic.markNow()
    val error = failureOf(story)
    val took = start.elapsedNow().toString(DurationUnit.SECONDS, 1)
    println("${if (error == null) "ok    " else "FAILED"}  ${story.name} ($took)")
    error?.printStackTrace(System.out)
    return error == null
}

/** On a thread of its own, so that a call that never returns fails the story and does not hang the suite. */
private fun failureOf(story: Story): Throwable? {
    var failure: Throwable? = null
    val player = thread(name = "story", isDaemon = true) {
        try {
            Phones().use { runBlocking { story.play(it) } }
        } catch (error: Throwable) {
            failure = error
        }
    }
    player.join(story.longest.inWholeMilliseconds)
    if (!player.isAlive) return failure
    return AssertionError("hangs").apply { stackTrace = player.stackTrace }
}

fun stop(why: String): Nothing {
    System.err.println(why)
    exitProcess(2)
}

/** As long as anything may take that happens by itself. */
val PATIENCE: Duration = 20.seconds

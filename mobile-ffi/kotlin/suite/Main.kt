package com.floorwalk.suite

import com.floorwalk.suite.day.DayStories

private const val USAGE = """
    [WORD]          the stories, or those whose names hold the word
    threads [N]     eight threads, N calls each; 5,000 unless told otherwise
    leaks [N]       opens, watches, syncs, cancels and closes N times; 6,400 unless told otherwise
    sample          a first five minutes, printed as screens would show them
    kills [N]       kills an app that writes and syncs N times; 500 unless told otherwise
"""

fun main(words: Array<String>) {
    val number = words.getOrNull(1)?.let { it.toIntOrNull() ?: stop("not a number: $it\n$USAGE") }
    when (words.firstOrNull()) {
        "threads" -> play(listOf(ThreadStories.mixedCalls(number ?: 5_000)), null)
        "leaks" -> play(listOf(Leaks.cycles(number ?: 6_400)), null)
        "kills" -> play(listOf(Kills.story(number ?: 500)), null)
        "sample" -> Sample.show()
        "--help" -> println(USAGE)
        else -> play(everyStory(), words.firstOrNull())
    }
}

private fun everyStory(): List<Story> = listOf(
    WalkStories,
    MeetingStories,
    DayStories,
    LifeStories,
    CancelStories,
    ChangesStories,
    StoreStories,
    KeyStories,
    TransportStories,
    ThreadStories,
    KillStories,
    SampleStories,
).flatMap { it.all }

package com.floorwalk.suite

import kotlin.reflect.KClass

/** Starts an app in a process of its own, which can be killed: the `main` of this object, with these arguments. */
fun startApp(program: KClass<*>, vararg words: String): Process {
    val java = ProcessHandle.current().info().command().get()
    val settings = System.getProperties().stringPropertyNames().filter { it.startsWith("jna.") }
        .map { "-D$it=${System.getProperty(it)}" }
    val quickly = listOf("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m")
    val main = listOf("-cp", System.getProperty("java.class.path"), program.java.name)
    val command = listOf(java) + quickly + settings + main + words
    return ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start()
}

/** Through its handle: `Process` itself would throw away what the app has said and nobody has read yet. */
fun Process.kill() {
    toHandle().destroyForcibly()
}

/** Waits for the end of an app that was killed. */
fun Process.hasBeenKilled() = check(waitFor() == KILLED) { "the app ended by itself: ${exitValue()}" }

private const val KILLED = 128 + 9

// A first app: enrols a phone, notes what a leader sees, and brings it to the server. Copy it and go on from there.
//
//   scripts/kotlin.sh run mobile-ffi/kotlin/FirstNote.kt     compiles it, and runs it beside a server with a small team on it

import com.floorwalk.noteStop
import com.floorwalk.syncNow
import com.floorwalk.useAndShutDown
import java.nio.file.Files
import java.security.SecureRandom
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.runBlocking
import uniffi.mobile_ffi.Client
import uniffi.mobile_ffi.Config
import uniffi.mobile_ffi.DesktopKey
import uniffi.mobile_ffi.StopKind

/** The first argument is the link of an invitation. */
fun main(arguments: Array<String>) = runBlocking {
    // On a phone both keys come from the Keystore (kotlin/android), and the directory is the app's own.
    val storeKey = ByteArray(32).also { SecureRandom().nextBytes(it) }
    val directory = Files.createTempDirectory("first-note-").toString()
    val config = Config(directory, storeKey, listens = false, userAgent = "first-note/1")

    Client.open(config, transport = null, key = DesktopKey(null).asDeviceKey()).useAndShutDown { client ->
        client.enroll(arguments[0], "My first phone")
        println("synced: ${client.syncNow(20.seconds)}")
        val pair = client.tenures().first()
        println("${pair.leader.name} leads ${pair.agent.name}")

        val walk = client.createWalk()
        client.noteStop(walk, "Calm on a hard call. 👏", System.currentTimeMillis(), pair.agent.id, StopKind.PRAISE)
        println("noted, and on this phone: ${client.walk(walk).stops.single().text}")
        println("synced: ${client.syncNow(20.seconds)}")
        println("where it is now: ${client.state(walk)}")
    }
}

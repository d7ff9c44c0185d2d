package com.floorwalk.suite

import com.floorwalk.TaskResult
import com.floorwalk.noteStop
import com.floorwalk.syncInBackground
import com.floorwalk.useAndShutDown
import com.floorwalk.userMessage
import java.io.File
import java.nio.file.Files
import java.util.Locale
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import uniffi.mobile_ffi.ClientException
import uniffi.mobile_ffi.DocumentKind

object LifeStories : Stories() {
    init {
        story("a phone that is not enrolled says so, in the language of its owner") {
            val phone = open("nobody")
            val error = assertFailsWith<ClientException.NotEnrolled> {
                phone.client.list(DocumentKind.MEETINGS, 0u, 10u)
            }
            assertContains(error.userMessage(Locale.forLanguageTag("ro-RO")), "Scanează o invitație")
            assertContains(error.userMessage(Locale.FRENCH), "Scan an invitation")
            assertFailsWith<ClientException.Invalid> { phone.client.enroll("https://example.com", "phone") }
            assertEquals(TaskResult.GIVE_UP, phone.client.syncInBackground())
        }

        story("a sleeping client holds no file and wakes with everything") {
            val phone = phone(Stand.leader)
            val walk = phone.client.createWalk()
            assertTrue(phone.openFiles().isNotEmpty(), "the control: awake, it holds files")

            assertTrue(phone.client.suspend(5_000u).isClosed)
            assertEquals(emptyList(), phone.openFiles())
            assertFailsWith<ClientException.Asleep> { phone.client.walk(walk) }
            assertEquals(TaskResult.TRY_AGAIN, phone.client.syncInBackground())

            phone.client.resume()
            phone.client.resume()
            assertEquals(emptyList(), phone.client.walk(walk).stops)
            assertEquals(UP_TO_DATE, phone.sync())
        }

        story("a client that was shut down stays so") {
            val phone = phone(Stand.leader)
            phone.client.shutdown()
            phone.client.shutdown()
            assertFailsWith<ClientException.Asleep> { phone.client.resume() }
            assertFailsWith<ClientException.Asleep> { phone.client.createWalk() }
            assertEquals(emptyList(), phone.openFiles())

            phone.client.close()
            assertFailsWith<IllegalStateException> { phone.client.createWalk() }
        }

        story("a client is ended by the block that it was opened for") {
            val key = Phones.newKey()
            val phone = phone(Stand.leader, key)
            val walk = phone.client.useAndShutDown { it.createWalk() }
            assertEquals(emptyList(), phone.openFiles())

            open(phone.name, key).client.use { it.noteStop(walk, "Once more.", NOW) }
            assertEquals(emptyList(), phone.openFiles(), "plain use ends it too, when no call is under way")
            val text = open(phone.name, key).client.useAndShutDown { it.walk(walk).stops.single().text }
            assertEquals("Once more.", text)
        }

        story("a client is ended even while somebody waits for a sync, and lets go of its files") {
            val wire = Wire()
            val phone = phone(Stand.leader, transport = wire)
            wire.swallows = true
            coroutineScope {
                val syncing = async(Dispatchers.Default) { runCatching { phone.sync(10.minutes) } }
                waitUntil("a request is under way") { wire.swallowed.get() > 0 }
                phone.client.useAndShutDown { it.createWalk() }
                assertEquals(emptyList(), phone.openFiles())
                assertIs<ClientException.Asleep>(syncing.await().exceptionOrNull())
            }
        }

        story("a revoked phone is wiped and nobody else's") {
            val phone = phone(Stand.agent)
            val other = phone(Stand.agent)
            val doc = phone.client.createMeeting(Stand.tenure, "2026-05-06")
            val device = Stand.office("device", "list").rows().single { it["name"].text == phone.name }["device"].text
            Stand.office("device", "revoke", device)

            assertFailsWith<ClientException.NotEnrolled> { phone.sync() }
            val gone = assertFailsWith<ClientException> { phone.client.meeting(doc) }
            assertTrue(gone is ClientException.NotEnrolled || gone is ClientException.NotFound, "$gone")
            assertEquals(UP_TO_DATE, other.sync())
        }
    }

    /** The files in the phone's directory that this process holds open. */
    private fun Phone.openFiles(): List<String> =
        File("/proc/self/fd").listFiles().orEmpty()
            .mapNotNull { runCatching { Files.readSymbolicLink(it.toPath()).toString() }.getOrNull() }
            .filter { it.startsWith(directory.path) }
}

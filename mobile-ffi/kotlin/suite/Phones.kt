package com.floorwalk.suite

import com.floorwalk.JdkTransport
import com.floorwalk.changes
import com.floorwalk.syncNow
import java.io.File
import java.nio.file.Files
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong
import kotlin.test.assertEquals
import kotlin.time.Duration
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.withTimeoutOrNull
import uniffi.mobile_ffi.Client
import uniffi.mobile_ffi.ClientException
import uniffi.mobile_ffi.Config
import uniffi.mobile_ffi.DesktopKey
import uniffi.mobile_ffi.DeviceKey
import uniffi.mobile_ffi.HttpCall
import uniffi.mobile_ffi.HttpFailure
import uniffi.mobile_ffi.HttpRequest
import uniffi.mobile_ffi.HttpResponse
import uniffi.mobile_ffi.HttpTransport
import uniffi.mobile_ffi.SyncOutcome

const val WEDNESDAY = "2026-03-18"
const val NOW = 1_774_000_000_000L
val UP_TO_DATE = SyncOutcome.UpToDate(pending = 0u)
val STORE_KEY = ByteArray(32) { it.toByte() }

/** A phone as its owner has it: the app, and the app's directory. */
class Phone(val name: String, val directory: File, val client: Client)

/** The phones of one story, in a directory that goes when the story ends. */
class Phones : AutoCloseable {
    val directory: File = Files.createTempDirectory("floorwalk-phones-").toFile()
    private val opened = mutableListOf<Client>()

    /** A phone that nobody has enrolled, or one that is opened again. */
    fun open(
        name: String,
        key: DeviceKey = newKey(),
        transport: HttpTransport? = null,
        storeKey: ByteArray? = STORE_KEY,
        listens: Boolean = false,
    ): Phone {
        val home = directory.resolve(name)
        val config = Config(home.path, storeKey, listens, "kotlin-suite/1")
        val client = Client.open(config, transport, key)
        synchronized(opened) { opened += client }
        return Phone(name, home, client)
    }

    /** A phone of this person that has synced. */
    suspend fun phone(
        owner: Person,
        key: DeviceKey = newKey(),
        transport: HttpTransport? = null,
        storeKey: ByteArray? = STORE_KEY,
        listens: Boolean = false,
    ): Phone {
        val phone = open("phone-${number.incrementAndGet()}", key, transport, storeKey, listens)
        phone.client.enroll(owner.invitation(), phone.name)
        phone.syncInTheEnd()
        return phone
    }

    override fun close() {
        opened.forEach { if (!it.uniffiIsDestroyed) it.shutdown() }
        opened.forEach { it.close() }
        directory.deleteRecursively()
    }

    companion object {
        private val number = AtomicInteger()

        fun newKey(): DeviceKey = keyOf(null)

        /** The key of this secret, or a new one. */
        fun keyOf(secret: ByteArray?): DeviceKey = DesktopKey(secret).use { it.asDeviceKey() }
    }
}

suspend fun Phone.sync(budget: Duration = PATIENCE): SyncOutcome = client.syncNow(budget)

/** Syncs until there is nothing to send or to fetch: what is more than one budget takes several. */
suspend fun Phone.syncInTheEnd() {
    repeat(MOST_SYNCS) { if (sync() == UP_TO_DATE) return }
    error("$name is not up to date after $MOST_SYNCS syncs")
}

private const val MOST_SYNCS = 20

/** Syncs these phones, one after the other. */
suspend fun syncInTurn(vararg phones: Phone) = phones.forEach { assertEquals(UP_TO_DATE, it.sync()) }

/** Waits until this phone shows something by itself, as a screen does that follows its changes. What has not come is not there yet. */
suspend fun Phone.shows(what: String, isSo: (Client) -> Boolean) {
    fun isShown() = try {
        isSo(client)
    } catch (_: ClientException.NotFound) {
        false
    } catch (_: ClientException.NotHere) {
        false
    }
    checkNotNull(withTimeoutOrNull(PATIENCE) { client.changes().first { isShown() } }) { "$name waited in vain: $what" }
}

/** Whether these words stand anywhere in this phone's files. */
fun Phone.holds(words: String): Boolean = String(words.toByteArray(), Charsets.ISO_8859_1) in filesAsText()

/** Everything that stands in this phone's files. */
fun Phone.filesAsText(): String =
    directory.walk().filter { it.isFile }.joinToString("") { String(it.readBytes(), Charsets.ISO_8859_1) }

/** The app's way to the server, which can be cut and can swallow what is sent. */
class Wire(private val stack: HttpTransport = JdkTransport()) : HttpTransport {
    @Volatile
    var isCut = false

    @Volatile
    var swallows = false

    /** How much was sent. */
    val sent = AtomicLong()

    /** Requests that were swallowed, and how many of them the client has cancelled. */
    val swallowed = AtomicInteger()
    val cancelled = AtomicInteger()

    override fun start(request: HttpRequest, response: HttpResponse): HttpCall {
        if (isCut) response.failed(HttpFailure.UNREACHABLE)
        if (!isCut && !swallows) return stack.start(request, response).also { sent.addAndGet(request.body.size.toLong()) }
        if (swallows) swallowed.incrementAndGet()
        return object : HttpCall {
            override fun cancel() {
                cancelled.incrementAndGet()
                response.close()
            }
        }
    }
}

private const val PROBE_EVERY_MS = 2L

/** Waits until this holds; fails when it does not come to hold. */
fun waitUntil(what: String, holds: () -> Boolean) {
    val end = System.nanoTime() + PATIENCE.inWholeNanoseconds
    while (!holds()) {
        check(System.nanoTime() < end) { "waited in vain: $what" }
        Thread.sleep(PROBE_EVERY_MS)
    }
}

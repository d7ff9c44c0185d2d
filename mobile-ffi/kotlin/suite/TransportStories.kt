package com.floorwalk.suite

import com.floorwalk.JdkTransport
import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import uniffi.mobile_ffi.HttpFailure
import uniffi.mobile_ffi.HttpHeader
import uniffi.mobile_ffi.HttpRequest
import uniffi.mobile_ffi.HttpResponse
import uniffi.mobile_ffi.NoHandle

/** The layer's network stack against a server that behaves as told. */
object TransportStories : Stories() {
    init {
        story("an answer is handed on piece by piece, while it arrives") {
            val goOn = CountDownLatch(1)
            val server = server { exchange ->
                exchange.sendResponseHeaders(200, 0)
                exchange.responseBody.run { write("first ".toByteArray()); flush() }
                goOn.await(PATIENCE.inWholeSeconds, TimeUnit.SECONDS)
                exchange.responseBody.run { write("second".toByteArray()); close() }
            }
            val told = Told().also { JdkTransport().start(request(server), it) }
            assertEquals("200", told.next())
            assertEquals("first ", told.next())
            goOn.countDown()
            assertEquals("second", told.next())
            assertEquals("finished", told.next())
        }

        story("what is sent is what was given, and a redirect is an answer like any other") {
            val asked = Channel<String>(Channel.UNLIMITED)
            val server = server { exchange ->
                val encodings = exchange.requestHeaders["Accept-Encoding"]
                val body = String(exchange.requestBody.readBytes())
                asked.trySend("${exchange.requestMethod} ${exchange.requestURI} $encodings $body")
                exchange.responseHeaders.add("Location", "/elsewhere")
                exchange.sendResponseHeaders(307, -1)
                exchange.close()
            }
            val sent = request(server, "POST", "hello", "accept-encoding" to "zstd")
            val told = Told().also { JdkTransport().start(sent, it) }
            assertEquals("307", told.next())
            assertEquals("finished", told.next())
            assertEquals("POST /v1/sync [zstd] hello", asked.next())
            assertTrue(asked.tryReceive().isFailure, "nothing else was asked for")
        }

        story("a server that falls silent is given up, before its answer and in the middle of it") {
            val never = CountDownLatch(1)
            val silent = server { never.await() }
            val halfway = server { exchange ->
                exchange.sendResponseHeaders(200, 0)
                exchange.responseBody.run { write("half".toByteArray()); flush() }
                never.await()
            }
            val first = Told().also { JdkTransport().start(request(silent, silenceMs = 200), it) }
            assertEquals("INTERRUPTED", first.next())
            val second = Told().also { JdkTransport().start(request(halfway, silenceMs = 200), it) }
            assertEquals(listOf("200", "half", "INTERRUPTED"), List(3) { second.next() })
            never.countDown()
        }

        story("a call that is cancelled closes its connection") {
            ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { listener ->
                val told = Told()
                val call = JdkTransport().start(request(listener.address), told)
                listener.accept().use { connection ->
                    connection.soTimeout = PATIENCE.inWholeMilliseconds.toInt()
                    assertTrue(connection.getInputStream().read() > 0, "the request has left")
                    call.cancel()
                    connection.getInputStream().readBytes()
                }
                assertEquals("INTERRUPTED", told.next())
            }
        }

        story("where nobody listens nothing was sent, and what broke off is not sent again") {
            val nobody = ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { it.address }
            assertEquals("UNREACHABLE", Told().also { JdkTransport().start(request(nobody), it) }.next())
            val noSuchHost = InetSocketAddress.createUnresolved("no-such-host.invalid", 80)
            assertEquals("UNREACHABLE", Told().also { JdkTransport().start(request(noSuchHost), it) }.next())

            val accepted = AtomicInteger()
            ServerSocket(0, 8, InetAddress.getLoopbackAddress()).use { listener ->
                thread(isDaemon = true) {
                    runCatching {
                        while (true) listener.accept().use { accepted.incrementAndGet(); it.getInputStream().read() }
                    }
                }
                val told = Told().also { JdkTransport().start(request(listener.address, "POST", "once"), it) }
                assertEquals("INTERRUPTED", told.next())
            }
            assertEquals(1, accepted.get())
        }
    }

    private val threads = Executors.newCachedThreadPool { thread(start = false, isDaemon = true) { it.run() } }

    private val ServerSocket.address get() = localSocketAddress as InetSocketAddress

    private fun server(answer: (HttpExchange) -> Unit): InetSocketAddress {
        val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
        server.executor = threads
        server.createContext("/", answer)
        server.start()
        return server.address
    }

    private fun request(
        address: InetSocketAddress,
        method: String = "GET",
        body: String = "",
        vararg headers: Pair<String, String>,
        silenceMs: Int = 20_000,
    ) = HttpRequest(
        method = method,
        url = "http://${address.hostString}:${address.port}/v1/sync",
        headers = headers.map { (name, value) -> HttpHeader(name, value) },
        body = body.toByteArray(),
        silenceMs = silenceMs.toULong(),
    )

    /** Stands for the client: writes down what it is told. */
    private class Told : HttpResponse(NoHandle) {
        private val told = Channel<String>(Channel.UNLIMITED)

        override fun head(status: UShort, headers: List<HttpHeader>) = tell("$status")

        override fun body(bytes: ByteArray): Boolean = true.also { tell(String(bytes)) }

        override fun finished() = tell("finished")

        override fun failed(failure: HttpFailure) = tell(failure.name)

        fun next(): String = told.next()

        private fun tell(what: String) {
            told.trySend(what)
        }
    }

    private fun <T> Channel<T>.next(): T = runBlocking { withTimeout(PATIENCE) { receive() } }
}

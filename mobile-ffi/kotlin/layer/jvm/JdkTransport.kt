package com.floorwalk

import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpConnectTimeoutException
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodySubscriber
import java.net.http.HttpResponse.ResponseInfo
import java.nio.ByteBuffer
import java.nio.channels.UnresolvedAddressException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import java.util.concurrent.Flow.Subscription
import java.util.concurrent.ScheduledFuture
import java.util.concurrent.ScheduledThreadPoolExecutor
import java.util.concurrent.TimeUnit
import uniffi.mobile_ffi.HttpCall
import uniffi.mobile_ffi.HttpFailure
import uniffi.mobile_ffi.HttpHeader
import uniffi.mobile_ffi.HttpRequest
import uniffi.mobile_ffi.HttpResponse
import uniffi.mobile_ffi.HttpTransport

/**
 * The network stack of a JVM from version 17 on: proxies, certificates and HTTP/2 as Java has them.
 *
 * `HttpURLConnection` would be there on every version, but it sends a POST again by itself when the connection broke,
 * and what is signed to be sent once must not be sent twice.
 */
class JdkTransport(private val client: HttpClient = defaultClient()) : HttpTransport {
    override fun start(request: HttpRequest, response: HttpResponse): HttpCall {
        val answer = Answer(response, request.silenceMs.toLong())
        answer.belongsTo(client.sendAsync(request.toJava(), answer::begin))
        return answer
    }

    companion object {
        private val CONNECT_TIMEOUT: Duration = Duration.ofSeconds(10)

        /** Follows no redirect. Without TLS, HTTP/2 would cost a first request that asks for it. */
        fun defaultClient(): HttpClient = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build()
    }
}

private fun HttpRequest.toJava(): java.net.http.HttpRequest {
    val publisher = if (method == "GET") BodyPublishers.noBody() else BodyPublishers.ofByteArray(body)
    val builder = java.net.http.HttpRequest.newBuilder(URI.create(url)).method(method, publisher)
    headers.forEach { builder.header(it.name, it.value) }
    return builder.build()
}

/** One answer on its way: hands on each piece when it arrives, and gives up when none does. */
private class Answer(private val response: HttpResponse, private val silenceMs: Long) : HttpCall, BodySubscriber<Unit> {
    private val whole = CompletableFuture<Unit>()
    private var subscription: Subscription? = null
    private var sent: CompletableFuture<*>? = null
    private var silence: ScheduledFuture<*>? = watch()
    private var isOver = false

    fun belongsTo(exchange: CompletableFuture<*>) {
        synchronized(this) { sent = exchange }
        exchange.whenComplete { _, error -> if (error != null) fail(error.asFailure()) }
        if (isOverNow()) exchange.cancel(true)
    }

    @Synchronized
    fun begin(head: ResponseInfo): BodySubscriber<Unit> {
        if (!isOver) {
            heard()
            val lines = head.headers().map().flatMap { (name, values) -> values.map { HttpHeader(name, it) } }
            response.head(head.statusCode().toUShort(), lines)
        }
        return this
    }

    @Synchronized
    override fun onSubscribe(subscription: Subscription) {
        this.subscription = subscription
        if (isOver) subscription.cancel() else subscription.request(1)
    }

    override fun onNext(pieces: List<ByteBuffer>) {
        val isWanted = synchronized(this) {
            heard()
            !isOver && pieces.all { response.body(it.toBytes()) }
        }
        if (isWanted) subscription?.request(1) else cancel()
    }

    override fun onError(error: Throwable) {
        fail(error.asFailure())
    }

    override fun onComplete() {
        end { response.finished() }
    }

    override fun getBody(): CompletionStage<Unit> = whole

    /** After the end this does nothing: the connection is kept for the next request. */
    override fun cancel() {
        if (!fail(HttpFailure.INTERRUPTED)) return
        val (subscription, sent) = synchronized(this) { subscription to sent }
        subscription?.cancel()
        sent?.cancel(true)
    }

    private fun fail(failure: HttpFailure): Boolean = end { response.failed(failure) }

    /** Tells the end, once, and lets go of the other side without waiting for a garbage collector. False if it was told. */
    private fun end(tell: () -> Unit): Boolean {
        synchronized(this) {
            if (isOver) return false
            isOver = true
            silence?.cancel(false)
            tell()
            response.close()
        }
        whole.complete(Unit)
        return true
    }

    @Synchronized
    private fun isOverNow() = isOver

    private fun heard() {
        silence?.cancel(false)
        silence = if (isOver) null else watch()
    }

    private fun watch() = SILENCE.schedule(::cancel, silenceMs, TimeUnit.MILLISECONDS)

    private companion object {
        /** Java's own timeout ends with the head of an answer; a stream may fall silent after it. */
        val SILENCE = ScheduledThreadPoolExecutor(1) { task ->
            Thread(task, "floorwalk-silence").apply { isDaemon = true }
        }.apply { removeOnCancelPolicy = true }
    }
}

private fun ByteBuffer.toBytes() = ByteArray(remaining()).also { get(it) }

/** What Java's client wraps errors in, and has of its own. */
private fun Throwable.asFailure(): HttpFailure = when (this) {
    is CompletionException -> cause?.asFailure() ?: HttpFailure.INTERRUPTED
    is HttpConnectTimeoutException, is UnresolvedAddressException -> HttpFailure.UNREACHABLE
    else -> asHttpFailure()
}

// What the layer's network stack makes of answers, good and bad.

@testable import Floorwalk
import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What Rust would be told.
private enum Told: Equatable {
    case head(Int, [String: String])
    case body(String)
    case finished
    case failed(HttpFailure)
}

/// Stands where Rust stands.
private final class Listener: HttpResponse, @unchecked Sendable {
    private let pieces: AsyncStream<Told>
    private let told: AsyncStream<Told>.Continuation

    init() {
        (pieces, told) = AsyncStream.makeStream()
        super.init(noHandle: .init())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError("made by stories only")
    }

    override func head(status: UInt16, headers: [HttpHeader]) {
        let pairs = headers.map { ($0.name.lowercased(), $0.value) }
        told.yield(.head(Int(status), Dictionary(uniqueKeysWithValues: pairs)))
    }

    override func body(bytes: Data) -> Bool {
        told.yield(.body(String(decoding: bytes, as: UTF8.self)))
        return true
    }

    override func finished() {
        told.yield(.finished)
        told.finish()
    }

    override func failed(failure: HttpFailure) {
        told.yield(.failed(failure))
        told.finish()
    }

    func next() async throws -> Told {
        try the(await pieces.first { _ in true }, "nothing more is told")
    }

    func nextHead() async throws -> (status: Int, headers: [String: String]) {
        let next = try await next()
        guard case .head(let status, let headers) = next else {
            throw Failure("no head but \(next)", .init(file: #fileID, line: #line))
        }
        return (status, headers)
    }

    func rest() async -> [Told] {
        await pieces.reduce(into: []) { $0.append($1) }
    }
}

private func ask(
    _ url: String,
    _ method: String = "GET",
    body: String = "",
    headers: [HttpHeader] = [],
    silenceMs: UInt64 = 600_000
) throws -> (stack: URLSessionTransport, call: HttpCall, answer: Listener) {
    let stack = URLSessionTransport(userAgent: "Floorwalk/1.0")
    let answer = Listener()
    let request = HttpRequest(method: method, url: url, headers: headers, body: Data(body.utf8), silenceMs: silenceMs)
    return try (stack, stack.start(request: request, response: answer), answer)
}

/// What is sent is chosen by the script, so that a story may ask for it in the middle.
private let ok = "HTTP/1.1 200 OK\r\n"
private let last = "connection: close\r\n\r\n"

func carrying(_ story: Book) {
    story("an answer is told piece by piece, as it comes") { _ in
        let more = DispatchSemaphore(value: 0)
        let host = try Host { connection in
            connection.say(ok + "x-first: 1\r\n" + last)
            connection.say("one")
            more.wait()
            connection.say("two")
        }
        defer { host.stop() }
        let (_stack, _, answer) = try ask(host.url)
        let (status, headers) = try await answer.nextHead()
        try expect(status, is: 200)
        try expect(headers["x-first"], is: "1")
        try await expect(answer.next(), is: .body("one"))
        more.signal()
        try await expect(answer.rest(), is: [.body("two"), .finished])
        withExtendedLifetime(_stack) {}
    }

    story("what is sent is what was asked for, and nothing of the system's own") { _ in
        let asked = AsyncStream<String>.makeStream()
        let host = try Host { connection in
            asked.continuation.yield(connection.request)
            connection.say(ok + "content-length: 0\r\n" + last)
        }
        defer { host.stop() }
        for (method, words) in [("GET", ""), ("POST", "12345"), ("POST", "")] {
            let header = HttpHeader(name: "authorization", value: "Bearer x.y")
            let (stack, _, answer) = try ask(host.url + "v1/sync", method, body: words, headers: [header])
            _ = try await answer.nextHead()
            try await expect(answer.rest(), is: [.finished])
            let request = try the(await asked.stream.first { _ in true }).lowercased()
            try expect(request.hasPrefix("\(method.lowercased()) /v1/sync http/1.1\r\n"), request)
            try expect(request.contains("authorization: bearer x.y\r\n"), request)
            try expect(request.contains("user-agent: floorwalk/1.0\r\n"), request)
            try expect(request.contains("accept-encoding: identity\r\n"), request)
            try expect(request.contains("content-length: \(words.utf8.count)\r\n"), is: method == "POST", request)
            try expect(!request.contains("cookie"), request)
            withExtendedLifetime(stack) {}
        }
    }

    story("a redirect is told and not followed") { _ in
        let host = try Host { connection in
            connection.say("HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 2\r\n" + last + "no")
        }
        defer { host.stop() }
        let (stack, _, answer) = try ask(host.url)
        let (status, headers) = try await answer.nextHead()
        try expect(status, is: 302)
        try expect(headers["location"], is: "/elsewhere")
        try await expect(answer.rest().last, is: .finished)
        try expect(host.connections, is: 1)
        withExtendedLifetime(stack) {}
    }

    story("a refusal is told as any answer, and nobody is asked for a password") { _ in
        let host = try Host { connection in
            connection.say("HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Bearer realm=\"x\"\r\ncontent-length: 2\r\n")
            connection.say(last + "no")
        }
        defer { host.stop() }
        let (stack, _, answer) = try ask(host.url, "POST", body: "12345")
        try await expect(answer.nextHead().status, is: 401)
        try await expect(answer.rest(), is: [.body("no"), .finished])
        try expect(host.connections, is: 1)
        withExtendedLifetime(stack) {}
    }

    story("a call that is cancelled closes its connection") { _ in
        let closed = AsyncStream<Void>.makeStream()
        let host = try Host { connection in
            connection.say(ok + "content-length: 9\r\n\r\n")
            connection.waitForEnd()
            closed.continuation.yield()
        }
        defer { host.stop() }
        let (stack, call, answer) = try ask(host.url)
        _ = try await answer.nextHead()
        try call.cancel()
        _ = await closed.stream.first { _ in true }
        try await expect(answer.rest(), is: [.failed(.interrupted)])
        try call.cancel()
        withExtendedLifetime(stack) {}
    }

    story("a transport that nobody holds any more closes its connections") { _ in
        let closed = AsyncStream<Void>.makeStream()
        let host = try Host { connection in
            connection.say(ok + "content-length: 9\r\n\r\n")
            connection.waitForEnd()
            closed.continuation.yield()
        }
        defer { host.stop() }
        let answer = try await {
            let (stack, _, answer) = try ask(host.url)
            _ = try await answer.nextHead()
            withExtendedLifetime(stack) {}
            return answer
        }()
        _ = await closed.stream.first { _ in true }
        try await expect(answer.rest(), is: [.failed(.interrupted)])
    }

    story("an answer that breaks off is interrupted") { _ in
        let host = try Host { $0.say(ok + "content-length: 9\r\n" + last + "only") }
        defer { host.stop() }
        let (stack, _, answer) = try ask(host.url)
        _ = try await answer.nextHead()
        try await expect(answer.rest(), is: [.body("only"), .failed(.interrupted)])
        withExtendedLifetime(stack) {}
    }

    story("an answer that falls silent is interrupted") { _ in
        let host = try Host { connection in
            connection.say(ok + "content-length: 9\r\n" + last + "only")
            connection.waitForEnd()
        }
        defer { host.stop() }
        let clock = ContinuousClock()
        let start = clock.now
        let (stack, _, answer) = try ask(host.url, silenceMs: 1_000)
        _ = try await answer.nextHead()
        try await expect(answer.rest(), is: [.body("only"), .failed(.interrupted)])
        // URLSession's own patience is a minute.
        try expect(clock.now - start < .seconds(30), "given up when it was told to")
        withExtendedLifetime(stack) {}
    }

    story("where nobody listens, nothing was sent") { _ in
        let host = try Host { _ in }
        host.stop()
        let (stack, _, answer) = try ask(host.url)
        try await expect(answer.rest(), is: [.failed(.unreachable)])
        let (other, _, silence) = try ask("http://no-such-host.invalid/")
        try await expect(silence.rest(), is: [.failed(.unreachable)])
        withExtendedLifetime((stack, other)) {}
    }

    // URLSession on Linux calls every failure of TLS unknown, so that a real one would prove nothing here.
    story("a failure says whether anything was sent, and whether it was our server") { _ in
        let failures: [(URLError.Code, HttpFailure)] = [
            (.notConnectedToInternet, .unreachable), (.cannotConnectToHost, .unreachable),
            (.secureConnectionFailed, .certificate), (.serverCertificateUntrusted, .certificate),
            (.networkConnectionLost, .interrupted), (.timedOut, .interrupted), (.cancelled, .interrupted),
        ]
        for (code, failure) in failures {
            try expect(HttpFailure(URLError(code)), is: failure, "\(code)")
        }
        try expect(HttpFailure(Failure("something else", .init(file: #fileID, line: #line))), is: .interrupted)
    }

    story("what the system has decoded is not decoded again") { _ in
        // `hello` as zstd, in one raw block.
        let frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 5, 0x29, 0, 0] + Array("hello".utf8)
        let host = try Host { connection in
            connection.say(ok + "content-encoding: zstd\r\ncontent-length: \(frame.count)\r\n" + last)
            connection.say(frame)
        }
        defer { host.stop() }
        let offer = HttpHeader(name: "accept-encoding", value: "zstd")
        let (stack, _, answer) = try ask(host.url, headers: [offer])
        let (_, headers) = try await answer.nextHead()
        let rest = await answer.rest()
        // Either is right: decoded and no longer called so, or as it was sent.
        if headers["content-encoding"] == nil {
            try expect(rest, is: [.body("hello"), .finished])
        } else {
            try expect(rest, is: [.body(String(decoding: frame, as: UTF8.self)), .finished])
        }
        withExtendedLifetime(stack) {}
    }
}

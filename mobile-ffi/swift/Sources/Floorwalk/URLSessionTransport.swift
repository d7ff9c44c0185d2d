// Owns the system's network stack as a client calls it: URLSession, which knows the phone's proxies, certificates and
// battery.

import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A transport over URLSession. One for each client is enough; its connections close when it goes.
public final class URLSessionTransport: HttpTransport {
    private let session: URLSession
    private let answers = Answers()

    /// `userAgent` is what the app calls itself: `Config.userAgent` is for the build's own network stack only.
    public init(userAgent: String) {
        let settings = URLSessionConfiguration.ephemeral
        // Each answer belongs to one moment of one device: nothing is kept, and nothing is sent that Rust did not ask for.
        settings.urlCache = nil
        settings.requestCachePolicy = .reloadIgnoringLocalCacheData
        settings.httpCookieStorage = nil
        settings.httpShouldSetCookies = false
        settings.urlCredentialStorage = nil
        settings.httpAdditionalHeaders = ["User-Agent": userAgent]
        // URLSession holds its delegate until it is told to end; hence a delegate apart, or this object would never go.
        session = URLSession(configuration: settings, delegate: answers, delegateQueue: nil)
    }

    deinit {
        session.invalidateAndCancel()
    }

    public func start(request: HttpRequest, response: HttpResponse) throws -> HttpCall {
        guard let url = URL(string: request.url) else {
            throw CallbackError.Failed(detail: "not an address")
        }
        var asked = URLRequest(url: url)
        asked.httpMethod = request.method
        for header in request.headers {
            asked.addValue(header.value, forHTTPHeaderField: header.name)
        }
        // Otherwise URLSession offers encodings of its own, and decodes them behind our back.
        if asked.value(forHTTPHeaderField: "Accept-Encoding") == nil {
            asked.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        }
        // URLSession refuses a GET with a body, even an empty one.
        if request.method != "GET" {
            asked.httpBody = request.body
        }
        // Counts from the last byte, as Rust means it.
        asked.timeoutInterval = TimeInterval(request.silenceMs) / 1_000
        let task = session.dataTask(with: asked)
        answers.expect(response, of: task)
        task.resume()
        return Call(task: task)
    }
}

/// A request that is under way.
private final class Call: HttpCall {
    private let task: URLSessionTask

    init(task: URLSessionTask) {
        self.task = task
    }

    func cancel() {
        task.cancel()
    }
}

/// Tells Rust what comes of each request. URLSession calls it from one thread at a time.
private final class Answers: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private let lock = NSLock()
    /// By the task's number; guarded by the lock.
    private var waiting: [Int: Answer] = [:]

    func expect(_ response: HttpResponse, of task: URLSessionTask) {
        lock.withLock { waiting[task.taskIdentifier] = Answer(response) }
    }

    /// Where the server wants to send us is not where the person enrolled: the answer is the redirect itself.
    func urlSession(
        _: URLSession,
        task _: URLSessionTask,
        willPerformHTTPRedirection _: HTTPURLResponse,
        newRequest _: URLRequest,
        completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(
        _: URLSession,
        dataTask: URLSessionDataTask,
        didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        if let head = response as? HTTPURLResponse {
            answer(of: dataTask)?.head(head)
        }
        completionHandler(.allow)
    }

    func urlSession(_: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        if answer(of: dataTask)?.body(data) == false {
            dataTask.cancel()
        }
    }

    func urlSession(_: URLSession, task: URLSessionTask, didCompleteWithError error: Error?) {
        let answer = lock.withLock { waiting.removeValue(forKey: task.taskIdentifier) }
        answer?.end(error)
    }

    private func answer(of task: URLSessionTask) -> Answer? {
        lock.withLock { waiting[task.taskIdentifier] }
    }
}

/// One answer on its way to Rust.
///
/// URLSession cannot be told to leave a body encoded. What it can decode, it does, and leaves `Content-Encoding` in the head
/// all the same: zstd on Linux, and on Apple's newer systems. So where the head says zstd, it waits for the first bytes, and
/// these say who has to decode.
private final class Answer: @unchecked Sendable {
    private let response: HttpResponse
    /// A head that waits for the first bytes. Only the thread that tells of the task touches it.
    private var kept: (status: UInt16, headers: [HttpHeader])?
    private var first = Data()

    init(_ response: HttpResponse) {
        self.response = response
    }

    func head(_ head: HTTPURLResponse) {
        let headers = head.allHeaderFields.map { HttpHeader(name: "\($0.key)", value: "\($0.value)") }
        let status = UInt16(clamping: head.statusCode)
        if headers.contains(where: \.saysZstd) {
            kept = (status, headers)
        } else {
            response.head(status: status, headers: headers)
        }
    }

    /// False when nobody waits for it any more.
    func body(_ data: Data) -> Bool {
        guard kept != nil else { return response.body(bytes: data) }
        first.append(data)
        return first.count < zstdMagic.count || tellKept()
    }

    func end(_ error: Error?) {
        _ = tellKept()
        guard let error else { return response.finished() }
        response.failed(failure: HttpFailure(error))
    }

    private func tellKept() -> Bool {
        guard let (status, headers) = kept else { return true }
        kept = nil
        let isEncoded = first.starts(with: zstdMagic)
        response.head(status: status, headers: headers.filter { isEncoded || !$0.saysZstd })
        return first.isEmpty || response.body(bytes: first)
    }
}

/// What every zstd frame begins with; no answer of Floorwalk's does when it is decoded.
private let zstdMagic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

extension HttpHeader {
    fileprivate var saysZstd: Bool {
        name.lowercased() == "content-encoding" && value.lowercased() == "zstd"
    }
}

extension HttpFailure {
    init(_ error: Error) {
        switch (error as? URLError)?.code {
        case .cannotFindHost, .cannotConnectToHost, .dnsLookupFailed, .notConnectedToInternet, .dataNotAllowed,
            .internationalRoamingOff, .callIsActive, .unsupportedURL, .badURL,
            .appTransportSecurityRequiresSecureConnection:
            self = .unreachable
        case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected,
            .clientCertificateRequired:
            self = .certificate
        default:
            self = .interrupted
        }
    }
}

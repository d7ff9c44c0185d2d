// Owns the phones of one story: a directory for each, gone when the story is over.

import Floorwalk
import Foundation

final class Phones: Sendable {
    static let usualKey = Data(0..<32)

    let directory: URL
    private let open = Shared<[Client]>([])

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("phones-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    func putAway() {
        open.with { clients in
            clients.forEach { $0.shutdown() }
            clients = []
        }
        try? FileManager.default.removeItem(at: directory)
    }

    /// A phone that is nobody's yet.
    func client(
        _ name: String,
        transport: HttpTransport? = Wire(),
        key: DeviceKey? = nil,
        storeKey: Data? = usualKey,
        listens: Bool = false
    ) async throws -> Client {
        let config = Config(
            directory: directory.appendingPathComponent(name).path,
            storeKey: storeKey,
            listens: listens,
            userAgent: "suite/1"
        )
        let key = try key ?? DesktopKey(secret: nil).asDeviceKey()
        let client = try await Client.opened(config, transport: transport, key: key)
        open.with { $0.append(client) }
        return client
    }

    /// An enrolled phone that has synced.
    func phone(
        _ name: String,
        of role: Role,
        transport: HttpTransport? = Wire(),
        key: DeviceKey? = nil,
        storeKey: Data? = usualKey,
        listens: Bool = false
    ) async throws -> Client {
        let client = try await client(name, transport: transport, key: key, storeKey: storeKey, listens: listens)
        return try await enrolled(client, name, Stand.shared.invitation(of: role))
    }

    /// The same phone, once it belongs to whom the invitation names.
    func enrolled(_ client: Client, _ name: String, _ invitation: String) async throws -> Client {
        try await client.enroll(invitation: invitation, deviceName: name)
        try await expect(client.syncNow(), is: .upToDate(pending: 0))
        return client
    }

    /// Everything in the files of a phone.
    func files(of name: String) throws -> Data {
        let folder = directory.appendingPathComponent(name)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try names.reduce(into: Data()) { all, name in
            all.append(try Data(contentsOf: folder.appendingPathComponent(name)))
        }
    }
}

/// Waits until a phone shows something by itself, as a screen does that follows its changes. What has not come is not there yet.
func shows(_ phone: Client, _ what: String, _ isSo: () throws -> Bool) async throws {
    let late = DispatchWorkItem {
        print("       still waiting: \(what)")
        fflush(nil)
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + 20, execute: late)
    defer { late.cancel() }
    for await _ in phone.changes where try isShown(isSo) { return }
    throw Failure("the phone was closed before it showed: \(what)", .init(file: #fileID, line: #line))
}

private func isShown(_ isSo: () throws -> Bool) throws -> Bool {
    do {
        return try isSo()
    } catch ClientError.NotFound, ClientError.NotHere {
        return false
    }
}

/// An app's network stack, with a plug that can be pulled.
final class Wire: HttpTransport {
    enum State: Sendable {
        case whole
        /// No network.
        case cut
        /// Requests leave, and no answer comes.
        case stuck
    }

    private let stack = URLSessionTransport(userAgent: "suite/1")
    private let state = Shared(State.whole)
    private let bytes = Shared(0)
    private let unanswered = Shared<[HttpResponse]>([])
    private let stuck: AsyncStream<Void>
    private let gotStuck: AsyncStream<Void>.Continuation

    init() {
        (stuck, gotStuck) = AsyncStream.makeStream()
    }

    /// How much was sent.
    var sent: Int { bytes.with { $0 } }

    func become(_ new: State) {
        state.with { $0 = new }
    }

    func start(request: HttpRequest, response: HttpResponse) throws -> HttpCall {
        switch state.with({ $0 }) {
        case .whole:
            bytes.with { $0 += request.body.count }
            return try stack.start(request: request, response: response)
        case .cut:
            response.failed(failure: .unreachable)
        case .stuck:
            // Kept: an answer that is let go of counts as one that has ended.
            unanswered.with { $0.append(response) }
            gotStuck.yield()
        }
        return NoCall()
    }

    /// Waits until a request has left that will not be answered.
    func isStuck() async {
        for await _ in stuck { return }
    }

    private final class NoCall: HttpCall {
        func cancel() {}
    }
}

// Owns what the five minutes need around a client: a phone with an airplane mode, and who invites.

import Floorwalk
import Foundation

/// What mobile-ffi/tests/stand.py says.
struct Stand: Decodable {
    struct Person: Decodable {
        let invitations: [String]
    }

    let leader: Person
    let agent: Person

    static func read() throws -> Stand {
        guard let path = ProcessInfo.processInfo.environment["PHONE_STAND"] else {
            fail("PHONE_STAND names no stand: run this with scripts/swift.sh")
        }
        return try JSONDecoder().decode(Stand.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }
}

/// A phone with the app on it.
final class Phone: Sendable {
    let client: Client
    private let radio: Radio

    private init(_ client: Client, _ radio: Radio) {
        self.client = client
        self.radio = radio
    }

    static func unpacked(in directory: URL) async throws -> Phone {
        // An app keeps both keys in the system's key store: see Examples/iOS.
        var random = SystemRandomNumberGenerator()
        let storeKey = Data((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        let radio = Radio()
        let config = Config(directory: directory.path, storeKey: storeKey, listens: false, userAgent: "five-minutes/1.0")
        let key = try DesktopKey(secret: nil).asDeviceKey()
        return try await Phone(Client.opened(config, transport: radio, key: key), radio)
    }

    var isInAirplaneMode: Bool {
        get { radio.isOff }
        set { radio.isOff = newValue }
    }

    func areOnServer(_ docs: [DocId]) throws -> Bool {
        try docs.allSatisfy { try client.state(doc: $0) == .onServer }
    }
}

/// The system's network stack, behind a switch.
private final class Radio: HttpTransport, @unchecked Sendable {
    private let stack = URLSessionTransport(userAgent: "five-minutes/1.0")
    private let lock = NSLock()
    private var off = false

    var isOff: Bool {
        get { lock.withLock { off } }
        set { lock.withLock { off = newValue } }
    }

    func start(request: HttpRequest, response: HttpResponse) throws -> HttpCall {
        guard isOff else { return try stack.start(request: request, response: response) }
        response.failed(failure: .unreachable)
        return Nothing()
    }

    private final class Nothing: HttpCall {
        func cancel() {}
    }
}

extension Tenure {
    var summary: String {
        "\(teamName): \(leader.name) and \(agent.name)"
    }

    /// The team's next Wednesday, not before tomorrow.
    func nextWednesday(after moment: Date) -> Day {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: timeZone) ?? .current
        let wednesday = DateComponents(hour: 12, weekday: 4)
        let next = calendar.nextDate(after: moment.addingTimeInterval(86_400), matching: wednesday, matchingPolicy: .nextTime)
        return day(of: next ?? moment)
    }
}

func say(_ time: String, _ what: String) {
    print("\(time)  \(what)")
    fflush(nil)
}

func check(_ isSo: Bool, _ what: String) {
    guard isSo else { fail("not so: \(what)") }
    print("      ✓ \(what)")
}

func fail(_ why: String) -> Never {
    print("FAILED \(why)")
    exit(1)
}

// A phone's life: before it is anybody's, asleep, awake, taken away.

import Floorwalk
import Foundation

func life(_ story: Book) {
    story("a phone that is not enrolled says so") { phones in
        let client = try await phones.client("nobody")
        try await expect(refusal { try client.list(kind: .meetings, after: 0, limit: 10) }, is: .notEnrolled)
        try await expect(refusal { try await client.syncNow() }, is: .notEnrolled)
        let link = "https://example.com"
        try await expect(refusal { try await client.enroll(invitation: link, deviceName: "x") }, is: .invalid)
    }

    story("a phone without a network cannot be enrolled, and can be afterwards with the same invitation") { phones in
        let wire = Wire()
        let client = try await phones.client("desk", transport: wire)
        let link = try Stand.shared.invitation(of: .stranger)
        wire.become(.cut)
        try await expect(refusal { try await client.enroll(invitation: link, deviceName: "x") }, is: .network)

        wire.become(.whole)
        try await client.enroll(invitation: link, deviceName: "x")

        try expect(client.account(), is: Account(person: Stand.shared.stranger.id, url: Stand.shared.url))
    }

    story("a sleeping client holds no file and wakes with everything") { phones in
        let phone = try await phones.phone("desk", of: .stranger)
        let walk = try phone.createWalk()
        try expect(!filesHeld(below: phones.directory).isEmpty, "the control: awake, it holds files")

        try await expect(phone.sleep().isClosed, is: true)

        try expect(filesHeld(below: phones.directory), is: [])
        try await expect(refusal { try phone.walk(doc: walk) }, is: .asleep)
        try await phone.wake()
        try await phone.wake()
        try expect(phone.walk(doc: walk).stops, is: [])
        try await expect(phone.syncNow(), is: .upToDate(pending: 0))
    }

    story("a client that was shut down stays so") { phones in
        let phone = try await phones.phone("desk", of: .stranger)
        phone.shutdown()
        phone.shutdown()
        try await expect(refusal { try await phone.wake() }, is: .asleep)
        try await expect(refusal { try await phone.syncNow() }, is: .asleep)
        try expect(filesHeld(below: phones.directory), is: [])
    }

    story("a client that nobody holds any more closes its files") { phones in
        let directory = phones.directory.appendingPathComponent("desk").path
        let config = Config(directory: directory, storeKey: nil, listens: false, userAgent: "suite/1")
        let key = try DesktopKey(secret: nil).asDeviceKey()
        do {
            let client = try await Client.opened(config, transport: Wire(), key: key)
            try await client.enroll(invitation: Stand.shared.invitation(of: .stranger), deviceName: "desk")
            try expect(!filesHeld(below: phones.directory).isEmpty, "the control: held, it holds files")
        }
        try expect(filesHeld(below: phones.directory), is: [])
    }

    story("a revoked phone is wiped, and nobody else's") { phones in
        // With Rust's own network stack: URLSession of Swift 6.0 on Linux crashes on the server's `WWW-Authenticate: Bearer`,
        // as nothing stands behind the word.
        let lost = try await phones.phone("lost", of: .agent, transport: nil)
        let other = try await phones.phone("other", of: .agent)
        let doc = try lost.createMeeting(tenure: Stand.shared.tenure, day: "2026-05-06")
        let devices = try Stand.shared.office("device", "list", answer: [Device].self)
        let device = try the(devices.first { $0.name == "lost" }, "the office knows no such phone")
        _ = try Stand.shared.office("device", "revoke", device.device, answer: Anything.self)

        try await expect(refusal { try await lost.syncNow() }, is: .notEnrolled)

        let gone = try await refusal { try lost.meeting(doc: doc) }
        try expect([.notEnrolled, .notFound].contains(gone), "nothing is left: \(gone)")
        try await expect(other.syncNow(), is: .upToDate(pending: 0))
    }
}

/// Names of files that this process has open in a directory.
private func filesHeld(below directory: URL) throws -> [String] {
    let numbers = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    let names = numbers.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
    return names.filter { $0.hasPrefix(directory.path) }.sorted()
}

private struct Device: Decodable {
    let device: String
    let name: String
}

private struct Anything: Decodable {}

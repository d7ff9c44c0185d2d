// Who is told of changes, when, and for how long.

@testable import Floorwalk
import Foundation

/// Keeps what it hears, and which threads told it.
private final class Heard: Observer {
    private let told = Shared<[(event: ClientEvent, thread: String)]>([])

    var events: [ClientEvent] {
        told.with { $0.map(\.event) }
    }

    var threads: Set<String> {
        told.with { Set($0.map(\.thread)) }
    }

    func changed(event: ClientEvent) {
        told.with { $0.append((event, threadName())) }
    }
}

private final class Throwing: Observer {
    struct NotToday: Error {}

    func changed(event _: ClientEvent) throws {
        throw NotToday()
    }
}

func watching(_ story: Book) {
    story("an observer that throws stops nobody, and one that was cancelled hears nothing") { phones in
        let phone = try await phones.phone("desk", of: .stranger)
        let heard = Heard()
        let gone = Heard()
        let observers: [Observer] = [Throwing(), heard]
        let subscriptions = observers.map { phone.observe(observer: $0) }
        let cancelled = phone.observe(observer: gone)
        cancelled.cancel()
        let changes = phone.changes

        let walk = try phone.createWalk()

        try expect(await changes.first { $0 == .documentChanged(doc: walk) } != nil, "the last one is told")
        try expect(heard.events.contains(.documentChanged(doc: walk)), "the second one is told")
        try expect(heard.threads, is: ["floorwalk-obser"], "from a thread of its own")
        try expect(gone.events, is: [])
        try expect(phone.walk(doc: walk).stops, is: [], "the writer saw nothing of it")
        subscriptions.forEach { $0.cancel() }
    }

    story("whoever is told of a change can read it") { phones in
        let phone = try await phones.phone("desk", of: .stranger)
        let changes = phone.changes
        let walk = try phone.createWalk()
        try phone.noteStop(.note, "slow system", in: walk)
        for await event in changes {
            guard event == .documentChanged(doc: walk) else { continue }
            try expect(phone.walk(doc: walk).stops.map(\.text), is: ["slow system"])
            break
        }
    }

    story("news arrive by themselves on a phone that listens") { phones in
        let leader = try await phones.phone("leader", of: .leader)
        let agent = try await phones.phone("agent", of: .agent, listens: true)
        let changes = agent.changes
        let doc = try leader.createMeeting(tenure: Stand.shared.tenure, day: "2026-06-10")
        try leader.addTopic("A quieter corner", to: doc)
        try await expect(leader.syncNow(), is: .upToDate(pending: 0))

        try expect(await changes.first { $0 == .documentChanged(doc: doc) } != nil, "told without asking")

        try expect(agent.meeting(doc: doc).agenda.map(\.text), is: ["A quieter corner"])
    }

    story("a loop over changes ends with the client") { phones in
        let phone = try await phones.phone("desk", of: .stranger)
        let changes = phone.changes
        let loop = Task { await changes.reduce(into: []) { $0.append($1) } }
        let walk = try phone.createWalk()
        phone.shutdown()
        let events = await loop.value
        try expect(events.contains(.documentChanged(doc: walk)), "\(events)")
    }

    story("a loop over changes ends with its task, and its observer with it") { phones in
        let phone = try await phones.phone("desk", of: .stranger)
        weak var observer: AnyObject?
        let loop = {
            let (stream, held) = phone.observed()
            observer = held
            return Task { await stream.reduce(into: 0) { count, _ in count += 1 } }
        }()
        try expect(observer != nil, "the control: while the task runs, it is held")
        loop.cancel()
        _ = await loop.value
        try await eventually("nobody holds the observer") { observer == nil }
    }

    story("a stream that nobody reads is ended when it is let go of") { phones in
        let phone = try await phones.phone("desk", of: .stranger)
        weak var observer: AnyObject?
        do {
            let (stream, held) = phone.observed()
            observer = held
            withExtendedLifetime(stream) {}
        }
        try await eventually("nobody holds the observer") { observer == nil }
    }

    story("who reads too slowly is told that anything may have changed") { phones in
        let phone = try await phones.phone("desk", of: .stranger)
        let (changes, _) = phone.observed(keeping: 3)
        let walk = try phone.createWalk()
        for _ in 0..<10 {
            try phone.noteStop(.note, "again", in: walk)
        }
        phone.shutdown()
        let events = await changes.reduce(into: []) { $0.append($1) }
        try expect(events.count, is: 3)
        try expect(events.last, is: .everything)
    }
}

private func threadName() -> String {
    let name = FileManager.default.contents(atPath: "/proc/thread-self/comm") ?? Data()
    return String(decoding: name, as: UTF8.self).trimmingCharacters(in: .newlines)
}

/// Waits for what another thread is about to do; no longer than a person would.
private func eventually(_ what: String, _ isSo: () -> Bool) async throws {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(20)
    while !isSo() {
        try expect(clock.now < end, what)
        await Task.yield()
    }
}

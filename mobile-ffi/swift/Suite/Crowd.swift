// Many at once on one client.

import Floorwalk
import Foundation

private let tasks = 4
private let callsEach = 2_000

func crowd(_ story: Book) {
    story("four tasks with 2,000 mixed calls each lose nothing") { phones in
        let phone = try await phones.phone("desk", of: .leader)
        let heard = phone.changes
        let walks = try (0..<tasks).map { _ in try phone.createWalk() }
        let counted = try await withThrowingTaskGroup(of: (walk: String, stop: String, count: Int64).self) { group in
            for walk in walks {
                group.addTask { try await busy(phone, walk) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        try await expect(phone.syncNow(), is: .upToDate(pending: 0))

        let second = try await phones.phone("pocket", of: .leader)
        for (walk, stop, count) in counted {
            let found = try the(second.walk(doc: walk).stops.first { $0.id == stop })
            try expect(found.tallies, is: [TallyView(name: "calls", count: count)])
        }
        let listed = try second.list(kind: .floorWalks, after: 0, limit: 500).lines.map(\.doc)
        try expect(Set(walks).isSubset(of: listed), "all walks are listed")
        withExtendedLifetime(heard) {}
    }
}

/// As a screen and a person would, and a background task now and then. Answers what it counted.
private func busy(_ phone: Client, _ walk: String) async throws -> (walk: String, stop: String, count: Int64) {
    let stop = try phone.noteStop(.note, "0", in: walk)
    var count: Int64 = 0
    for call in 1..<callsEach {
        switch call % 8 {
        case 0, 4:
            _ = try phone.editWalk(doc: walk, edits: [.tally(stop: stop, name: "calls", by: 1)])
            count += 1
        case 1: try expect(phone.walk(doc: walk).stops.count, is: 1)
        case 2: _ = try phone.state(doc: walk)
        case 3: try expect(phone.exportText(doc: walk).isEmpty, is: false)
        case 5: _ = try phone.list(kind: .floorWalks, after: 0, limit: 20)
        case 6: _ = try phone.changedSince(doc: walk, seen: phone.seen(doc: walk))
        default:
            if call % 200 == 7 {
                _ = try await phone.syncNow(budget: .milliseconds(50))
            } else {
                _ = try phone.indexOf(cursor: phone.cursor(doc: walk, text: .stopText(stop), index: 0))
            }
        }
    }
    return (walk, stop, count)
}

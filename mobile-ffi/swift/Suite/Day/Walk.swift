// The walk: twelve stops without a network on a phone that is killed in the middle, and what becomes of them.

import Floorwalk
import Foundation

/// So many stops are confirmed on the screen when the phone is killed, in the middle of the next.
private let beforeTheKill = 7
/// What Maria asks in the talk, in her own language.
let asked = "q.wb.3"
/// What Maria notes about Andrei in a moment.
let quickPraise = "A pus o întrebare deschisă și a așteptat răspunsul."
private let stopKinds: [StopKind] = [.praise, .coach, .blocker, .wellbeing, .note]

extension Floor {
    /// Step 2: twelve stops in the basement, and a phone that dies on the way.
    func walkTheFloor() async throws {
        try marias.loseNetwork()
        walk = try marias.client.createWalk()
        _ = try marias.client.editWalk(doc: walk, edits: [.start(at: Date().timestamp)])
        try await dieInTheHand(tapUntilKilled)
        let found = try marias.client.walk(doc: walk).stops.map(\.text)
        try expect((beforeTheKill...beforeTheKill + 1).contains(found.count), "what was confirmed, and no half: \(found.count)")
        try expect(found, is: told.stops.prefix(found.count).map(\.text))

        for seen in told.stops.dropFirst(found.count) {
            try marias.client.capture(seen, in: walk)
        }
        try countAndTakeBack()
        _ = try marias.client.editWalk(doc: walk, edits: [.end(at: Date().timestamp)])
        _ = try marias.client.note(person: andrei.id, kind: .praise, sentence: quickPraise)
        try lookAtTheWalk()
    }

    private func tapUntilKilled(_ directory: String, _ secret: Data) throws {
        let app = try RunningApp([WalkingApp.word, directory, secret.base64EncodedString(), walk])
        for number in 0..<beforeTheKill {
            try app.tap()
            try expect(app.nextLine(), is: "\(number)", "confirmed on the screen")
        }
        try app.tap()
        try app.kill()
    }

    /// Three open questions are counted, and something is typed and taken back.
    private func countAndTakeBack() throws {
        let stops = try marias.client.walk(doc: walk).stops.map(\.id)
        for _ in 0..<3 {
            let tally = WalkEdit.tally(stop: stops[1], name: "asked an open question", by: 1)
            _ = try marias.client.editWalk(doc: walk, edits: [tally])
        }
        let all = NSRange(location: 0, length: takenBack.utf16.count)
        for splice in [Splice.inserting(takenBack), Splice(replacing: all, with: "")] {
            _ = try marias.client.editWalk(doc: walk, edits: [.editStop(stop: stops[0], splice: splice)])
        }
    }

    private func lookAtTheWalk() throws {
        let seen = try marias.client.walk(doc: walk).stops
        try expect(seen.map(\.text), is: told.stops.map(\.text), "each once and in its place")
        let counts = stopKinds.map { kind in seen.filter { $0.kind == kind }.count }
        try expect(counts, is: [4, 3, 2, 1, 2], "praise, coach, blocker, wellbeing, note")
        try expect(seen[1].tallies.map(\.count), is: [3])
        for language in languages {
            let names = stopKinds.map { choiceName(choice: .stopKind(choice: $0), language: language) }
            try expect(names, is: told.kinds(in: language))
        }
        try expect(marias.client.state(doc: walk), is: .onPhone)
        try expectSaid("on_this_phone") { label(id: .onThisPhone, language: $0) }
    }

    /// Step 3, still without a network: of twelve stops four go somewhere, one of them to nobody but Maria.
    func sayWhatBecomesOfIt() throws {
        let client = marias.client
        let stops = try client.walk(doc: walk).stops
        let toLiNa = try client.takeOverStop(walk: walk, stop: stops[0].id)
        praise = toLiNa.doc
        try expect(toLiNa.isShared, is: true)
        talk = try planTheTalk(client)
        try client.promote(stops[1], of: walk, as: stops[1].text, to: talk)
        let question = questionTopic(question: asked, asker: .ro)
        _ = try client.editMeeting(doc: talk, edits: [.addAgenda(topic: question)])
        blockers = try client.createTeamBlockers(team: pair.team, quarter: quarterOf(day: day(0)))
        let headset = try NewBlocker(
            what: stops[2].text, topic: "Headset 14", since: day(0), person: nil, owner: told.leader.id
        )
        try client.promote(stops[2], of: walk, as: headset, to: blockers)
        try expect(client.takeOverStop(walk: walk, stop: stops[4].id).isShared, is: false, "how somebody is stays with Maria")

        let now = try client.walk(doc: walk).stops
        try expect(now.indices.filter { !now[$0].promoted.isEmpty }, is: [0, 1, 2, 4])
        try expect(client.meeting(doc: talk).agenda.filter { $0.origin != nil }.count, is: 1, "a topic that comes from a walk")
        try expect(client.list(kind: .privateLogs, after: 0, limit: 10).total, is: 1)
    }

    /// The talk with Andrei: whoever makes it makes the same.
    func planTheTalk(_ client: Client) throws -> String {
        let doc = try client.createMeeting(tenure: andrei.tenure, day: day(0))
        let plan = try Plan(slot: Slot(day: day(0), minute: nil), place: "Room 3", kind: .oneOnOne)
        _ = try client.editMeeting(doc: doc, edits: [.planMeeting(plan: plan)])
        return doc
    }
}

extension Client {
    /// As a screen does, whose list of people is the phone's own.
    fileprivate func capture(_ seen: PreparedDay.Seen, in walk: String) throws {
        let person = try tenures().first { $0.agent.name == seen.whom }?.agent.id
        try noteStop(seen.stopKind, seen.text, about: person, in: walk)
    }
}

/// An app on which somebody notes one stop after the other, until it is killed: with each tap, which is a line, the next. It says
/// the number of each when it is on disk.
enum WalkingApp {
    /// What this program is told to be that app.
    static let word = "--walking-app"

    static func run(_ words: [String]) async throws {
        let wire = Wire()
        wire.become(.cut)
        let config = Config(directory: words[0], storeKey: Phones.usualKey, listens: false, userAgent: "suite/1")
        let key = try DesktopKey(secret: Data(base64Encoded: words[1])).asDeviceKey()
        let client = try await Client.opened(config, transport: wire, key: key)
        for (number, seen) in Stand.shared.day.stops.enumerated() {
            guard readLine() != nil else { return }
            try client.capture(seen, in: words[2])
            print(number)
            fflush(nil)
        }
    }
}

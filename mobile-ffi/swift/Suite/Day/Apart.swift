// What two people write at the same time without knowing of each other, and what the network makes of it when it returns.

import Floorwalk
import Foundation

private let inRomanian = "Coșul de oferte se blochează la țări din afara UE. "
private let inEnglish = "Praise first: the refund call on Monday. "
private let topics = ["Turele mele în săptămâna sărbătorilor", "加班安排 / program de seară"]
private let everyTime = "(every time) "
/// A walk of twelve stops, and what came of it, takes no more than this to send.
private let walkBytes = 100_000

extension Floor {
    /// Step 4: Andrei has no network in the canteen, and both prepare the same talk.
    func writeApart() throws {
        try andreis.loseNetwork()
        try expect(planTheTalk(andreis.client), is: talk, "two phones without a network made the same meeting")
        try marias.client.typeNotes(.inserting(inEnglish), of: talk)
        try andreis.client.typeNotes(.inserting(inRomanian), of: talk)
        for words in topics {
            try andreis.client.addTopic(words, to: talk)
        }

        let checkpoint = try PlanEdit.addCheckpoint(on: day(4), lookAt: "How many rang again")
        _ = try marias.client.editPlan(doc: plan, edits: [.setStepDue(step: step, due: day(5)), checkpoint])
        let more = Splice.inserting(everyTime, at: "Ask an open question ".utf16.count)
        _ = try andreis.client.editPlan(doc: plan, edits: [
            .setStepDue(step: step, due: day(12)), .editStep(step: step, splice: more),
        ])
        for (hand, due) in [(marias, 5), (andreis, 12)] {
            try expect(hand.client.plan(doc: plan).steps[0].due, is: day(due))
        }
        for hand in [marias, andreis] {
            _ = try hand.client.editGoals(doc: goals, edits: [.agreeToGoal(goal: goal)])
            try expect(agreement(on: hand), is: .byOne)
        }
    }

    /// Step 5: the network is back, and nobody presses anything.
    func comeBack() async throws {
        let before = marias.wire.sent
        try marias.findNetwork()
        try andreis.findNetwork()
        let (client, all) = (marias.client, [walk, talk, plan, goals, praise, blockers])
        try await shows(client, "everything is on the server") { try all.allSatisfy { try client.state(doc: $0) == .onServer } }
        try expectSaid("on_the_server") { label(id: .onTheServer, language: $0) }
        let sent = marias.wire.sent - before
        try expect((1..<walkBytes).contains(sent), "sent: \(sent) bytes")
        try await meetInOneDocument()
        try await writeIntoOneSentence()
        try await receive()
    }

    private func meetInOneDocument() async throws {
        for hand in [marias, andreis] {
            try await shows(hand.client, "one meeting with four topics and both notes") {
                let meeting = try hand.client.meeting(doc: talk)
                let notes = meeting.notes.text
                return meeting.agenda.count == 4 && notes.contains(inEnglish) && notes.contains(inRomanian)
            }
            try await shows(hand.client, "a goal that both agreed to, apart") { try agreement(on: hand) == .agreed }
        }
        let (hers, his) = try (marias.client.meeting(doc: talk), andreis.client.meeting(doc: talk))
        try expect(his.agenda, is: hers.agenda, "the same, in the same order")
        try expect(his.notes, is: hers.notes)
        try expectSaid("agreed") { choiceName(choice: .agreement(choice: .agreed), language: $0) }
    }

    private func writeIntoOneSentence() async throws {
        let written = [(marias, "comes "), (andreis, "(mulțumesc!) ")]
        for (hand, words) in written {
            try hand.loseNetwork()
            try hand.client.typeNotes(.inserting(words, at: 7), of: talk)
        }
        for (hand, _) in written {
            try hand.findNetwork()
        }
        for (hand, _) in written {
            try await shows(hand.client, "no character is lost") {
                let notes = try hand.client.meeting(doc: talk).notes.text
                return written.allSatisfy { notes.contains($0.1) }
            }
        }
    }

    /// What was for Li Na is on her phone, and what is in the team's way on those of the team.
    private func receive() async throws {
        let praised = liNas.client
        try await shows(praised, "praise in the words of the stop") {
            let texts = try praised.feedbackLog(doc: praise).items.flatMap(\.texts)
            return texts.contains { $0.text.text == told.stops[0].text }
        }
        for hand in [andreis, liNas] {
            try await shows(hand.client, "what is in the team's way") {
                try hand.client.blockers().flatMap(\.blockers).map(\.text) == [told.stops[2].text]
            }
        }
        let noted = andreis.client
        try await shows(noted, "what Maria noted in a moment") {
            let logs = try noted.list(kind: .feedbackLogs, after: 0, limit: 10).lines.map { try noted.feedbackLog(doc: $0.doc) }
            return logs.flatMap(\.items).flatMap(\.texts).contains { $0.text.text == quickPraise }
        }
    }

    /// Step 5: both moved the step's date, and one tap settles it.
    func settleTheDate() async throws {
        for hand in [marias, andreis] {
            try await shows(hand.client, "both dates") {
                try hand.client.plan(doc: plan).conflicts.map(\.claims.count) == [2]
            }
            try expect(hand.client.plan(doc: plan).checkpoints.count, is: 1)
        }
        let seen = try marias.client.plan(doc: plan)
        try expect(seen.steps[0].due, is: day(5), "until then lists use the earlier one")
        try expect(seen.steps[0].text.contains(everyTime), "his words are there too")
        let conflict = seen.conflicts[0]
        let theirs = try the(conflict.claims.first { $0.person == andrei.id })
        let mine = try the(conflict.claims.first { $0 != theirs })
        for language in languages {
            let (my, their) = try (shownDay(mine, language), shownDay(theirs, language))
            let chip = try told.words("chip", in: language)
            let wanted = chip.replacingOccurrences(of: "{mine}", with: my).replacingOccurrences(of: "{theirs}", with: their)
            let said = sentence(of: .twoValues(mine: my, theirs: their, name: "Andrei"), language: language)
            try expect(said, is: wanted)
        }

        try marias.client.settle(conflict, as: theirs, in: plan)
        let (client, later) = try (andreis.client, day(12))
        try await shows(client, "no chip, and the later date") {
            let settled = try client.plan(doc: plan)
            return settled.conflicts.isEmpty && settled.steps[0].due == later
        }
    }

    private func shownDay(_ claim: Claim, _ language: Language) throws -> String {
        guard case .words(let day) = claim.value else { throw Failure("\(claim.value)", .init(file: #fileID, line: #line)) }
        return formatShortDay(day: day, language: language)
    }

    func agreement(on hand: Hand) throws -> Agreement? {
        try hand.client.goalSet(doc: goals).goals.first { $0.id == goal }?.agreement
    }
}

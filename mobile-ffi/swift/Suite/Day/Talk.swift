// The talk: the sheet before it, the four blocks, what both promise, and what an edit afterwards does.

import Floorwalk
import Foundation

private let notes: [(MeetingSection, String)] = [
    (.rapport, "Vacanța la mare a fost reușită."),
    (.career, "Ar vrea să ajute la instruirea colegilor noi."),
    (.feedback, "Am ascultat împreună un apel; întrebarea deschisă a venit târziu, dar a venit."),
    (.wellbeing, "Volumul de lucru este potrivit acum."),
]

extension Floor {
    /// Step 6: Andrei has done what he promised, and the sheet says so first.
    func prepareTheTalk() async throws {
        _ = try andreis.client.editPlan(doc: plan, edits: [.setStepState(step: smallStep, state: .done)])
        let client = marias.client
        try await shows(client, "the step that Andrei did") {
            try client.plan(doc: plan).steps.first { $0.id == smallStep }?.state == .done
        }

        let sheet = try the(client.prep(tenure: andrei.tenure))
        let (done, praised) = wins(of: sheet)
        try expect(sheet.lackingPositives, is: 0)
        try expect(done.contains("Listen to two of your own calls"), "\(done)")
        try expect(praised.contains(quickPraise), "\(praised)")
        try expect(sheet.below.map(\.kpi), is: ["handle_time"], "the one figure that missed what was asked")
        try expect(sheet.reviewOn, is: day(0), "they look at the contract again")
        try expect(sheet.unasked.contains(asked), "questions that were not asked lately")
        try expect(sheet.carry.items.map(\.item).contains(step), "the step that is open goes into the talk")
    }

    /// What the agent did, and was praised for.
    private func wins(of sheet: Prep) -> (done: [String], praised: [String]) {
        sheet.positives.reduce(into: ([], [])) { all, positive in
            switch positive {
            case .won(.done(_, let text)): all.0.append(text)
            case .won(.praise(_, let text, _, _)): all.1.append(text)
            case .won(.gain), .won(.progress), .steadyFigure: break
            }
        }
    }

    /// Step 6: four blocks, the contract, the goal, a promise from each side.
    func holdTheTalk() async throws {
        let (client, end) = (marias.client, Date())
        _ = try client.editMeeting(doc: talk, edits: [.begin(at: end.addingTimeInterval(-32 * 60).timestamp)])
        for (section, words) in notes {
            try client.typeNotes(.inserting(words), in: section, of: talk)
        }
        try client.addPromise("Încerc noua deschidere la zece apeluri", by: andrei.id, until: day(7), to: talk)
        try client.addPromise("Vorbesc cu planificarea despre turele târzii", by: told.leader.id, until: day(2), to: talk)
        try await reviewTheContract()
        try await moveTheGoal()
        _ = try client.editMeeting(doc: talk, edits: [.end(at: end.timestamp)])
        try await syncBoth()
        try readInEachLanguage()
        _ = try andreis.client.editMeeting(doc: talk, edits: [.acknowledge])
        try await shows(client, "that Andrei acknowledges") {
            let acks = try client.meeting(doc: talk).acks
            return acks.map(\.person) == [andrei.id] && acks.map(\.standing) == [.current]
        }
    }

    /// Maria adds to it; both agree to what it says now.
    private func reviewTheContract() async throws {
        let more = Splice.inserting("Joia după-amiaza rămâne liberă pentru noi. ")
        _ = try marias.client.editPartnership(doc: contract, edits: [.editTerm(term: .expectOfManager, splice: more)])
        try await syncBoth()
        let before = Standing.beforeChanges(count: 1)
        try expect(standings(andreis), is: [before, before], "both agreed to what it said before")
        try await agreeToTheContract()
    }

    /// A target that moves is no longer what both agreed to.
    private func moveTheGoal() async throws {
        _ = try andreis.client.editGoals(doc: goals, edits: [.setTarget(goal: goal, amount: 7_000)])
        try await syncBoth()
        for hand in [marias, andreis] {
            try expect(agreement(on: hand), is: .changedSince)
        }
        try expectSaid("changed_since") { choiceName(choice: .agreement(choice: .changedSince), language: $0) }
    }

    private func readInEachLanguage() throws {
        let seen = try andreis.client.meeting(doc: talk)
        try expect(seen.sections.map(\.section), is: notes.map(\.0))
        try expect(seen.sections.map(\.notes.text), is: notes.map(\.1))
        let question = try the(seen.agenda.first { $0.question == asked })
        try expectSaid("question") { shownTopic(topic: question, reader: $0) }
        try expect(seen.followUps.map(\.owner), is: [andrei.id, told.leader.id], "a promise of each")
    }

    /// Step 7: what is written after the acknowledgement says so. Then tomorrow's talk with Mihai is planned.
    func editAfterwards() async throws {
        try marias.client.typeNotes(.inserting("P.S. Casca de la locul 14 se schimbă vineri. "), of: talk)
        for hand in [marias, andreis] {
            try await shows(hand.client, "acknowledged before one change") {
                try hand.client.meeting(doc: talk).acks.map(\.standing) == [.beforeChanges(count: 1)]
            }
        }
        try expectSaid("acknowledged") { sentence(of: .acknowledgedBefore(changes: 1), language: $0) }

        let withMihai = try marias.client.createMeeting(tenure: mihai.tenure, day: day(1))
        let slot = try Slot(day: day(1), minute: 11 * 60)
        let planned = Plan(slot: slot, place: nil, kind: .oneOnOne)
        _ = try marias.client.editMeeting(doc: withMihai, edits: [.planMeeting(plan: planned)])
        let rows = try marias.client.overview().rows
        try expect(rows.first { $0.person == andrei.id }?.sinceLast.days, is: 0)
        try expect(rows.first { $0.person == mihai.id }?.next?.slot, is: slot)
        try expect(marias.client.attention().withoutContact, is: [], "Mihai was met on the walk")
    }
}

// The winter before, and the morning: last week's numbers, the home screen, a plan and a goal.

import Floorwalk
import Foundation

extension Floor {
    /// What Maria's phone has of the weeks before: a level for each, talks, what the team is to reach, and a contract with Andrei.
    func liveThroughWinter() async throws {
        for agent in told.agents {
            let note = try marias.client.createTierNote(about: agent.id, quarter: quarterOf(day: day(0)))
            try marias.client.editTierNote(doc: note, edits: [.setTier(month: monthOf(day: day(0)), tier: agent.level)])
        }
        try rememberTalks()
        try setTeamGoals()
        try await signAContract()
        try await expect(liNas.client.syncNow(), is: .upToDate(pending: 0))
    }

    /// Those of whom Maria thinks that they need help had 780 of the 1,000 minutes of the last four weeks; Mihai had his last talk 41
    /// days ago.
    private func rememberTalks() throws {
        try rememberTalk(mihai, daysAgo: 41, minutes: 30)
        var others = 0
        for agent in told.agents where agent.id != mihai.id {
            if agent.level == .low {
                for daysAgo in [26, 19, 12, 5] {
                    try rememberTalk(agent, daysAgo: daysAgo, minutes: 65)
                }
            } else {
                try rememberTalk(agent, daysAgo: others % 2 == 0 ? 4 : 6, minutes: others < 4 ? 30 : 25)
                others += 1
            }
        }
    }

    private func rememberTalk(_ agent: PreparedDay.Agent, daysAgo: Int, minutes: Int64) throws {
        let held = try marias.client.createMeeting(tenure: agent.tenure, day: day(-daysAgo))
        let start = try tenOClock(-daysAgo).timestamp
        _ = try marias.client.editMeeting(doc: held, edits: [.begin(at: start), .end(at: start + minutes * 60_000)])
    }

    /// Whoever has no goal of their own is measured by those of the team, in the quarter in which a week ends.
    private func setTeamGoals() throws {
        let asked: [(String, String, Int64)] = [
            ("Calls that others can learn from", "quality", 85_000), ("Done, and not longer", "handle_time", 330_000),
        ]
        let doc = try marias.client.createTeamGoals(team: pair.team, quarter: quarterOf(day: told.sunday))
        for (title, kpi, target) in asked {
            let measure = Measure(kind: .kpi, what: kpi)
            let new = NewTeamGoal(title: title, why: "", measure: measure, target: target, due: nil)
            _ = try marias.client.editTeamGoals(doc: doc, edits: [.addTeamGoal(new: new)])
        }
    }

    private func signAContract() async throws {
        contract = try marias.client.createPartnership(tenure: andrei.tenure, year: yearOf(day: day(0)))
        _ = try marias.client.editPartnership(doc: contract, edits: [
            .editTerm(term: .expectOfAgent, splice: .inserting("Spuneți-mi din timp când ceva nu merge.")),
            .editTerm(term: .expectOfManager, splice: .inserting("Un răspuns în două zile, și atunci când este nu.")),
            .setReviewDay(on: day(0)),
        ])
        try await syncBoth()
        try await agreeToTheContract()
    }

    func agreeToTheContract() async throws {
        for hand in [marias, andreis] {
            _ = try hand.client.editPartnership(doc: contract, edits: [.agreeToContract])
            try await syncBoth()
        }
        for hand in [marias, andreis] {
            try expect(standings(hand), is: [.current, .current])
        }
    }

    /// How what they agreed to stands beside what the contract says now.
    func standings(_ hand: Hand) throws -> [Standing] {
        try hand.client.partnership(doc: contract).contract.acks.map(\.standing)
    }

    /// Step 1: the operator has imported the team's week.
    func lookAtTheNumbers() throws {
        try expect(withNumbers(on: marias), is: told.agents.map(\.name), "Maria has the numbers of all twelve")
        for (hand, owner) in [(andreis, andrei), (liNas, liNa)] {
            try expect(withNumbers(on: hand), is: [owner.name], "their own alone")
        }
        let card = try the(andreis.client.scorecard(person: andrei.id, cut: .week, day: told.monday))
        try expect(marias.client.scorecard(person: andrei.id, cut: .week, day: told.monday), is: card, "the same on both")
        let handleTime = try the(card.lines.first { $0.kpi == "handle_time" })
        try expect(formatDuration(seconds: the(handleTime.actual).value / 1_000), is: "6:08")
        try expect(handleTime.target?.value, is: 330_000)
        try expect(handleTime.standing, is: .missed)
        try expect(card.lines.first { $0.kpi == "quality" }?.standing, is: .reached)
        try expect(liNas.client.scorecard(person: andrei.id, cut: .week, day: told.monday), is: nil)
        try expect(liNas.client.prep(tenure: andrei.tenure), is: nil)
        let pack = try the(marias.client.teamData(team: pair.team, cut: .week, day: told.monday))
        try expect(pack.lines.contains { $0.kpi == "handle_time" }, "the pack of the team has its numbers")
        try expect(pack.praise, is: [], "and names nobody")
    }

    private func withNumbers(on hand: Hand) throws -> [String] {
        try told.agents.filter { try !hand.client.numbersOf(person: $0.id).isEmpty }.map(\.name)
    }

    /// Step 1: the home screen says whom Maria has not sat down with, and where her time went.
    func lookAtTheTeam() throws {
        let mihais = mihai.id
        let since = try the(marias.client.overview().rows.first { $0.person == mihais }).sinceLast
        try expect(since.days, is: 41)
        try expect(since.colour, is: .red)
        try expectSaid("since_last") { sentence(of: .sinceLastMeeting(days: UInt32(since.days)), language: $0) }
        let attention = try marias.client.attention()
        let low = try the(attention.levels.first { $0.tier == .low })
        let share = try the(low.timeShare)
        try expect(attention.colour, is: .red)
        try expectSaid("time_went") { sentence(of: .timeWentTo(percent: share / 10, people: low.people), language: $0) }
        try expect(attention.withoutContact, is: [mihai.id], "two weeks without any contact")
    }

    /// A plan with two steps, and a goal that neither has agreed to yet.
    func agreeOnAPlan() async throws {
        plan = try marias.client.createPlan(tenure: andrei.tenure)
        _ = try marias.client.editPlan(doc: plan, edits: [.setTitle(title: "Fewer repeated calls")])
        step = try marias.client.addStep("Ask an open question before offering", by: andrei.id, until: day(9), to: plan)
        smallStep = try marias.client.addStep("Listen to two of your own calls", by: andrei.id, until: day(1), to: plan)
        try setAGoal()
        try await syncBoth()
        try expect(andreis.client.plan(doc: plan).steps.map(\.due), is: [day(9), day(1)])
        try expect(andreis.client.goalSet(doc: goals).goals.map(\.missing), is: [[]])
    }

    private func setAGoal() throws {
        goals = try marias.client.createGoalSet(tenure: andrei.tenure, quarter: quarterOf(day: day(0)))
        let open = try NewGoal(
            title: "An open question first", why: "Clienții sună a doua oară", measure: Measure(kind: .count, what: "in ten calls"),
            baseline: 2_000, target: 6_000, due: day(20)
        )
        let made = try marias.client.editGoals(doc: goals, edits: [.addGoal(goal: open)])
        goal = try the(made[0])
        let promises: [(Side, String)] = [(.agent, "Notez întrebarea"), (.leader, "Ascult câte două apeluri pe săptămână")]
        for (side, text) in promises {
            let commitment = NewCommitment(side: side, text: text, due: nil)
            _ = try marias.client.editGoals(doc: goals, edits: [.addCommitment(goal: goal, commitment: commitment)])
        }
    }
}

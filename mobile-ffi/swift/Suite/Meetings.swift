// Meetings and plans: two people, two phones, one document.

import Floorwalk
import Foundation

func meetings(_ story: Book) {
    story("two people write one meeting offline and both survive") { phones in
        let leader = try await phones.phone("leader", of: .leader)
        let agent = try await phones.phone("agent", of: .agent)
        let doc = try leader.createMeeting(tenure: Stand.shared.tenure, day: "2026-03-18")
        try expect(agent.createMeeting(tenure: Stand.shared.tenure, day: "2026-03-18"), is: doc)
        try leader.typeNotes(.inserting("Felt rushed. "), of: doc)
        try agent.typeNotes(.inserting("不错"), in: .wellbeing, of: doc)
        let topic = try agent.addTopic("职业发展", in: .career, to: doc)

        for phone in [leader, agent, leader] {
            _ = try await phone.syncNow()
        }

        for phone in [leader, agent] {
            let meeting = try phone.meeting(doc: doc)
            try expect(meeting.notes.text, is: "Felt rushed. ")
            try expect(meeting.sections.map(\.notes.text), is: ["", "", "", "不错"])
            try expect(meeting.agenda.map(\.id), is: [topic])
            try expect(meeting.agenda.map(\.text), is: ["职业发展"])
        }
    }

    story("two days for one promise stay visible until somebody settles them") { phones in
        let leader = try await phones.phone("leader", of: .leader)
        let agent = try await phones.phone("agent", of: .agent)
        let doc = try leader.createMeeting(tenure: Stand.shared.tenure, day: "2026-03-25")
        let promise = try leader.addPromise("Call back", to: doc)
        for phone in [leader, agent] {
            _ = try await phone.syncNow()
        }
        _ = try leader.editMeeting(doc: doc, edits: [.setFollowUpDue(id: promise, due: "2026-04-01")])
        _ = try agent.editMeeting(doc: doc, edits: [.setFollowUpDue(id: promise, due: "2026-04-02")])
        for phone in [leader, agent, leader] {
            _ = try await phone.syncNow()
        }
        let conflicts = try leader.meeting(doc: doc).conflicts
        try expect(conflicts.count, is: 1)
        try expect(
            Set(conflicts[0].claims.map(\.person)), is: [Stand.shared.leader.id, Stand.shared.agent.id]
        )
        try expect(leader.meeting(doc: doc).followUps.map(\.due), is: ["2026-04-01"], "the earlier day, until then")

        let theirs = try the(conflicts[0].claims.first { $0.person == Stand.shared.agent.id })
        try leader.settle(conflicts[0], as: theirs, in: doc)
        for phone in [leader, agent] {
            _ = try await phone.syncNow()
        }

        for phone in [leader, agent] {
            try expect(phone.meeting(doc: doc).conflicts, is: [])
            try expect(phone.meeting(doc: doc).followUps.map(\.due), is: ["2026-04-02"])
        }
    }

    story("positions are UTF-16, and a cursor stays where it was put") { phones in
        let leader = try await phones.phone("leader", of: .leader)
        let agent = try await phones.phone("agent", of: .agent)
        let doc = try leader.createMeeting(tenure: Stand.shared.tenure, day: "2026-04-08")
        try leader.typeNotes(.inserting("👏 done"), of: doc)
        for phone in [leader, agent] {
            _ = try await phone.syncNow()
        }
        // Within the two units of one character, and beyond the end.
        for position in [1, 99] {
            let refused = try await refusal { try leader.typeNotes(.inserting("x", at: position), of: doc) }
            try expect(refused, is: .invalid)
        }
        try expect(leader.meeting(doc: doc).notes.text, is: "👏 done")

        let cursor = try leader.cursor(doc: doc, text: .meetingNotes, index: 3)
        let seen = try leader.seen(doc: doc)
        try agent.typeNotes(.inserting("Yes: "), of: doc)
        for phone in [agent, leader] {
            _ = try await phone.syncNow()
        }

        try expect(leader.indexOf(cursor: cursor), is: 8)
        let changes = try the(leader.changedSince(doc: doc, seen: seen))
        guard changes.count == 1, case .text(let inserted, 0, false) = changes[0].what else {
            throw Failure("\(changes)", .init(file: #fileID, line: #line))
        }
        try expect(inserted.map(\.start), is: [0])
        try expect(inserted.map(\.end), is: [5])
    }

    story("what a text view says about typing is what a splice takes") { phones in
        let agent = try await phones.phone("agent", of: .agent)
        let doc = try agent.createMeeting(tenure: Stand.shared.tenure, day: "2026-04-15")
        let typed = NSMutableString(string: "")
        let steps: [(NSRange, String)] = [
            (NSRange(0..<0), "ție 👏 gata"), (NSRange(4..<6), "职业"), (NSRange(0..<3), ""),
        ]
        for (range, words) in steps {
            typed.replaceCharacters(in: range, with: words)
            try agent.typeNotes(Splice(replacing: range, with: words), of: doc)
        }
        try expect(agent.meeting(doc: doc).notes.text, is: typed as String)
        try expect(typed as String, is: " 职业 gata")
    }

    story("a stop that is brought to a meeting tells nothing else of the walk") { phones in
        let leader = try await phones.phone("leader", of: .leader)
        let agent = try await phones.phone("agent", of: .agent)
        let walk = try leader.createWalk()
        try leader.noteStop(.coach, "Reads the closing words", about: Stand.shared.agent.id, in: walk)
        let doc = try leader.createMeeting(tenure: Stand.shared.tenure, day: "2026-04-22")
        let stop = try leader.walk(doc: walk).stops[0]

        let topic = try leader.promote(stop, of: walk, as: "How a call ends", in: .feedback, to: doc)

        try expect(leader.walk(doc: walk).stops[0].promoted.map(\.to), is: [doc])
        for phone in [leader, agent] {
            _ = try await phone.syncNow()
        }
        let seen = try agent.meeting(doc: doc).agenda
        try expect(seen.map(\.id), is: [topic])
        try expect(seen.map(\.origin?.seenAt), is: [stop.at])
        try expect(agent.exportText(doc: doc).contains("closing words"), is: false)
        try await expect(refusal { try agent.walk(doc: walk) }, is: .notFound)
    }

    story("a plan has steps and what helps") { phones in
        let leader = try await phones.phone("leader", of: .leader)
        let plan = try leader.createPlan(tenure: Stand.shared.tenure)
        _ = try leader.editPlan(doc: plan, edits: [.setTitle(title: "Fewer repeats")])
        let step = try leader.addStep(
            "Listen to two calls", by: Stand.shared.agent.id, until: "2026-04-01", to: plan
        )
        _ = try leader.editPlan(doc: plan, edits: [.addResource(step: step, label: "the recordings")])

        let view = try leader.plan(doc: plan)
        try expect(view.title, is: "Fewer repeats")
        try expect(view.steps.map(\.state), is: [.open])
        try expect(view.steps[0].resources.map(\.label), is: ["the recordings"])
        let line = try leader.list(kind: .actionPlans, after: 0, limit: 1).lines[0]
        try expect(line.doc, is: plan)
        try expect(line.summary.title, is: "Fewer repeats")
        try expect(leader.exportText(doc: plan).contains("Listen to two calls"), "the export has the step")
    }
}

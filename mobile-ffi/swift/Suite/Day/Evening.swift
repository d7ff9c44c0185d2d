// The evening: what is found by looking for it, and what lies on whose phone.

import Floorwalk
import Foundation

extension Floor {
    /// What is written is found by whoever may read it, however it is spelled, and by nobody else.
    func lookForWords() throws {
        for spelled in ["țări", "ţări", "tari", "TARI"] {
            for hand in [marias, andreis] {
                try expect(bright(hand, .meetings, spelled), is: ["țări"], spelled)
            }
            try expect(found(liNas, spelled), is: [])
        }
        try expect(Set(found(marias, "客户")), is: [.floorWalks, .feedbackLogs])
        try expect(bright(liNas, .feedbackLogs, "客户"), is: ["客户"])
        try expect(found(andreis, "加班安排"), is: [.meetings])
        try expect(found(andreis, "客户"), is: [])
        try expect(Set(found(marias, "abatuta")), is: [.floorWalks, .privateLogs])
        for hand in [andreis, liNas] {
            try expect(found(hand, "abatuta"), is: [])
        }
        for hand in [marias, andreis, liNas] {
            try expect(found(hand, takenBack), is: [])
        }
    }

    private func found(_ hand: Hand, _ words: String) throws -> [DocumentKind] {
        try hand.client.search(words: words, kind: nil, limit: 50).map(\.kind)
    }

    /// The words that a screen shows bright.
    private func bright(_ hand: Hand, _ kind: DocumentKind, _ words: String) throws -> [String] {
        try hand.client.search(words: words, kind: kind, limit: 50).flatMap { hit in
            hit.highlights.map { range in
                let place = NSRange(location: Int(range.start), length: Int(range.end - range.start))
                return (hit.snippet as NSString).substring(with: place)
            }
        }
    }

    /// Step 5, and every other one: on each phone lies what its person may read, and nothing else.
    func lookIntoThePhones() async throws {
        let ofAPair: [DocumentKind: UInt32] = [.meetings: 1, .teamGoals: 1, .teamBlockers: 1]
        var ofLiNa = ofAPair
        ofLiNa[.feedbackLogs] = 1
        var ofAndrei = ofLiNa
        for (kind, count) in [(DocumentKind.meetings, 2), (.actionPlans, 1), (.partnerships, 1), (.goalSets, 1)] {
            ofAndrei[kind] = UInt32(count)
        }
        try expectHas(andreis, andrei, .ro, ofAndrei)
        try expectHas(liNas, liNa, .zh, ofLiNa)
        let sarahs = try await Floor.hand("sarah", phones, sarah.invitations[0], storeKey: nil)
        try expectHas(sarahs, sarah, .en, ofAPair)
        for (number, stop) in told.stops.enumerated() {
            try expect(holds(andreis, stop.text), is: [1, 2].contains(number), stop.text)
        }
        try expect(holds(liNas, "Coșul de oferte"), is: false)
        try await expect(refusal { try liNas.client.meeting(doc: talk) }, is: .notFound)
        try await expect(refusal { try liNas.client.walk(doc: walk) }, is: .notFound)
    }

    private func expectHas(
        _ hand: Hand, _ agent: PreparedDay.Agent, _ language: Language, _ kinds: [DocumentKind: UInt32]
    ) throws {
        let here = try hand.client.myData(language: language)
        try expect(Dictionary(uniqueKeysWithValues: here.counts.map { ($0.kind, $0.documents) }), is: kinds, agent.name)
        for document in here.documents where [.meetings, .feedbackLogs].contains(document.kind) {
            try expect(Set(document.seenBy.map(\.name)), is: ["Maria Ionescu", agent.name], document.title)
        }
        for words in [forMariaAlone, takenBack] {
            try expect(holds(hand, words), is: false, "\(words) on the phone of \(agent.name)")
        }
    }
}

// Owns the floor-walk day as mobile-ffi/tests/day.py has prepared it: who is there, what their leader sees, and what screens say.

import Floorwalk

struct PreparedDay: Decodable, Sendable {
    struct Agent: Decodable, Sendable {
        let id: String
        let name: String
        let tenure: String
        let invitations: [String]
        private let tier: String

        /// What their leader thinks of how they do.
        var level: Tier {
            ["high": .high, "low": .low][tier] ?? .steady
        }
    }

    /// What the leader sees at one stop.
    struct Seen: Decodable, Sendable {
        /// With whom; empty for a thing.
        let whom: String
        let text: String
        private let kind: String

        var stopKind: StopKind {
            let kinds: [String: StopKind] = ["praise": .praise, "coach": .coach, "blocker": .blocker, "wellbeing": .wellbeing]
            return kinds[kind] ?? .note
        }
    }

    let leader: Stand.Person
    let agents: [Agent]
    /// The week whose numbers were imported: the last one.
    let monday: String
    let sunday: String
    let stops: [Seen]
    private let kinds: [String: [String]]
    private let words: [String: [String: String]]

    func agent(_ name: String) throws -> Agent {
        try the(agents.first { $0.name == name }, "nobody is called \(name)")
    }

    /// What a screen says in a language.
    func words(_ name: String, in language: Language) throws -> String {
        try the(words[language.word]?[name], "no such words: \(name)")
    }

    /// What the kinds of stops are called in a language, in their order.
    func kinds(in language: Language) throws -> [String] {
        try the(kinds[language.word])
    }
}

let languages: [Language] = [.en, .ro, .zh]

extension Language {
    fileprivate var word: String {
        switch self {
        case .en: "en"
        case .ro: "ro"
        case .zh: "zh"
        }
    }
}

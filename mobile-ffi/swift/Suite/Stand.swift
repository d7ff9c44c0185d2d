// Owns what mobile-ffi/tests/stand.py says about the server and its people, and the words of the office.

import Foundation

enum Role: String, Sendable {
    case leader, agent, stranger
}

struct Stand: Decodable, Sendable {
    struct Person: Decodable, Sendable {
        let id: String
        let invitations: [String]
    }

    let url: String
    let tenure: String
    let leader: Person
    let agent: Person
    let stranger: Person
    let office: [String]
    let day: PreparedDay

    static let shared: Stand = {
        guard let path = ProcessInfo.processInfo.environment["PHONE_STAND"],
            let told = FileManager.default.contents(atPath: path),
            let stand = try? JSONDecoder().decode(Stand.self, from: told)
        else {
            fatalError("PHONE_STAND names no stand: run this with scripts/swift.sh")
        }
        return stand
    }()

    private static let used = Shared<[Role: Int]>([:])

    func person(_ role: Role) -> Person {
        switch role {
        case .leader: leader
        case .agent: agent
        case .stranger: stranger
        }
    }

    /// A link that no phone has opened yet.
    func invitation(of role: Role) throws -> String {
        let number = Self.used.with { used in
            defer { used[role, default: 0] += 1 }
            return used[role, default: 0]
        }
        let links = person(role).invitations
        guard number < links.count else {
            return try office("invite", person(role).id, "--public-url", url, answer: Invited.self).link
        }
        return links[number]
    }

    private struct Invited: Decodable {
        let link: String
    }

    /// What an operator types. PHONE_OFFICE_PREFIX stands before it where the server's program is outside of our walls.
    func office<Answer: Decodable>(_ words: String..., answer: Answer.Type) throws -> Answer {
        let prefix = ProcessInfo.processInfo.environment["PHONE_OFFICE_PREFIX"] ?? ""
        let program = prefix.split(separator: " ").map(String.init) + [office[0]]
        let typed = Process()
        let said = Pipe()
        typed.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        typed.arguments = program + words + office.dropFirst() + ["--json"]
        typed.standardOutput = said
        try typed.run()
        let bytes = said.fileHandleForReading.readDataToEndOfFile()
        typed.waitUntilExit()
        try expect(typed.terminationStatus, is: 0, "the office: \(words)")
        return try JSONDecoder().decode(Answer.self, from: bytes)
    }
}

// Owns the playing of stories: which ones, one after the other, and what is printed.

import Floorwalk
import Foundation

/// A story, as its people would tell it.
struct Story: Sendable {
    let name: String
    let play: @Sendable (Phones) async throws -> Void
}

/// All stories. Each is told by a call of its own, as the compiler takes minutes for a list of them.
final class Book {
    private(set) var stories: [Story] = []

    func callAsFunction(_ name: String, _ play: @escaping @Sendable (Phones) async throws -> Void) {
        stories.append(Story(name: name, play: play))
    }
}

/// What was not as it should be.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ what: String, _ place: Place) {
        description = "\(place.file):\(place.line): \(what)"
    }

    struct Place: Sendable {
        let file: StaticString
        let line: UInt
    }
}

struct Harness {
    /// What hangs is to be named; no story takes so long, not even on a busy machine.
    private static let longest = DispatchTimeInterval.seconds(300)

    let words: [String]

    /// The exit status: 0 when every chosen story went well.
    func play(_ all: [Story]) async -> Int32 {
        let chosen = all.filter { story in words.isEmpty || words.contains { story.name.contains($0) } }
        guard !chosen.isEmpty else {
            print("no story has such words in its name; there are:")
            all.forEach { print("  \($0.name)") }
            return 2
        }
        var failed = 0
        for story in chosen where await !isGood(story) {
            failed += 1
        }
        print("\(chosen.count - failed) of \(chosen.count) stories went well")
        return failed == 0 ? 0 : 1
    }

    private func isGood(_ story: Story) async -> Bool {
        let clock = ContinuousClock()
        let start = clock.now
        let watch = DispatchWorkItem {
            print("FAILED \(story.name): it hangs")
            exit(1)
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.longest, execute: watch)
        defer { watch.cancel() }
        var problem: Error?
        do {
            let phones = try Phones()
            defer { phones.putAway() }
            try await story.play(phones)
        } catch {
            problem = error
        }
        let word = problem == nil ? "ok    " : "FAILED"
        print("\(word) \(story.name) (\((clock.now - start) / .milliseconds(1), format: 0) ms)")
        if let problem {
            print("       \(problem)")
        }
        // Piped output is kept back otherwise.
        fflush(nil)
        return problem == nil
    }
}

extension DefaultStringInterpolation {
    mutating func appendInterpolation(_ number: Double, format decimals: Int) {
        appendInterpolation(String(format: "%.\(decimals)f", number))
    }
}

func expect(
    _ isTrue: Bool,
    _ what: String,
    file: StaticString = #fileID,
    line: UInt = #line
) throws {
    guard isTrue else { throw Failure(what, .init(file: file, line: line)) }
}

func expect<Value: Equatable>(
    _ found: Value,
    is wanted: Value,
    _ why: String = "",
    file: StaticString = #fileID,
    line: UInt = #line
) throws {
    try expect(found == wanted, "\(why)\n         found  \(found)\n         wanted \(wanted)", file: file, line: line)
}

/// The value, where there must be one.
func the<Value>(
    _ value: Value?,
    _ what: String = "there is none",
    file: StaticString = #fileID,
    line: UInt = #line
) throws -> Value {
    guard let value else { throw Failure(what, .init(file: file, line: line)) }
    return value
}

/// What kind of error this work ends with.
func refusal(
    file: StaticString = #fileID,
    line: UInt = #line,
    _ work: () async throws -> Any
) async throws -> Refusal {
    do {
        let answer = try await work()
        throw Failure("was not refused: \(answer)", .init(file: file, line: line))
    } catch let error as ClientError {
        return Refusal(error)
    }
}

/// A `ClientError` without its words.
enum Refusal {
    case notEnrolled, asleep, notFound, notHere, invalid, wrongKey, storage, network, refused, fault

    init(_ error: ClientError) {
        self = switch error {
        case .NotEnrolled: .notEnrolled
        case .Asleep: .asleep
        case .NotFound: .notFound
        case .NotHere: .notHere
        case .Invalid: .invalid
        case .WrongKey: .wrongKey
        case .Storage: .storage
        case .Network: .network
        case .Refused: .refused
        case .Fault: .fault
        }
    }
}

/// A value that several threads share.
final class Shared<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) {
        self.value = value
    }

    func with<Answer>(_ work: (inout Value) throws -> Answer) rethrows -> Answer {
        try lock.withLock { try work(&value) }
    }
}

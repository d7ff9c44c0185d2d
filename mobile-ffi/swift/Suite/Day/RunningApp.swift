// Owns an app in a process of its own, which can be killed.

import Foundation
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `kill` of the system, which a method of that name would hide.
private func send(_ signal: Int32, to process: Int32) -> Int32 {
    kill(process, signal)
}

/// This program once more, with these words.
struct RunningApp {
    private let process = Process()
    private let taps = Pipe()
    private let screen = Pipe()

    init(_ words: [String]) throws {
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        process.arguments = words
        process.standardInput = taps
        process.standardOutput = screen
        try process.run()
    }

    func tap() throws {
        try taps.fileHandleForWriting.write(contentsOf: Data("tap\n".utf8))
    }

    /// What it says next; less than a line when it has ended.
    func nextLine() throws -> String {
        var line = Data()
        while let byte = try screen.fileHandleForReading.read(upToCount: 1), let first = byte.first, first != UInt8(ascii: "\n") {
            line.append(first)
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// At once, whatever it does.
    func kill() throws {
        _ = send(SIGKILL, to: process.processIdentifier)
        process.waitUntilExit()
        try expect(process.terminationReason == .uncaughtSignal, "it ended by itself: \(process.terminationStatus)")
    }
}

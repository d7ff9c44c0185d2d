// Owns opening, sleeping and waking for callers that must not wait, such as the main thread: all three touch files.

import Dispatch
import Foundation

extension Client {
    /// `open`, on a thread of its own.
    public static func opened(
        _ config: Config,
        transport: HttpTransport? = nil,
        key: DeviceKey
    ) async throws -> Client {
        try await onItsOwnThread { try Client.open(config: config, transport: transport, key: key) }
    }

    /// `suspend`, on a thread of its own. On iOS inside `beginBackgroundTask`; Examples/iOS/AppLife.swift shows how.
    public func sleep(within limit: Duration = .seconds(5)) async -> SuspendReport {
        await onItsOwnThread { self.suspend(deadlineMs: limit.milliseconds) }
    }

    /// `resume`, on a thread of its own.
    public func wake() async throws {
        try await onItsOwnThread { try self.resume() }
    }
}

/// Swift's own threads for tasks are as many as there are cores, and must not wait for a disk.
private func onItsOwnThread<Answer: Sendable>(
    _ work: @escaping @Sendable () throws -> Answer
) async throws -> Answer {
    try await withCheckedThrowingContinuation { caller in
        DispatchQueue.global(qos: .userInitiated).async { caller.resume(with: Result(catching: work)) }
    }
}

private func onItsOwnThread<Answer: Sendable>(_ work: @escaping @Sendable () -> Answer) async -> Answer {
    await withCheckedContinuation { caller in
        DispatchQueue.global(qos: .userInitiated).async { caller.resume(returning: work()) }
    }
}

extension Duration {
    /// Whole milliseconds; none for what lies in the past, and the most there is for what never ends.
    var milliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, isTooLong) = UInt64(seconds).multipliedReportingOverflow(by: 1_000)
        return isTooLong ? .max : whole + UInt64(attoseconds / 1_000_000_000_000_000)
    }
}

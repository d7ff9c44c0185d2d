// Owns a sync that ends with the task that waits for it.

import Foundation

extension Client {
    /// Syncs now, for at most this long. When the task is cancelled, the answer is `.cancelled`, at once: what was stored
    /// until then stays, and the next sync goes on there.
    ///
    /// `Task.cancel()` alone does not reach Rust: UniFFI polls on, until the budget is used up. Hence the token.
    public func syncNow(budget: Duration = .seconds(20)) async throws -> SyncOutcome {
        let token = CancelToken()
        return try await withTaskCancellationHandler {
            try await sync(budgetMs: budget.milliseconds, cancel: token)
        } onCancel: {
            token.cancel()
        }
    }
}

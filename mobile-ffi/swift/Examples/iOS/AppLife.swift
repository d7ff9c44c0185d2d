// Owns when the client of an app on iOS is awake: while somebody looks at the app, and while a background task syncs. In
// between it holds no file, as iOS ends apps that sleep with a locked database.

import Floorwalk
import UIKit

@MainActor
final class AppLife {
    enum Reason {
        case inFront
        case refreshing
    }

    let client: Client
    private var reasons: Set<Reason> = []
    /// What is done last is done after all else: waking and sleeping never overtake each other.
    private var last: Task<Void, Never>?

    init(client: Client) {
        self.client = client
    }

    /// Scene phase `.active`.
    func cameToFront() async {
        await needed(for: .inFront)
    }

    /// Scene phase `.background`. The system grants a few seconds once it was asked; without asking, it may stop the app in
    /// the middle of a write.
    func wentToBack() async {
        let asked = UIApplication.shared.beginBackgroundTask(withName: "floorwalk.sleep", expirationHandler: nil)
        await noLongerNeeded(for: .inFront)
        UIApplication.shared.endBackgroundTask(asked)
    }

    func needed(for reason: Reason) async {
        reasons.insert(reason)
        await settle()
    }

    func noLongerNeeded(for reason: Reason) async {
        reasons.remove(reason)
        await settle()
    }

    /// What holds is decided when it is this one's turn, not when it was asked for.
    private func settle() async {
        let before = last
        let next = Task {
            await before?.value
            if reasons.isEmpty {
                await sleep()
            } else {
                // What cannot be opened says so with the next call of the screen, which knows how to tell.
                try? await client.wake()
            }
        }
        last = next
        await next.value
    }

    /// A write that takes longer than usual is waited for once more, while the system still grants time.
    private func sleep() async {
        for _ in 0..<2 where await client.sleep(within: .seconds(5)).isClosed { return }
    }
}

// A sync that is given up: by a token, by its task, by its budget, by going to sleep. No network answers in these stories.

import Floorwalk
import Foundation

/// Long enough that only giving up can end a sync in time.
private let long = Duration.seconds(300)

func syncing(_ story: Book) {
    story("a token ends a sync at once") { phones in
        let wire = Wire()
        let phone = try await phones.phone("desk", of: .stranger, transport: wire)
        wire.become(.stuck)
        let token = CancelToken()
        async let outcome = phone.sync(budgetMs: 300_000, cancel: token)
        await wire.isStuck()

        token.cancel()

        try await expect(outcome, is: .cancelled)
        try expect(token.isCancelled(), is: true)
        try await expect(phone.sync(budgetMs: 300_000, cancel: token), is: .cancelled, "used again, it ends this too")
        try await expect(phone.sleep().isClosed, is: true)
    }

    story("a cancelled task ends its sync at once") { phones in
        let wire = Wire()
        let phone = try await phones.phone("desk", of: .stranger, transport: wire)
        wire.become(.stuck)
        let waiting = Task { try await phone.syncNow(budget: long) }
        await wire.isStuck()

        waiting.cancel()

        try await expect(waiting.value, is: .cancelled)
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await phone.syncNow(budget: long)
        }
        try await expect(late.value, is: .cancelled, "cancelled before it began")
        try await expect(phone.sleep().isClosed, is: true)
    }

    story("a sync ends with its budget") { phones in
        let wire = Wire()
        let phone = try await phones.phone("desk", of: .stranger, transport: wire)
        wire.become(.stuck)
        try await expect(phone.syncNow(budget: .milliseconds(300)), is: .budgetExhausted(pending: 0))
    }

    story("going to sleep ends a sync at once") { phones in
        let wire = Wire()
        let phone = try await phones.phone("desk", of: .stranger, transport: wire)
        wire.become(.stuck)
        let waiting = Task { try await phone.syncNow(budget: long) }
        await wire.isStuck()

        try await expect(phone.sleep().isClosed, is: true)

        try await expect(refusal { try await waiting.value }, is: .asleep)
        wire.become(.whole)
        try await phone.wake()
        try await expect(phone.syncNow(), is: .upToDate(pending: 0))
    }
}

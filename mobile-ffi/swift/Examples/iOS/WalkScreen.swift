// Owns what a screen of a walk shows: it draws anew whenever the walk changes, whoever changed it.
//
//     .task { await screen.follow() }
//
// `@Observable` needs iOS 17; the library itself needs 16.

import Floorwalk
import Observation

@MainActor
@Observable
final class WalkScreen {
    private(set) var stops: [StopView] = []
    private(set) var state = ItemState.onPhone
    private(set) var message: String?

    private let client: Client
    private let walk: DocId

    init(client: Client, walk: DocId) {
        self.client = client
        self.walk = walk
    }

    /// Ends with the task that SwiftUI runs it in.
    func follow() async {
        for await event in client.changes where isOurs(event) {
            show()
        }
    }

    /// On disk when it returns: there is no button to save.
    func note(_ kind: StopKind, _ words: String, about person: PersonId?) {
        told { try client.noteStop(kind, words, about: person, in: walk) }
    }

    private func isOurs(_ event: ClientEvent) -> Bool {
        switch event {
        case .documentChanged(let doc): doc == walk
        case .everything, .synced: true
        case .rosterChanged, .notAcceptedChanged, .slept, .wiped: false
        }
    }

    private func show() {
        told {
            stops = try client.walk(doc: walk).stops.filter { $0.removed == nil }
            state = try client.state(doc: walk)
        }
    }

    private func told(_ work: () throws -> Void) {
        do {
            try work()
            message = nil
        } catch {
            message = (error as? ClientError)?.userMessage() ?? error.localizedDescription
        }
    }
}

// Floor walks: what is noted without a network, and who sees it.

import Floorwalk
import Foundation

func walking(_ story: Book) {
    story("what is noted offline is on the phone, then on the server, and on no stranger's phone") { phones in
        let wire = Wire()
        let phone = try await phones.phone("desk", of: .leader, transport: wire)
        wire.become(.cut)
        let walk = try phone.createWalk()
        let stop = try phone.noteStop(
            .praise, "Calm on a hard call. 👏", about: Stand.shared.agent.id, tags: ["calls"], minutes: 3, in: walk
        )
        try await expect(phone.syncNow(), is: .offline)
        try expect(phone.state(doc: walk), is: .onPhone)

        wire.become(.whole)
        try await expect(phone.syncNow(), is: .upToDate(pending: 0))
        try expect(phone.state(doc: walk), is: .onServer)
        let second = try await phones.phone("pocket", of: .leader)
        try expect(second.walk(doc: walk).stops.map(\.text), is: ["Calm on a hard call. 👏"])
        try expect(second.walk(doc: walk).stops.map(\.id), is: [stop])

        let stranger = try await phones.phone("stranger", of: .stranger)
        try await expect(refusal { try stranger.walk(doc: walk) }, is: .notFound)
    }

    story("edits of one call are made together or not at all") { phones in
        let phone = try await phones.phone("desk", of: .stranger)
        let walk = try phone.createWalk()
        let edits: [WalkEdit] = [.start(at: Date().timestamp), .removeStop(stop: "0000000000000000")]

        try await expect(refusal { try phone.editWalk(doc: walk, edits: edits) }, is: .notFound)

        try expect(phone.walk(doc: walk).started, is: nil)
    }
}

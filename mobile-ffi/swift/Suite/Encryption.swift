// What is in the files of a phone that somebody else has, and which key opens them.

import Floorwalk
import Foundation

private let marker = "marker-5f1d0b7c"

/// A phone with a stop on it that has the marker.
private func written(
    _ name: String,
    in phones: Phones,
    key: DeviceKey? = nil,
    storeKey: Data?
) async throws -> (phone: Client, walk: String) {
    let phone = try await phones.phone(name, of: .stranger, key: key, storeKey: storeKey)
    let walk = try phone.createWalk()
    try phone.noteStop(.note, marker, in: walk)
    return (phone, walk)
}

func encryption(_ story: Book) {
    story("nothing that was written is in any file") { phones in
        let (phone, _) = try await written("locked", in: phones, storeKey: Phones.usualKey)
        try expect(phones.files(of: "locked").range(of: Data(marker.utf8)), is: nil, "awake")
        _ = await phone.sleep()
        try expect(phones.files(of: "locked").range(of: Data(marker.utf8)), is: nil, "asleep")

        let (bare, _) = try await written("open", in: phones, storeKey: nil)
        try expect(phones.files(of: "open").range(of: Data(marker.utf8)) != nil, "the control: without a key it is found")
        withExtendedLifetime(bare) {}
    }

    story("only the key opens the store, and another one touches nothing") { phones in
        let key = try DesktopKey(secret: nil).asDeviceKey()
        let (phone, walk) = try await written("desk", in: phones, key: key, storeKey: Phones.usualKey)
        phone.shutdown()
        let before = try phones.files(of: "desk")
        for wrong in [Data(count: 32), nil] {
            let refused = try await refusal { try await phones.client("desk", key: key, storeKey: wrong) }
            try expect([.wrongKey, .storage].contains(refused), "\(refused)")
        }
        try expect(phones.files(of: "desk"), is: before)

        let again = try await phones.client("desk", key: key)
        try expect(again.walk(doc: walk).stops.map(\.text), is: [marker])
    }

    story("a key can be replaced while the client sleeps, and a lost one means beginning anew") { phones in
        let key = try DesktopKey(secret: nil).asDeviceKey()
        let newKey = Data((0..<32).reversed())
        let (phone, walk) = try await written("desk", in: phones, key: key, storeKey: Phones.usualKey)
        try await expect(refusal { try phone.replaceStoreKey(newKey: newKey) }, is: .invalid)
        _ = await phone.sleep()
        try phone.replaceStoreKey(newKey: newKey)
        try await phone.wake()
        try expect(phone.walk(doc: walk).stops.map(\.text), is: [marker])
        phone.shutdown()
        try await expect(refusal { try await phones.client("desk", key: key) }, is: .wrongKey)

        try wipeAndResync(directory: phones.directory.appendingPathComponent("desk").path)

        let anew = try await phones.client("desk", key: key)
        try await expect(refusal { try anew.account() }, is: .notEnrolled)
    }

    story("with a salt the header is readable and nothing else") { phones in
        let (phone, walk) = try await written("desk", in: phones, storeKey: Data(0..<48))
        _ = await phone.sleep()
        let files = try phones.files(of: "desk")
        try expect(files.starts(with: Data("SQLite format 3\0".utf8)), "iOS knows it as a database")
        try expect(files.range(of: Data(marker.utf8)), is: nil)
        try await phone.wake()
        try expect(phone.walk(doc: walk).stops.map(\.text), is: [marker])
    }

    story("a key of an unusual length is refused") { phones in
        try await expect(refusal { try await phones.client("desk", storeKey: Data(count: 31)) }, is: .invalid)
    }
}

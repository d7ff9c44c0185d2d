// Owns where an account's files lie: the client's directory, and beside it the file of the device's key.

import Foundation

struct StoreDirectory {
    /// For `Config.directory`.
    let client: URL
    /// For `SecureEnclaveKey`.
    let key: URL

    /// Made if it is not there; call it before each opening of the client.
    init() throws {
        let files = FileManager.default
        let support = try files.url(for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
        var home = support.appendingPathComponent("floorwalk", isDirectory: true)
        client = home.appendingPathComponent("store", isDirectory: true)
        key = home.appendingPathComponent("device.key", isDirectory: false)
        // A sync in the background reads them while the phone is locked.
        try files.createDirectory(
            at: home,
            withIntermediateDirectories: true,
            attributes: [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication]
        )
        // On another phone both keys are missing: a store from a backup could not be opened there.
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        try home.setResourceValues(values)
    }
}

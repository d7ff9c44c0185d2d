// Owns the key of the store: 32 random bytes in the Keychain of this phone.

import Foundation
import Security

enum StoreKey {
    struct KeychainError: Error {
        let status: OSStatus
    }

    /// The key, made the first time. Never made anew when the Keychain cannot be read now: the store would be lost with it.
    static func read(account: String) throws -> Data {
        var found: CFTypeRef?
        let asked = item(account).merging([kSecReturnData: true]) { $1 }
        switch SecItemCopyMatching(asked as CFDictionary, &found) {
        case errSecSuccess:
            guard let key = found as? Data else { throw KeychainError(status: errSecDecode) }
            return key
        case errSecItemNotFound:
            return try make(account)
        case let status:
            // errSecInteractionNotAllowed: not unlocked since the phone was switched on. Try again later.
            throw KeychainError(status: status)
        }
    }

    private static func make(_ account: String) throws -> Data {
        var key = Data(count: 32)
        let random = key.withUnsafeMutableBytes { SecRandomCopyBytes(kSecRandomDefault, $0.count, $0.baseAddress!) }
        guard random == errSecSuccess else { throw KeychainError(status: random) }
        let new = item(account).merging([
            kSecValueData: key,
            // In no backup, and readable for a sync in the background.
            kSecAttrAccessible: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
        ]) { $1 }
        let status = SecItemAdd(new as CFDictionary, nil)
        guard status == errSecSuccess else { throw KeychainError(status: status) }
        return key
    }

    private static func item(_ account: String) -> [CFString: Any] {
        [kSecClass: kSecClassGenericPassword, kSecAttrService: "app.floorwalk.store", kSecAttrAccount: account]
    }
}

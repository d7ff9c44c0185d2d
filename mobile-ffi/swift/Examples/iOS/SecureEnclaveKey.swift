// Owns the device's key in the Secure Enclave, which it never leaves.

import CryptoKit
import Floorwalk
import Foundation
import Security

/// A key of this phone. Signs while the phone is locked, as a sync in the background needs it, but not before it was unlocked
/// once after it was switched on.
final class SecureEnclaveKey: DeviceKey {
    private let key: SecureEnclave.P256.Signing.PrivateKey

    /// The key that `file` belongs to, or a new one. The file holds no secret: only this phone's enclave can read it. Keep it
    /// beside the client's directory, not in it, with `completeUntilFirstUserAuthentication` and outside of backups.
    ///
    /// A simulator may have no enclave (`SecureEnclave.isAvailable`): use `DesktopKey` there.
    init(file: URL) throws {
        if let kept = try Self.read(file) {
            key = try SecureEnclave.P256.Signing.PrivateKey(dataRepresentation: kept)
            return
        }
        let access = SecAccessControlCreateWithFlags(
            nil, kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly, .privateKeyUsage, nil
        )
        guard let access else { throw SigningError.Unavailable(detail: "no access control") }
        key = try SecureEnclave.P256.Signing.PrivateKey(accessControl: access)
        try key.dataRepresentation.write(to: file, options: .atomic)
    }

    /// Nil only if there is none. A file that cannot be read now, as the phone is locked, still has the key: a new one in its
    /// place would be no device of the server's.
    private static func read(_ file: URL) throws -> Data? {
        do {
            return try Data(contentsOf: file)
        } catch CocoaError.fileReadNoSuchFile {
            return nil
        }
    }

    func publicKey() throws -> Data {
        key.publicKey.x963Representation
    }

    /// CryptoKit hashes with SHA-256 itself.
    func sign(message: Data) throws -> Data {
        do {
            return try key.signature(for: message).derRepresentation
        } catch {
            // Locked, most likely: it is tried again later. That a key is lost shows when it is loaded, in `init`: then the
            // app removes the file and enrols anew.
            throw SigningError.Unavailable(detail: "\((error as NSError).domain) \((error as NSError).code)")
        }
    }
}

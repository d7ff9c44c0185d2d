// What the examples use of Apple's Security, without a body. scripts/swift.sh compiles the examples against it, so that they
// follow our own interface; that Apple's is as it stands here, only Xcode can tell.

public final class SecAccessControl: Sendable {}

public struct SecAccessControlCreateFlags: Sendable {
    public static let privateKeyUsage = SecAccessControlCreateFlags()
}

public let kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly = ""

public func SecAccessControlCreateWithFlags(
    _ allocator: Never?,
    _ protection: String,
    _ flags: SecAccessControlCreateFlags,
    _ error: UnsafeMutablePointer<AnyObject>?
) -> SecAccessControl? { fatalError() }

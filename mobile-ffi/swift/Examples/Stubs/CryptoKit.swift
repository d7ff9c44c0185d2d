// What the examples use of Apple's CryptoKit, without a body. scripts/swift.sh compiles the examples against it, so that they
// follow our own interface; that Apple's is as it stands here, only Xcode can tell.

import Foundation
import Security

public enum SecureEnclave {
    public static var isAvailable: Bool { fatalError() }

    public enum P256 {
        public enum Signing {
            public struct PublicKey: Sendable {
                public var x963Representation: Data { fatalError() }
            }

            public struct ECDSASignature: Sendable {
                public var derRepresentation: Data { fatalError() }
            }

            public struct PrivateKey: Sendable {
                public init(accessControl: SecAccessControl) throws { fatalError() }
                public init(dataRepresentation: Data) throws { fatalError() }
                public var dataRepresentation: Data { fatalError() }
                public var publicKey: PublicKey { fatalError() }
                public func signature(for data: Data) throws -> ECDSASignature { fatalError() }
            }
        }
    }
}

// What the examples use of Apple's UIKit, without a body. scripts/swift.sh compiles the examples against it, so that they
// follow our own interface; that Apple's is as it stands here, only Xcode can tell.

@_exported import Foundation

public struct UIBackgroundTaskIdentifier: Sendable {
    public static let invalid = UIBackgroundTaskIdentifier()
}

@MainActor
open class UIApplication: NSObject {
    public static var shared: UIApplication { fatalError() }
    open func beginBackgroundTask(
        withName name: String?,
        expirationHandler: (@MainActor @Sendable () -> Void)?
    ) -> UIBackgroundTaskIdentifier { fatalError() }
    open func endBackgroundTask(_ identifier: UIBackgroundTaskIdentifier) { fatalError() }
}

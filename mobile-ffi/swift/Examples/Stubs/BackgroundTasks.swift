// What the examples use of Apple's BackgroundTasks, without a body. scripts/swift.sh compiles the examples against it, so that they
// follow our own interface; that Apple's is as it stands here, only Xcode can tell.

@_exported import Foundation

open class BGTask: NSObject {
    open var expirationHandler: (@Sendable () -> Void)?
    open func setTaskCompleted(success: Bool) { fatalError() }
}

open class BGTaskRequest: NSObject {
    open var earliestBeginDate: Date?
}

open class BGAppRefreshTaskRequest: BGTaskRequest {
    public init(identifier: String) { fatalError() }
}

open class BGTaskScheduler: NSObject, @unchecked Sendable {
    public static let shared = BGTaskScheduler()
    open func register(
        forTaskWithIdentifier identifier: String,
        using queue: DispatchQueue?,
        launchHandler: @escaping @Sendable (BGTask) -> Void
    ) -> Bool { fatalError() }
    open func submit(_ request: BGTaskRequest) throws { fatalError() }
}

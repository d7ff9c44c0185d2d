// Owns the sync that iOS allows now and then while nobody looks at the app. It says "up to 30 seconds" and means sometimes
// two: whatever was stored until then stays, and the next sync goes on there.
//
// Info.plist: `fetch` in UIBackgroundModes, and the identifier in BGTaskSchedulerPermittedIdentifiers.

import BackgroundTasks
import Floorwalk

@MainActor
enum BackgroundRefresh {
    static let identifier = "app.floorwalk.refresh"

    /// Before the app has finished launching.
    static func register(_ life: AppLife) {
        _ = BGTaskScheduler.shared.register(forTaskWithIdentifier: identifier, using: .main) { task in
            // The scheduler calls on the queue that it was given, and keeps no hand on the task after that.
            nonisolated(unsafe) let task = task
            MainActor.assumeIsolated { run(task, life) }
        }
    }

    /// When the app goes to the background, and after each run: iOS grants one at a time.
    static func schedule() {
        let request = BGAppRefreshTaskRequest(identifier: identifier)
        request.earliestBeginDate = Date(timeIntervalSinceNow: 15 * 60)
        // Refused where the person has switched background refresh off. Then the app syncs when it is opened.
        try? BGTaskScheduler.shared.submit(request)
    }

    private static func run(_ task: BGTask, _ life: AppLife) {
        schedule()
        let work = Task {
            await life.needed(for: .refreshing)
            let isDone = await sync(life.client)
            await life.noLongerNeeded(for: .refreshing)
            task.setTaskCompleted(success: isDone)
        }
        // From any thread, moments before iOS stops the app. The sync returns at once, and the files are closed after it.
        task.expirationHandler = { work.cancel() }
    }

    private static func sync(_ client: Client) async -> Bool {
        switch try? await client.syncNow(budget: .seconds(20)) {
        case .upToDate: true
        case .budgetExhausted, .offline, .cancelled, nil: false
        }
    }
}

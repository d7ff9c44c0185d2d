// Owns changes as an asynchronous sequence. Nothing here is told before it is on disk.

import Dispatch

extension Client {
    /// Every change from now on: `for await event in client.changes`. Each use is a subscription of its own, which ends when
    /// the loop is left, its task is cancelled, or the client is shut down.
    ///
    /// The first event is always `.everything`: whoever reads when told reads what was there before, too, and nothing is
    /// missed between the first look and the first change. Who reads too slowly loses the oldest events, and is told
    /// `.everything` after what is left.
    public var changes: AsyncStream<ClientEvent> {
        observed().stream
    }

    /// The same, with the observer that Rust holds. What a slow reader may have before it is enough for a first sync of a
    /// year's documents.
    func observed(keeping most: Int = 1_024) -> (stream: AsyncStream<ClientEvent>, observer: StreamObserver) {
        let (stream, continuation) = AsyncStream.makeStream(
            of: ClientEvent.self,
            bufferingPolicy: .bufferingNewest(most)
        )
        continuation.yield(.everything)
        let observer = StreamObserver(continuation)
        let subscription = observe(observer: observer)
        // Holding the subscription here is what keeps it alive: dropping it ends it.
        continuation.onTermination = { _ in subscription.cancel() }
        return (stream, observer)
    }
}

/// Puts what it is told into a stream.
final class StreamObserver: Observer {
    private let continuation: AsyncStream<ClientEvent>.Continuation

    init(_ continuation: AsyncStream<ClientEvent>.Continuation) {
        self.continuation = continuation
    }

    /// A client that is shut down lets go of its observers. Then nothing comes any more, and a loop must not wait for it.
    ///
    /// Not on this thread: the end of the stream ends the subscription, and Rust still holds the lock of all subscriptions
    /// while it lets go of this one.
    deinit {
        let continuation = continuation
        DispatchQueue.global().async { continuation.finish() }
    }

    func changed(event: ClientEvent) {
        if case .dropped = continuation.yield(event) {
            continuation.yield(.everything)
        }
    }
}

import Synchronization

/// One task in the background, which gives way to the next.
final class LaterTask: Sendable {
    private let task = Mutex<Task<Void, Never>?>(nil)

    func start(_ work: @escaping @Sendable () async -> Void) {
        task.withLock { task in
            task?.cancel()
            task = Task { await work() }
        }
    }

    func cancel() {
        task.withLock { task in
            task?.cancel()
            task = nil
        }
    }
}

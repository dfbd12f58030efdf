import Dispatch

/// Where calls that block on a disk run: threads apart from those that tasks run on, so that on a machine with one
/// core heartbeats go on while a disk is slow. As many threads are busy as tasks wait here.
struct DiskThreads: Sendable {
    private let queue = DispatchQueue(label: "rackwright.disk", attributes: .concurrent)

    func run<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { try body() })
            }
        }
    }
}

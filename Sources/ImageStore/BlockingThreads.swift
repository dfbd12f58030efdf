import Dispatch

/// Where reading, compressing and writing happen: threads apart from those that tasks run on. As many are busy as
/// tasks wait here.
struct BlockingThreads: Sendable {
    private let queue = DispatchQueue(label: "rackwright.images", attributes: .concurrent)

    func run<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { try body() })
            }
        }
    }
}

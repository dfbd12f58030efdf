import Dispatch

/// Runs `work` on a thread of its own, so that its blocking calls hold up no task: on one core they would hold up all.
func onOwnThread<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "rackwright.blocking").async {
            continuation.resume(with: Swift.Result { try work() })
        }
    }
}

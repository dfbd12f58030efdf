import UnixSignals

/// Work that Ctrl-C ends in good order.
enum Interrupt {
    /// Does the work; at the first signal to end, its task is cancelled and what it then answers is the answer.
    static func ending<Answer: Sendable>(
        _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> (answer: Answer, wasInterrupted: Bool) {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let task = Task { try await work() }
        let listener = Task {
            for await _ in signals {
                task.cancel()
                return true
            }
            return false
        }
        let result = await task.result
        let wasInterrupted = task.isCancelled
        listener.cancel()
        return (try result.get(), wasInterrupted)
    }
}

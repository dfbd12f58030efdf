/// One look at the power state of many BMCs, spread over time and bounded, so that operations on them are not held up.
public struct PowerSweep: Sendable {
    /// What one BMC said.
    public enum Answer: Hashable, Sendable {
        case state(PowerState)
        /// An operation is under way there, which knows better.
        case inUse
        case failed(BMCError)
    }

    /// How many BMCs are asked at once, at most.
    public var width: Int
    /// Over how long the questions are spread; with zero they follow one another.
    public var period: Duration
    /// For the answer of one BMC.
    public var limit: Duration

    public init(width: Int = 128, period: Duration = .zero, limit: Duration = .seconds(10)) {
        self.width = width
        self.period = period
        self.limit = limit
    }

    /// Asks each BMC once, those that come first in `keys` first.
    ///
    /// - Parameters:
    ///   - gate: the way to a BMC; what it throws, if it is no `BMCError`, leaves that BMC out.
    ///   - report: called with each answer as it comes, from several tasks.
    /// - Throws: `CancellationError`.
    public func run<Key: Sendable>(
        over keys: [Key],
        timing: BMCTiming = .system,
        gate: @escaping @Sendable (Key) async throws -> BMCGate,
        report: @escaping @Sendable (Key, Answer) async -> Void
    ) async throws {
        let (start, limit) = (timing.now(), limit)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, key) in keys.enumerated() {
                if index >= max(1, width) { try await group.next() }
                let due = start + period / keys.count * index
                let wait = due - timing.now()
                if wait > .zero { try await timing.sleep(wait) }
                try Task.checkCancellation()
                group.addTask {
                    do {
                        let state = try await gate(key).glance(within: limit)
                        await report(key, state.map(Answer.state) ?? .inUse)
                    } catch let error as BMCError {
                        await report(key, .failed(error))
                    } catch is CancellationError {
                        throw CancellationError()
                    } catch {
                        return
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

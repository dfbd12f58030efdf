import Synchronization

/// When which node's deadline is, so that a look at them each second does not read ten thousand records.
///
/// Two decisions about one node may be told in the wrong order: what is stored is read anew about once a minute.
final class DeadlineBoard: Sendable {
    private struct State {
        var deadlines: [String: Double] = [:]
        var readAt: Double?
    }

    static let secondsBetweenReads = 60.0

    private let state = Mutex(State())

    func set(_ node: String, _ deadline: Double?) {
        state.withLock { $0.deadlines[node] = deadline }
    }

    func replace(with deadlines: [String: Double], readAt instant: Double) {
        state.withLock { $0 = State(deadlines: deadlines, readAt: instant) }
    }

    /// The nodes whose deadlines are over; nil when it is time to read what is stored.
    func due(at instant: Double) -> [String]? {
        state.withLock { state in
            guard let readAt = state.readAt, (0..<Self.secondsBetweenReads).contains(instant - readAt) else {
                return nil
            }
            return state.deadlines.filter { $0.value <= instant }.map(\.key)
        }
    }
}

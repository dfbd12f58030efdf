import Redfish
import Synchronization

/// What is going on with BMCs' events, in memory: it begins anew after a start.
final class EventBoard: Sendable {
    /// Something that a BMC sent.
    struct Arrival: Sendable {
        var text: String
        var at: ContinuousClock.Instant
    }

    private struct State {
        var tending: [String: EventTending] = [:]
        /// Some BMC is looked after that should not be, or the other way round.
        var isStale = true
        var intakes: [String: EventIntake] = [:]
        var running: Set<String> = []
        var waiting: [String: [Int: AsyncStream<Arrival>.Continuation]] = [:]
        var lastWaiting = 0
    }

    private let state = Mutex(State())

    // MARK: What is due

    /// Takes note of which BMCs there are; what is not among them is forgotten.
    func keep(_ nodes: [(id: String, canSubscribe: Bool)], at now: Double, jitter: () -> Double) {
        state.withLock { state in
            let kept = Set(nodes.map(\.id))
            state.tending = state.tending.filter { kept.contains($0.key) }
            state.intakes = state.intakes.filter { kept.contains($0.key) }
            // Some twenty a second begin after a start.
            let spread = min(600, Double(nodes.count) / 20)
            for (id, canSubscribe) in nodes where state.tending[id] == nil {
                state.tending[id] = EventTending(at: now, delay: spread * jitter(), canSubscribe: canSubscribe)
            }
        }
    }

    /// Takes note of whether one is to be looked after.
    func expect(_ isTended: Bool, _ id: String) {
        state.withLock { state in
            if (state.tending[id] != nil) != isTended { state.isStale = true }
        }
    }

    /// Whether what is stored is to be read for `keep`; asked before it is read, it is so once for each change.
    func takesStock() -> Bool {
        state.withLock { state in
            defer { state.isStale = false }
            return state.isStale
        }
    }

    /// Marks those that are due as under way, `width` of them at most at a time.
    func begin(at now: Double, width: Int) -> [(id: String, duty: EventTending.Duty)] {
        state.withLock { state in
            let due = state.tending.compactMap { id, tending in
                state.running.contains(id) ? nil : tending.duty(at: now).map { (id: id, duty: $0) }
            }
            let begun = Array(due.prefix(max(0, width - state.running.count)))
            state.running.formUnion(begun.map(\.id))
            return begun
        }
    }

    func ended(_ id: String) { state.withLock { _ = $0.running.remove(id) } }

    func change(_ id: String, _ body: (inout EventTending) -> Void) {
        state.withLock { state in
            guard var tending = state.tending[id] else { return }
            body(&tending)
            state.tending[id] = tending
        }
    }

    subscript(node: String) -> EventTending? { state.withLock { $0.tending[node] } }

    func forget(_ id: String) {
        state.withLock { state in
            state.tending[id] = nil
            state.intakes[id] = nil
            state.isStale = true
        }
    }

    // MARK: What comes

    func admits(_ id: String, at now: Double) -> Bool {
        state.withLock { $0.intakes[id, default: EventIntake()].admits(at: now) }
    }

    func take(
        _ events: [(key: String, isDated: Bool, isCritical: Bool)],
        omitted: Int,
        of id: String,
        at now: Double
    ) -> (new: [Int], told: [Int]) {
        state.withLock { $0.intakes[id, default: EventIntake()].take(events, omitted: omitted, at: now) }
    }

    /// The sums of what was left out, by node.
    func sums(at now: Double) -> [(id: String, line: String)] {
        state.withLock { state in
            state.intakes.keys.compactMap { id in state.intakes[id]?.sum(at: now).map { (id, $0) } }
        }
    }

    // MARK: Who waits for something to come

    func arrivals(of id: String) -> (number: Int, stream: AsyncStream<Arrival>) {
        let (stream, continuation) = AsyncStream<Arrival>.makeStream(bufferingPolicy: .bufferingOldest(8))
        let number = state.withLock { state in
            state.lastWaiting += 1
            state.waiting[id, default: [:]][state.lastWaiting] = continuation
            return state.lastWaiting
        }
        return (number, stream)
    }

    func stopWaiting(_ number: Int, for id: String) {
        let continuation = state.withLock { state in
            let found = state.waiting[id]?.removeValue(forKey: number)
            if state.waiting[id]?.isEmpty == true { state.waiting[id] = nil }
            return found
        }
        continuation?.finish()
    }

    func arrived(_ arrival: Arrival, of id: String) {
        let waiting = state.withLock { Array(($0.waiting[id] ?? [:]).values) }
        for continuation in waiting { continuation.yield(arrival) }
    }
}

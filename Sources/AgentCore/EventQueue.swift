public import AgentAPI

/// Events on their way to the controller: numbered, kept until they are acknowledged, bounded.
public struct EventQueue: Hashable, Sendable {
    private let bootID: String
    private let limit: Int
    /// The number of the first event in `waiting`.
    private var first = 0
    private var waiting: [AgentEvent] = []
    /// How many at the front of `waiting` have been in a batch: they keep their numbers and contents.
    private var offered = 0
    /// Events that were dropped because the controller was away for too long.
    public private(set) var dropped = 0

    public init(bootID: String, limit: Int = 4096) {
        self.bootID = bootID
        self.limit = max(limit, 1)
    }

    public var isEmpty: Bool { waiting.isEmpty }

    /// Takes an event in. Progress replaces the same stage's progress that nobody has seen yet.
    public mutating func append(_ event: AgentEvent) {
        if case .progress(let instruction, let stage, _, _) = event.kind, waiting.count > offered,
            case .progress(instruction, stage, _, _)? = waiting.last?.kind
        {
            waiting[waiting.count - 1] = event
            return
        }
        if waiting.count >= limit {
            waiting.removeFirst()
            first += 1
            offered = max(0, offered - 1)
            dropped += 1
        }
        waiting.append(event)
    }

    /// The next events to send; the same again until they are acknowledged.
    public mutating func batch(of count: Int = 256) -> EventBatch? {
        guard !waiting.isEmpty else { return nil }
        let events = Array(waiting.prefix(count))
        offered = max(offered, events.count)
        return EventBatch(bootID: bootID, first: first, events: events)
    }

    /// The controller has all events before number `next`.
    public mutating func acknowledge(next: Int) {
        let known = min(max(0, next.subtractingReportingOverflow(first).overflow ? 0 : next - first), waiting.count)
        waiting.removeFirst(known)
        first += known
        offered = max(0, offered - known)
    }
}

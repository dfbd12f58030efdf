import OperatorAPI

/// What of one BMC's events is worth a line: each once, and no more than a person would read.
struct EventIntake: Hashable, Sendable {
    /// So many at once, and one more each so many seconds.
    private struct Bucket: Hashable, Sendable {
        var size: Double
        var seconds: Double
        var level: Double
        var seenAt = 0.0

        init(_ size: Double, each seconds: Double) {
            self.size = size
            self.seconds = seconds
            level = size
        }

        mutating func take(at now: Double) -> Bool {
            // A clock that was set back fills nothing.
            level = min(size, level + max(0, now - seenAt) / seconds)
            seenAt = now
            guard level >= 1 else { return false }
            level -= 1
            return true
        }
    }

    private var requests = Bucket(300, each: 0.1)
    private var lines = Bucket(20, each: 10)
    private var criticalLines = Bucket(20, each: 10)
    /// Until when what was seen counts as the same; in the order in which it came.
    private var seen: [String: Double] = [:]
    private var order: [String] = []
    private static let memory = 512
    /// Events that were left out since the last sum.
    private var more = 0
    private var moreCritical = 0
    private var moreSince = 0.0
    private var lastAt = 0.0

    /// Whether a request is read at all.
    mutating func admits(at now: Double) -> Bool { requests.take(at: now) }

    /// Which of the events are new, and of those, which have a line of their own.
    ///
    /// - Parameter keys: what makes each the same as one before, and whether its BMC says when it was
    mutating func take(_ events: [(key: String, isDated: Bool, isCritical: Bool)], omitted: Int, at now: Double)
        -> (new: [Int], told: [Int])
    {
        var new: [Int] = []
        var told: [Int] = []
        for (index, event) in events.enumerated() {
            let isKnown = seen[event.key].map { now < $0 } ?? false
            remember(event.key, until: now + (event.isDated ? 86_400 : 10))
            guard !isKnown else { continue }
            new.append(index)
            if event.isCritical ? criticalLines.take(at: now) : lines.take(at: now) {
                told.append(index)
            } else {
                leaveOut(1, critical: event.isCritical ? 1 : 0, at: now)
            }
        }
        if omitted > 0 { leaveOut(omitted, critical: 0, at: now) }
        return (new, told)
    }

    private mutating func leaveOut(_ count: Int, critical: Int, at now: Double) {
        if more == 0 { moreSince = now }
        more += count
        moreCritical += critical
        lastAt = now
    }

    /// The line for those that were left out, once they pause or a minute is over.
    mutating func sum(at now: Double) -> String? {
        guard more > 0, now - lastAt >= 10 || now - moreSince >= 60 || now < moreSince else { return nil }
        defer { (more, moreCritical) = (0, 0) }
        let critical = moreCritical > 0 ? ", \(moreCritical) of them critical" : ""
        return
            "and \(more) more event\(more == 1 ? "" : "s") of the BMC in \(Int(max(1, lastAt - moreSince))) s\(critical)"
    }

    private mutating func remember(_ key: String, until end: Double) {
        if seen.updateValue(end, forKey: key) == nil { order.append(key) }
        guard order.count > Self.memory else { return }
        for old in order.prefix(Self.memory / 4) { seen[old] = nil }
        order.removeFirst(Self.memory / 4)
    }
}

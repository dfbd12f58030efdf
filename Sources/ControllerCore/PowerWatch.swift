import BMC
import Synchronization

/// What is known of one machine's power from looking again and again.
struct PowerWatch: Hashable, Sendable {
    /// The last state seen.
    private(set) var state: PowerState?
    /// When it was seen first, and last; seconds since 1970.
    private(set) var since: Double = 0
    private(set) var seenAt: Double = 0
    /// Why there was no answer since then.
    private(set) var failing: Failing?
    private var failures = 0
    /// When to look again.
    private(set) var dueAt: Double = 0
    private var failureIsTold = false

    struct Failing: Hashable, Sendable {
        var reason: String
        /// Seconds since 1970.
        var since: Double
    }

    /// A BMC may be deaf for a moment: this many looks in a row are worth a line.
    private static let failuresToTell = 3

    /// Takes an answer; what comes back are lines for the node's timeline.
    ///
    /// - Parameter period: seconds between two looks at a BMC that answers. One that does not is left alone for longer
    ///   each time, ten periods at most.
    mutating func took(_ answer: PowerSweep.Answer, at now: Double, period: Double) -> [String] {
        switch answer {
        case .inUse:
            return []
        case .state(let new):
            var lines: [String] = []
            if failureIsTold, let failing {
                lines.append("the BMC answers again, after \(Int(now - failing.since)) s")
            }
            if let state, state != new { lines.append("power \(state) -> \(new), as the BMC says") }
            if state != new { since = now }
            (state, seenAt, dueAt) = (new, now, now + period / 2)
            (failing, failures, failureIsTold) = (nil, 0, false)
            return lines
        case .failed(let error):
            failures += 1
            failing = Failing(
                reason: error.detail.isEmpty ? error.kind.rawValue : "\(error)",
                since: failing?.since ?? now
            )
            let waits = failures < 2 ? 0.5 : Double(min(1 << min(failures - 1, 4), 10)) - 0.5
            dueAt = now + period * waits
            let isFinal = [.wrongCredentials, .gateShut, .untrusted].contains(error.kind)
            guard !failureIsTold, failures >= Self.failuresToTell || isFinal else { return [] }
            failureIsTold = true
            return ["the power state cannot be read: \(error)"]
        }
    }
}

/// The machines' power, in memory: it is read anew after a start.
final class PowerBoard: Sendable {
    private let watches = Mutex<[String: PowerWatch]>([:])

    subscript(node: String) -> PowerWatch? {
        watches.withLock { $0[node] }
    }

    func took(_ answer: PowerSweep.Answer, of node: String, at now: Double, period: Double) -> [String] {
        watches.withLock { $0[node, default: PowerWatch()].took(answer, at: now, period: period) }
    }

    /// Those to look at now, the longest unseen first; what is not among `nodes` is forgotten.
    func due(among nodes: [String], at now: Double) -> [String] {
        watches.withLock { watches in
            let kept = Set(nodes)
            watches = watches.filter { kept.contains($0.key) }
            return nodes.filter { (watches[$0]?.dueAt ?? 0) <= now }
                .sorted { (watches[$0]?.seenAt ?? 0, $0) < (watches[$1]?.seenAt ?? 0, $1) }
        }
    }
}

import Synchronization

/// What goes wrong with a machine's BMC, by whichever protocol it is asked.
public enum BMCFault: Hashable, Sendable {
    /// Every answer comes so much later.
    case slowAnswers(Duration)
    /// Nothing is done: Redfish answers 503, IPMI "node busy" (0xC0).
    case unavailable
    /// The power state that is told is the one that the machine does not have. Orders are carried out all the same.
    case wrongPowerState
    /// A boot override is accepted and comes to nothing: it is not in force, and reading it back shows the old one.
    case ignoredBootOverride
    /// All sessions end at the next thing that is asked in one, without a word to whoever has them; then this fault is
    /// over.
    case droppedSession
    /// The certificate of the BMC is past its last day. IPMI has none.
    case expiredCertificate
    /// The BMC shows another certificate than before, as after a reset to its defaults. IPMI has none.
    case changedCertificate
    /// Every so-and-so-many-th answer does not come, counted from the first: by Redfish the connection ends instead. 1:
    /// none comes.
    case lostAnswers(every: Int)
    /// A new login finds no session free: Redfish answers 503, IPMI "insufficient resources".
    case outOfSessions
    /// After so many logins with a wrong password, the right one is refused as well, until the fault is cleared.
    case lockOut(after: Int)
    /// A BMC that was given another address answers nowhere any more, until the fault is cleared.
    case strandedMove
    /// All subscriptions to events are gone, as after a reset to its defaults; then this fault is over. IPMI has none.
    case lostSubscriptions
    /// There is no event service at all. IPMI has none.
    case noEventService
    /// No further subscription is taken. IPMI has none.
    case outOfSubscriptions
}

/// `slow-answers 2.5s`, `lost-answers 3`, `unavailable`: as definitions and the control socket have it.
extension BMCFault: LosslessStringConvertible {
    public init?(_ description: String) {
        let words = description.split(separator: " ").map(String.init)
        let number = words.count == 2 ? Int(words[1]).flatMap { (1...1000).contains($0) ? $0 : nil } : nil
        switch (words.first, words.count, number) {
        case ("slow-answers", 2, _):
            guard let delay = Duration(seconds: words[1]) else { return nil }
            self = .slowAnswers(delay)
        case ("unavailable", 1, _): self = .unavailable
        case ("wrong-power-state", 1, _): self = .wrongPowerState
        case ("ignored-boot-override", 1, _): self = .ignoredBootOverride
        case ("dropped-session", 1, _): self = .droppedSession
        case ("expired-certificate", 1, _): self = .expiredCertificate
        case ("changed-certificate", 1, _): self = .changedCertificate
        case ("lost-answers", 2, let number?): self = .lostAnswers(every: number)
        case ("out-of-sessions", 1, _): self = .outOfSessions
        case ("lock-out", 2, let number?): self = .lockOut(after: number)
        case ("stranded-move", 1, _): self = .strandedMove
        case ("lost-subscriptions", 1, _): self = .lostSubscriptions
        case ("no-event-service", 1, _): self = .noEventService
        case ("out-of-subscriptions", 1, _): self = .outOfSubscriptions
        default: return nil
        }
    }

    /// The first word of its text, which says what fault it is whatever its number.
    public var name: String {
        switch self {
        case .slowAnswers: "slow-answers"
        case .unavailable: "unavailable"
        case .wrongPowerState: "wrong-power-state"
        case .ignoredBootOverride: "ignored-boot-override"
        case .droppedSession: "dropped-session"
        case .expiredCertificate: "expired-certificate"
        case .changedCertificate: "changed-certificate"
        case .lostAnswers: "lost-answers"
        case .outOfSessions: "out-of-sessions"
        case .lockOut: "lock-out"
        case .strandedMove: "stranded-move"
        case .lostSubscriptions: "lost-subscriptions"
        case .noEventService: "no-event-service"
        case .outOfSubscriptions: "out-of-subscriptions"
        }
    }

    public var description: String {
        switch self {
        case .slowAnswers(let delay): "\(name) \(delay / .seconds(1))s"
        case .lostAnswers(let number), .lockOut(let number): "\(name) \(number)"
        case .unavailable, .wrongPowerState, .ignoredBootOverride, .droppedSession, .expiredCertificate,
            .changedCertificate, .outOfSessions, .strandedMove, .lostSubscriptions, .noEventService,
            .outOfSubscriptions:
            name
        }
    }
}

extension BMCFault: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let fault = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no fault of a BMC")
        }
        self = fault
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The faults that one machine's BMC has now. Shared by whoever sets them and whoever answers for the BMC.
public final class BMCFaults: Sendable {
    private struct Entry {
        var fault: BMCFault
        var end: ContinuousClock.Instant?
    }

    private let entries: Mutex<[Entry]>

    public init(_ faults: [BMCFault] = []) {
        entries = Mutex(faults.map { Entry(fault: $0) })
    }

    /// Sets a fault in place of one of the same name; without `end` until it is cleared.
    public func set(_ fault: BMCFault, until end: ContinuousClock.Instant? = nil) {
        entries.withLock { entries in
            entries.removeAll { $0.fault.name == fault.name }
            entries.append(Entry(fault: fault, end: end))
        }
    }

    /// Clears the fault of this name, or all.
    public func clear(_ name: String? = nil) {
        entries.withLock { $0.removeAll { name == nil || $0.fault.name == name } }
    }

    /// In the order in which they were set.
    public func inForce(at now: ContinuousClock.Instant) -> [BMCFault] {
        entries.withLock { entries in
            entries.removeAll { $0.end.map { $0 <= now } ?? false }
            return entries.map(\.fault)
        }
    }

    /// Carries out a line of the control socket: `FAULT`, `FAULT for SECONDSs` or `clear [NAME]`; false when it makes no
    /// sense.
    public func order(_ line: String, at now: ContinuousClock.Instant) -> Bool {
        let words = line.split(separator: " ").map(String.init)
        if words.first == "clear", words.count <= 2 {
            clear(words.dropFirst().first)
            return true
        }
        var end: ContinuousClock.Instant?
        var rest = words[...]
        if words.count >= 3, words[words.count - 2] == "for" {
            guard let time = Duration(seconds: words[words.count - 1]) else { return false }
            end = now + time
            rest = words.dropLast(2)
        }
        guard let fault = BMCFault(rest.joined(separator: " ")) else { return false }
        set(fault, until: end)
        return true
    }
}

extension Duration {
    /// `2.5s`, from nothing to an hour.
    fileprivate init?(seconds text: String) {
        guard text.hasSuffix("s"), let seconds = Double(text.dropLast()), (0...3600).contains(seconds) else {
            return nil
        }
        self = .milliseconds(Int64((seconds * 1000).rounded()))
    }
}

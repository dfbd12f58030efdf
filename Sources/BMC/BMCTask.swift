/// How a BMC takes changes, and how that was found out.
public struct BMCStrategy: Hashable, Sendable {
    /// `iDRAC`, `Supermicro`, `the standard's way`.
    public var name: String
    /// What the BMC said of itself that made it so.
    public var reason: String

    public init(name: String, reason: String) {
        self.name = name
        self.reason = reason
    }
}

/// Long work of a BMC, to be asked after.
public struct BMCTask: Hashable, Sendable {
    /// Where it tells of itself: addresses of the BMC's service.
    public var monitor: String?
    public var task: String?
    public var state: BMCTaskState

    public init(monitor: String? = nil, task: String? = nil, state: BMCTaskState) {
        self.monitor = monitor
        self.task = task
        self.state = state
    }
}

/// How far long work is.
public struct BMCTaskState: Hashable, Sendable {
    public enum Phase: String, Hashable, Sendable, CaseIterable {
        case running
        /// Goes on when the machine restarts.
        case waitingForReset = "waiting-for-reset"
        case done, failed
    }

    public var phase: Phase
    /// 0 to 100; nil where the BMC does not say.
    public var percent: Int?
    /// What the BMC says, a line each.
    public var messages: [String]

    public init(phase: Phase, percent: Int? = nil, messages: [String] = []) {
        self.phase = phase
        self.percent = percent
        self.messages = messages
    }
}

extension BMCTaskState: CustomStringConvertible {
    public var description: String {
        let words =
            switch phase {
            case .running: "at work" + (percent.map { ", \($0) %" } ?? "")
            case .waitingForReset: "waits for the next restart"
            case .done: "done"
            case .failed: "failed"
            }
        return ([words] + messages).joined(separator: "; ")
    }
}

/// Events in the order they happened, from number `first` on.
public struct EventBatch: Codable, Hashable, Sendable {
    /// Numbers count within one boot of the agent.
    public var bootID: String
    public var first: Int
    public var events: [AgentEvent]

    public init(bootID: String, first: Int, events: [AgentEvent]) {
        self.bootID = bootID
        self.first = first
        self.events = events
    }
}

public struct EventAcknowledgement: Codable, Hashable, Sendable {
    /// The number the controller expects next; all before it are kept.
    public var next: Int

    public init(next: Int) {
        self.next = next
    }
}

/// One thing that happened on the node.
public struct AgentEvent: Codable, Hashable, Sendable {
    /// Seconds since 1970, by the node's clock.
    public var at: Double
    public var kind: Kind

    public init(at: Double, kind: Kind) {
        self.at = at
        self.kind = kind
    }

    public enum Kind: Codable, Hashable, Sendable {
        case note(String)
        /// Progress of a long instruction: `done` of `total` octets or items of a stage.
        case progress(instruction: String, stage: String, done: UInt64, total: UInt64)
        case step(StepEvent)
    }
}

/// What happened to one step of a bundle.
public struct StepEvent: Codable, Hashable, Sendable {
    public var bundle: String
    /// Index into the bundle's steps.
    public var index: Int
    public var service: String
    /// The task, file or container.
    public var subject: String
    public var state: State
    /// What a command printed or what was found, bounded, without secrets.
    public var output: String?

    public init(bundle: String, index: Int, service: String, subject: String, state: State, output: String? = nil) {
        self.bundle = bundle
        self.index = index
        self.service = service
        self.subject = subject
        self.state = state
        self.output = output
    }

    public enum State: String, Codable, Hashable, Sendable {
        case started, changed, unchanged, skipped, failed, waiting, restored
        /// All steps of this service in this bundle are done.
        case serviceDone
    }
}

/// May the gate step `index` of a bundle be passed?
public struct GateRequest: Codable, Hashable, Sendable {
    public var bundle: String
    public var index: Int

    public init(bundle: String, index: Int) {
        self.bundle = bundle
        self.index = index
    }
}

public struct GateAnswer: Codable, Hashable, Sendable {
    public var open: Bool
    /// What is still awaited, in words: `directory on node-1`.
    public var waitingFor: [String]

    public init(open: Bool, waitingFor: [String] = []) {
        self.open = open
        self.waitingFor = waitingFor
    }
}

/// A node as operators see it in lists. The API's JSON names are snake_case throughout.
public struct NodeSummary: Codable, Hashable, Sendable {
    public var id: String
    public var name: String
    public var state: String
    public var role: String?
    /// The plan generation it carries; 0 for none.
    public var generation: Int
    public var address: String?
    public var rack: String?
    public var unit: String?
    /// What operators and rules say of it, by key; nil where that is nothing.
    public var labels: [String: String]?
    /// Whom it is kept for, by whom and why; nil when it is not.
    public var reserved: String?
    public var bmc: String
    public var maintenance: String?
    public var quarantined: String?
    /// The last thing observed of it.
    public var evidence: String
    /// Percent and stage of what takes long just now: `image 42 %`.
    public var progress: String?
    /// `on`, `off`, or what the BMC says between the two; nil when it never said.
    public var power: String?
    /// When it said so last, in seconds since 1970.
    public var powerSeenAt: Double?
    /// Why it says nothing now.
    public var powerProblem: String?

    public init(
        id: String,
        name: String,
        state: String,
        role: String? = nil,
        generation: Int,
        address: String? = nil,
        rack: String? = nil,
        unit: String? = nil,
        labels: [String: String]? = nil,
        reserved: String? = nil,
        bmc: String,
        maintenance: String? = nil,
        quarantined: String? = nil,
        evidence: String,
        progress: String? = nil,
        power: String? = nil,
        powerSeenAt: Double? = nil,
        powerProblem: String? = nil
    ) {
        self.id = id
        self.name = name
        self.state = state
        self.role = role
        self.generation = generation
        self.address = address
        self.rack = rack
        self.unit = unit
        self.labels = labels
        self.reserved = reserved
        self.bmc = bmc
        self.maintenance = maintenance
        self.quarantined = quarantined
        self.evidence = evidence
        self.progress = progress
        self.power = power
        self.powerSeenAt = powerSeenAt
        self.powerProblem = powerProblem
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, state, role, generation, address, rack, unit, labels, reserved, bmc, maintenance, quarantined,
            evidence, progress, power
        case powerSeenAt = "power_seen_at"
        case powerProblem = "power_problem"
    }
}

/// Everything about a node on one screen.
public struct NodeExplanation: Codable, Hashable, Sendable {
    public var summary: NodeSummary
    /// Seconds since 1970.
    public var enteredAt: Double
    public var deadline: Double?
    public var nextActor: String
    public var legal: [String]
    public var attemptsLeft: Int
    /// When and from where the agent last called.
    public var agent: String?
    public var failure: String?
    /// The last bundle that failed on it, even when it was rolled back: step, task, output.
    public var lastFailure: [String]
    /// Who told what it is made of; nil while nothing is known.
    public var inventory: String?
    /// How its ramdisk comes to it and what network it has there; nil for by the network, with what DHCP says.
    public var ramdisk: String?
    /// What changed in its hardware since the inspection before the last; nil where there was none.
    public var drift: [String]?
    /// What it was called before, the last name last; nil where it never had another.
    public var formerNames: [String]?
    /// How its BMC's events come, with the critical ones of them; nil while that is not known.
    public var events: BMCEventsReport?
    public var timeline: [TimelineItem]

    public init(
        summary: NodeSummary,
        enteredAt: Double,
        deadline: Double? = nil,
        nextActor: String,
        legal: [String],
        attemptsLeft: Int,
        agent: String? = nil,
        failure: String? = nil,
        lastFailure: [String] = [],
        inventory: String? = nil,
        ramdisk: String? = nil,
        drift: [String]? = nil,
        formerNames: [String]? = nil,
        events: BMCEventsReport? = nil,
        timeline: [TimelineItem]
    ) {
        self.summary = summary
        self.enteredAt = enteredAt
        self.deadline = deadline
        self.nextActor = nextActor
        self.legal = legal
        self.attemptsLeft = attemptsLeft
        self.agent = agent
        self.failure = failure
        self.lastFailure = lastFailure
        self.inventory = inventory
        self.ramdisk = ramdisk
        self.drift = drift
        self.formerNames = formerNames
        self.events = events
        self.timeline = timeline
    }

    private enum CodingKeys: String, CodingKey {
        case summary
        case enteredAt = "entered_at"
        case deadline
        case nextActor = "next_actor"
        case legal
        case attemptsLeft = "attempts_left"
        case agent, failure
        case lastFailure = "last_failure"
        case inventory, ramdisk, drift
        case formerNames = "former_names"
        case events, timeline
    }
}

public struct TimelineItem: Codable, Hashable, Sendable {
    public var number: Int
    /// Seconds since 1970.
    public var at: Double
    public var source: String
    public var text: String

    public init(number: Int, at: Double, source: String, text: String) {
        self.number = number
        self.at = at
        self.source = source
        self.text = text
    }
}

/// A table of nodes to enroll, as text: the file's name is for errors.
public struct EnrollNodes: Codable, Hashable, Sendable {
    public var file: String
    public var csv: String

    public init(file: String, csv: String) {
        self.file = file
        self.csv = csv
    }
}

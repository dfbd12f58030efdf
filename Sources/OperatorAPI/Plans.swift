/// A plan as operators read it before they apply it.
public struct PlanReport: Codable, Hashable, Sendable {
    public var generation: Int
    public var parent: Int
    public var nodes: [NodeReport]
    public var unchanged: [String]
    /// Node names, wave by wave.
    public var waves: [[String]]
    /// What the catalogue says of nodes and the plan does not change, a line each; nil of an older controller's plan.
    public var notes: [String]?

    public init(
        generation: Int,
        parent: Int,
        nodes: [NodeReport],
        unchanged: [String],
        waves: [[String]],
        notes: [String]? = nil
    ) {
        self.generation = generation
        self.parent = parent
        self.nodes = nodes
        self.unchanged = unchanged
        self.waves = waves
        self.notes = notes
    }

    public struct NodeReport: Codable, Hashable, Sendable {
        public var name: String
        public var role: String
        public var operation: String
        public var image: String
        public var disk: String?
        public var changes: [String]
        /// The steps, a line each.
        public var steps: [String]

        public init(
            name: String,
            role: String,
            operation: String,
            image: String,
            disk: String?,
            changes: [String],
            steps: [String]
        ) {
            self.name = name
            self.role = role
            self.operation = operation
            self.image = image
            self.disk = disk
            self.changes = changes
            self.steps = steps
        }
    }
}

/// A run: the durable execution of a plan or a runbook.
public struct RunReport: Codable, Hashable, Sendable {
    public var id: String
    public var generation: Int
    /// `running`, `succeeded`, `failed`, `stopped`.
    public var state: String
    public var reason: String?
    public var startedAt: Double
    public var endedAt: Double?
    public var wave: Int
    public var waves: Int
    /// `waits for approval` where an operator has to go on.
    public var waitsForApproval: Bool
    public var nodes: [NodeReport]
    /// Nil for the run of a plan that changes what nodes are.
    public var runbook: Runbook?

    public init(
        id: String,
        generation: Int,
        state: String,
        reason: String?,
        startedAt: Double,
        endedAt: Double?,
        wave: Int,
        waves: Int,
        waitsForApproval: Bool,
        nodes: [NodeReport],
        runbook: Runbook? = nil
    ) {
        self.id = id
        self.generation = generation
        self.state = state
        self.reason = reason
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.wave = wave
        self.waves = waves
        self.waitsForApproval = waitsForApproval
        self.nodes = nodes
        self.runbook = runbook
    }

    public struct NodeReport: Codable, Hashable, Sendable {
        public var name: String
        public var wave: Int
        /// `pending`, `started`, `done`, `failed`, `rolled-back`.
        public var state: String
        public var detail: String

        public init(name: String, wave: Int, state: String, detail: String) {
            self.name = name
            self.wave = wave
            self.state = state
            self.detail = detail
        }
    }

    private enum CodingKeys: String, CodingKey {
        case id, generation, state, reason
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case wave, waves
        case waitsForApproval = "waits_for_approval"
        case nodes, runbook
    }
}

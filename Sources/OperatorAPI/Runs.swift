/// A run: the durable execution of a plan or a runbook.
public struct RunReport: Codable, Hashable, Sendable {
    public var id: String
    public var generation: Int
    /// `running`, `succeeded`, `failed`, `stopped`.
    public var state: String
    /// Why it ended as it did; see also ``remark``.
    public var reason: String?
    public var startedAt: Double
    public var endedAt: Double?
    public var wave: Int
    public var waves: Int
    /// `waits for approval` where an operator has to go on.
    public var waitsForApproval: Bool
    public var nodes: [NodeReport]
    /// How many of them are in which state; nil of an older controller's run.
    public var counts: Counts?
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
        counts = Counts(nodes)
        self.runbook = runbook
    }

    public struct NodeReport: Codable, Hashable, Sendable {
        /// What it was called when the run began.
        public var name: String
        /// By which it is found whatever it is called now; nil of an older controller's run.
        public var id: String?
        public var wave: Int
        /// `pending`, `started`, `done`, `failed`, `rolled-back`.
        public var state: String
        public var detail: String

        public init(name: String, id: String? = nil, wave: Int, state: String, detail: String) {
            self.name = name
            self.id = id
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
        case nodes, counts, runbook
    }
}

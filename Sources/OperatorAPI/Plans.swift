/// A plan as operators read it before they apply it.
public struct PlanReport: Codable, Hashable, Sendable {
    public var generation: Int
    public var parent: Int
    /// Seconds since 1970; nil of an older controller's plan.
    public var createdAt: Double?
    /// The runbook that it carries out; nil where it is what nodes are made of that changes.
    public var runbook: String?
    public var nodes: [NodeReport]
    public var unchanged: [String]
    /// Node names, wave by wave.
    public var waves: [[String]]
    /// What the catalogue says of nodes and the plan does not change, a line each; nil of an older controller's plan.
    public var notes: [String]?

    public init(
        generation: Int,
        parent: Int,
        createdAt: Double? = nil,
        runbook: String? = nil,
        nodes: [NodeReport],
        unchanged: [String],
        waves: [[String]],
        notes: [String]? = nil
    ) {
        self.generation = generation
        self.parent = parent
        self.createdAt = createdAt
        self.runbook = runbook
        self.nodes = nodes
        self.unchanged = unchanged
        self.waves = waves
        self.notes = notes
    }

    private enum CodingKeys: String, CodingKey {
        case generation, parent
        case createdAt = "created_at"
        case runbook, nodes, unchanged, waves, notes
    }

    public struct NodeReport: Codable, Hashable, Sendable {
        /// What it was called when the plan was made.
        public var name: String
        /// By which it is found whatever it is called now; nil of an older controller's plan.
        public var id: String?
        public var role: String
        public var operation: String
        public var image: String
        public var disk: String?
        public var changes: [String]
        /// The steps, a line each.
        public var steps: [String]

        public init(
            name: String,
            id: String? = nil,
            role: String,
            operation: String,
            image: String,
            disk: String?,
            changes: [String],
            steps: [String]
        ) {
            self.name = name
            self.id = id
            self.role = role
            self.operation = operation
            self.image = image
            self.disk = disk
            self.changes = changes
            self.steps = steps
        }
    }
}

/// A plan in a list.
public struct PlanSummary: Codable, Hashable, Sendable {
    public var generation: Int
    /// Seconds since 1970.
    public var createdAt: Double
    /// How many nodes it does what to: `deploy` to 3.
    public var operations: [String: Int]
    /// Nodes that stay as they are.
    public var unchanged: Int
    /// The runbook that it carries out.
    public var runbook: String?

    public init(generation: Int, createdAt: Double, operations: [String: Int], unchanged: Int, runbook: String? = nil) {
        self.generation = generation
        self.createdAt = createdAt
        self.operations = operations
        self.unchanged = unchanged
        self.runbook = runbook
    }

    private enum CodingKeys: String, CodingKey {
        case generation
        case createdAt = "created_at"
        case operations, unchanged, runbook
    }

    /// `1 deploy, 2 upgrade`
    public var words: String {
        operations.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}

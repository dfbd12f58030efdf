/// A runbook of the catalogue, as operators read it before they start it.
public struct RunbookReport: Codable, Hashable, Sendable {
    public var name: String
    /// What it is for.
    public var description: String?
    /// The roles whose nodes it is for; empty where nodes are named at each start.
    public var roles: [String]
    public var parameters: [Parameter]
    /// How it goes over the nodes, in words.
    public var rollout: String
    /// A line each, in their order.
    public var tasks: [String]
    public var rollbackTasks: [String]
    /// By which a start may choose among the tasks.
    public var tags: [String]
    /// What must hold on a node when they are done, a line each.
    public var health: [String]

    public init(
        name: String,
        description: String?,
        roles: [String],
        parameters: [Parameter],
        rollout: String,
        tasks: [String],
        rollbackTasks: [String],
        tags: [String] = [],
        health: [String] = []
    ) {
        self.name = name
        self.description = description
        self.roles = roles
        self.parameters = parameters
        self.rollout = rollout
        self.tasks = tasks
        self.rollbackTasks = rollbackTasks
        self.tags = tags
        self.health = health
    }

    public struct Parameter: Codable, Hashable, Sendable {
        public var name: String
        public var type: String
        /// As JSON; nil where a value must be given.
        public var fallback: String?
        public var description: String?
        /// What a value must hold to, in words.
        public var constraints: [String]

        public init(name: String, type: String, fallback: String?, description: String?, constraints: [String]) {
            self.name = name
            self.type = type
            self.fallback = fallback
            self.description = description
            self.constraints = constraints
        }

        private enum CodingKeys: String, CodingKey {
            case name, type
            case fallback = "default"
            case description, constraints
        }
    }

    private enum CodingKeys: String, CodingKey {
        case name, description, roles, parameters, rollout, tasks, tags, health
        case rollbackTasks = "rollback_tasks"
    }
}

extension RunbookReport {
    /// The command that starts it, with what must be given.
    public var command: String {
        let missing = parameters.filter { $0.fallback == nil && !$0.isSecret }.map { " --set \($0.name)=…" }
        let nodes = roles.isEmpty ? " --node NODE" : ""
        return "rackwright runbook run \(name)\(nodes)\(missing.joined())"
    }
}

extension RunbookReport.Parameter {
    /// Its value is set by `rackwright secret set` and shown to nobody.
    public var isSecret: Bool { type == "secret" }
}

/// Starts a runbook.
public struct StartRunbook: Codable, Hashable, Sendable {
    /// Names of nodes; empty for all that do their work in the runbook's roles.
    public var nodes: [String]
    /// Values of parameters as they were typed; secrets are not among them.
    public var parameters: [String: String]
    /// Say what would change, and change nothing.
    public var check: Bool
    /// Only tasks with one of these tags, as with Ansible's `--tags`; nil or none for all.
    public var tags: [String]?
    /// Tasks without these tags, as with `--skip-tags`.
    public var skipTags: [String]?

    public init(
        nodes: [String] = [],
        parameters: [String: String] = [:],
        check: Bool = false,
        tags: [String]? = nil,
        skipTags: [String]? = nil
    ) {
        self.nodes = nodes
        self.parameters = parameters
        self.check = check
        self.tags = tags
        self.skipTags = skipTags
    }

    private enum CodingKeys: String, CodingKey {
        case nodes, parameters, check, tags
        case skipTags = "skip_tags"
    }
}

extension RunReport {
    /// The runbook that a run is of, and who started it how.
    public struct Runbook: Codable, Hashable, Sendable {
        public var name: String
        /// What was given, as JSON; secrets are not among it.
        public var parameters: [String: String]
        /// Nothing is changed.
        public var check: Bool
        /// The operator.
        public var by: String
        /// The nodes of its roles that do not do their work and are left out, a line each.
        public var leftOut: [String]
        /// The tags of the tasks that were chosen; nil for all.
        public var tags: [String]?
        /// The tags of the tasks that were left out; nil for none.
        public var skipTags: [String]?

        public init(
            name: String,
            parameters: [String: String],
            check: Bool,
            by: String,
            leftOut: [String],
            tags: [String]? = nil,
            skipTags: [String]? = nil
        ) {
            self.tags = tags
            self.skipTags = skipTags
            self.name = name
            self.parameters = parameters
            self.check = check
            self.by = by
            self.leftOut = leftOut
        }

        private enum CodingKeys: String, CodingKey {
            case name, parameters, check, by, tags
            case leftOut = "left_out"
            case skipTags = "skip_tags"
        }
    }
}

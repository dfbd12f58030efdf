/// Asks what rules would make of nodes.
public struct RulesQuestion: Codable, Hashable, Sendable {
    /// The texts of `rules/*.yaml`, by their files' names; nil for the controller's own.
    public var rules: [String: String]?
    /// Names of nodes; none for all that are there.
    public var nodes: [String]
    /// Machines to ask of in place of nodes that are there.
    public var fleet: [WhatIf.Node]?

    public init(rules: [String: String]? = nil, nodes: [String] = [], fleet: [WhatIf.Node]? = nil) {
        self.rules = rules
        self.nodes = nodes
        self.fleet = fleet
    }
}

/// Asks for the rules to be applied to the inventories that are kept.
public struct ApplyRules: Codable, Hashable, Sendable {
    /// Names of nodes; none for all.
    public var nodes: [String]
    /// Say what would become of them, and touch nothing.
    public var dryRun: Bool

    public init(nodes: [String] = [], dryRun: Bool = false) {
        self.nodes = nodes
        self.dryRun = dryRun
    }

    private enum CodingKeys: String, CodingKey {
        case nodes
        case dryRun = "dry_run"
    }
}

/// What rules would make of nodes, and why.
public struct RulesReport: Codable, Hashable, Sendable {
    public var nodes: [Node]

    public init(nodes: [Node]) {
        self.nodes = nodes
    }

    public struct Node: Codable, Hashable, Sendable {
        public var name: String
        /// What would be otherwise than now.
        public var changes: [Change]
        /// In the order in which the rules are applied.
        public var rules: [Verdict]
        /// What could not be done as a rule says: a rule before it or an operator says otherwise, or it is not known.
        public var remarks: [String]

        public init(name: String, changes: [Change], rules: [Verdict], remarks: [String]) {
            self.name = name
            self.changes = changes
            self.rules = rules
            self.remarks = remarks
        }
    }

    public struct Change: Codable, Hashable, Sendable {
        /// `name`, `rack`, `unit`, `label KEY`, `reservation`, `quarantine`, `refusal` or `state`.
        public var what: String
        public var before: String?
        public var after: String?
        public var rule: String?

        public init(what: String, before: String? = nil, after: String? = nil, rule: String? = nil) {
            self.what = what
            self.before = before
            self.after = after
            self.rule = rule
        }
    }

    public struct Verdict: Codable, Hashable, Sendable {
        public var rule: String
        public var matches: Bool
        /// The conditions that do not hold, with what was observed.
        public var failures: [MatchReport.Failure]

        public init(rule: String, matches: Bool, failures: [MatchReport.Failure]) {
            self.rule = rule
            self.matches = matches
            self.failures = failures
        }
    }
}

/// Keeps a node for a role.
public struct ReserveNode: Codable, Hashable, Sendable {
    /// A role's name, or `nobody`.
    public var role: String
    public var reason: String

    public init(role: String, reason: String) {
        self.role = role
        self.reason = reason
    }
}

/// Changes the labels that operators gave a node.
public struct LabelNode: Codable, Hashable, Sendable {
    public var set: [String: String]
    public var remove: [String]

    public init(set: [String: String] = [:], remove: [String] = []) {
        self.set = set
        self.remove = remove
    }
}

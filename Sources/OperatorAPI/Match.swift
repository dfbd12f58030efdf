/// Which node gets which role, and why not another.
public struct MatchReport: Codable, Hashable, Sendable {
    public var roles: [RoleReport]
    public var nodes: [NodeReport]

    public init(roles: [RoleReport], nodes: [NodeReport]) {
        self.roles = roles
        self.nodes = nodes
    }

    public struct RoleReport: Codable, Hashable, Sendable {
        public var name: String
        public var minimum: Int
        public var maximum: Int?
        public var assigned: [String]
        public var missing: Int
        /// What stands in the way of those that are missing; nil where none are.
        public var shortage: ShortageReport?
        /// Nil where the role is not to be spread.
        public var spread: SpreadReport?

        public init(
            name: String,
            minimum: Int,
            maximum: Int?,
            assigned: [String],
            missing: Int,
            shortage: ShortageReport? = nil,
            spread: SpreadReport? = nil
        ) {
            self.name = name
            self.minimum = minimum
            self.maximum = maximum
            self.assigned = assigned
            self.missing = missing
            self.shortage = shortage
            self.spread = spread
        }
    }

    /// Why a role lacks nodes.
    public struct ShortageReport: Codable, Hashable, Sendable {
        /// Requirements that are the only ones that some nodes fail.
        public var obstacles: [Obstacle]
        /// How many nodes that qualify are in another role, by its name.
        public var elsewhere: [String: Int]
        /// Nodes of which nothing is known, and those that take part in nothing.
        public var uninspected: [String]
        public var excluded: [String]

        public init(
            obstacles: [Obstacle] = [],
            elsewhere: [String: Int] = [:],
            uninspected: [String] = [],
            excluded: [String] = []
        ) {
            self.obstacles = obstacles
            self.elsewhere = elsewhere
            self.uninspected = uninspected
            self.excluded = excluded
        }
    }

    public struct Obstacle: Codable, Hashable, Sendable {
        public var requirement: String
        /// Nodes that fail this alone; where it compares numbers, the nearest first.
        public var nodes: [String]
        /// What was found at the first of them, where it is the nearest.
        public var nearest: String?

        public init(requirement: String, nodes: [String], nearest: String? = nil) {
            self.requirement = requirement
            self.nodes = nodes
            self.nearest = nearest
        }
    }

    /// How a role's nodes are spread over failure domains.
    public struct SpreadReport: Codable, Hashable, Sendable {
        /// `rack`, `chassis` or `switch`.
        public var over: String
        /// How many nodes are in each that has some.
        public var nodes: [String: Int]

        public init(over: String, nodes: [String: Int]) {
            self.over = over
            self.nodes = nodes
        }
    }

    public struct NodeReport: Codable, Hashable, Sendable {
        public var name: String
        public var role: String?
        /// What a person should know of what is known of it.
        public var remark: String?
        public var verdicts: [VerdictReport]

        public init(name: String, role: String?, remark: String? = nil, verdicts: [VerdictReport]) {
            self.name = name
            self.role = role
            self.remark = remark
            self.verdicts = verdicts
        }
    }

    public struct VerdictReport: Codable, Hashable, Sendable {
        public var role: String
        public var qualifies: Bool
        public var score: Int
        public var failures: [Failure]

        public init(role: String, qualifies: Bool, score: Int, failures: [Failure]) {
            self.role = role
            self.qualifies = qualifies
            self.score = score
            self.failures = failures
        }
    }

    public struct Failure: Codable, Hashable, Sendable {
        public var requirement: String
        public var observed: String

        public init(requirement: String, observed: String) {
            self.requirement = requirement
            self.observed = observed
        }
    }
}

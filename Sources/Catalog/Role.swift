public import Jinja

/// A group of nodes with the same hardware requirements, image, disks and services.
public struct Role: Hashable, Sendable {
    public var name: String
    /// What it is for, in words.
    public var description: String?
    /// The roles it extends, the nearest first.
    public var extends: [String] = []
    /// Whether it is there to be extended and no node gets it.
    public var isAbstract = false
    /// Words that templates and conditions find it by.
    public var tags: [String] = []
    /// The networks that its nodes are on.
    public var networks: [NetworkUse] = []
    /// A template of a node's host name, over `node`, `role` and `index`; the node's name without one.
    public var hostname: String?
    public var count: Count
    /// Each must hold of a node's inventory.
    public var hardware: [Requirement]
    public var prefer: [Preference]
    /// Roles of a higher one get their nodes first, where there are too few for all.
    public var priority = 0
    /// The failure domain its nodes are spread over.
    public var spread: FailureDomain?
    public var image: String
    /// Predicates over one disk; of those that hold for all, the smallest disk is taken.
    public var rootDisk: [Requirement]
    public var firstBoot: FirstBoot
    public var kernelArguments: String
    public var services: [String]
    /// Overrides of service parameters: service, then parameter.
    public var parameters: [String: [String: Value]]
    public var rollout: Rollout
    public var location: SourceLocation
    /// Where the services and parameters it refers to were written: by `service` and `service/parameter`.
    var written: [String: SourceLocation] = [:]
}

extension Role {
    /// How many nodes a role takes.
    public struct Count: Hashable, Sendable {
        public var minimum: Int
        /// Nil for as many as qualify.
        public var maximum: Int?

        public init(minimum: Int, maximum: Int?) {
            self.minimum = minimum
            self.maximum = maximum
        }
    }

    /// An expression that must hold, as it was written.
    public struct Requirement: Hashable, Sendable {
        public var expression: Expression
        public var text: String
        public var location: SourceLocation

        public init(expression: Expression, text: String, location: SourceLocation) {
            self.expression = expression
            self.text = text
            self.location = location
        }
    }

    /// An expression that speaks for a node when several qualify.
    public struct Preference: Hashable, Sendable {
        public var when: Requirement
        /// Added to the node's score when the expression holds; may be negative.
        public var weight: Int

        public init(when: Requirement, weight: Int) {
            self.when = when
            self.weight = weight
        }
    }

    public enum FailureDomain: String, CaseIterable, Hashable, Sendable, Codable {
        case rack, chassis, `switch`
    }

    public enum FirstBoot: String, CaseIterable, Hashable, Sendable, Codable {
        case kexec, reset
    }

    /// How a change goes over the nodes of a role.
    public struct Rollout: Hashable, Sendable, Codable {
        /// Nodes in the first wave.
        public var canary: Int
        /// Nodes in each further wave.
        public var batch: Batch
        /// The run stops when more nodes than this have failed.
        public var maxFailed: Int
        public var approve: Approval
        public var onFailure: OnFailure

        public init(
            canary: Int = 1,
            batch: Batch = .percent(10),
            maxFailed: Int = 0,
            approve: Approval = .none,
            onFailure: OnFailure = .rollback
        ) {
            self.canary = canary
            self.batch = batch
            self.maxFailed = maxFailed
            self.approve = approve
            self.onFailure = onFailure
        }

        /// `canary 1, batch 10%, at most 0 failed, approval none, on failure rollback`
        public var words: String {
            let size =
                switch batch {
                case .nodes(let count): "\(count)"
                case .percent(let percent): "\(percent)%"
                }
            return "canary \(canary), batch \(size), at most \(maxFailed) failed, approval \(approve.rawValue), "
                + "on failure \(onFailure.rawValue)"
        }

        public enum Batch: Hashable, Sendable, Codable {
            case nodes(Int)
            case percent(Int)

            /// Nodes in one wave of a role with `total` nodes; at least one.
            public func size(of total: Int) -> Int {
                switch self {
                case .nodes(let count): max(1, count)
                case .percent(let percent): max(1, total * percent / 100)
                }
            }
        }

        public enum Approval: String, CaseIterable, Hashable, Sendable, Codable {
            case none
            case afterCanary = "after-canary"
            case everyWave = "every-wave"
        }

        public enum OnFailure: String, CaseIterable, Hashable, Sendable, Codable {
            case rollback, stop
        }
    }
}

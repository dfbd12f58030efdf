public import Jinja

/// What is done to a node: an update does not change what it is made of, as a runbook's tasks do not.
public enum Operation: String, Codable, Hashable, Sendable, CaseIterable {
    case deploy, update, upgrade, rollback
}

/// All steps for one node and one operation, in the order they are carried out.
public struct Bundle: Codable, Hashable, Sendable {
    /// Unique: plan generation, node and operation.
    public var id: String
    public var node: String
    public var generation: Int
    public var operation: Operation
    public var role: String
    /// What templates and conditions see: `node`, `nodes`, `groups` by role, `role`, `generation`, `networks` with the node's
    /// addresses, and `services`: each service's parameters by name. For a step of a service, `services[that service]` is also put on top, so that its
    /// own parameters are seen by their plain names.
    public var variables: Value
    public var steps: [BundleStep]
    /// Run, after replaced files and containers were restored, when a step failed.
    public var rollbackTasks: [TaskItem]
    /// Whose parameters they see; nil for those of the service of which a step failed.
    public var rollbackService: String?
    /// Restore what was there when a step fails.
    public var rollsBackOnFailure: Bool
    /// Values that never appear in output, events or logs.
    public var secrets: [String]

    public init(
        id: String,
        node: String,
        generation: Int,
        operation: Operation,
        role: String,
        variables: Value,
        steps: [BundleStep],
        rollbackTasks: [TaskItem] = [],
        rollsBackOnFailure: Bool = false,
        secrets: [String] = []
    ) {
        self.id = id
        self.node = node
        self.generation = generation
        self.operation = operation
        self.role = role
        self.variables = variables
        self.steps = steps
        self.rollbackTasks = rollbackTasks
        self.rollsBackOnFailure = rollsBackOnFailure
        self.secrets = secrets
    }
}

/// One step of a bundle: what one service does at one number.
public struct BundleStep: Codable, Hashable, Sendable {
    /// TripleO's step number: deploy 1 to 5, upgrade 0 to 5.
    public var number: Int
    public var service: String
    public var work: Work

    public init(number: Int, service: String, work: Work) {
        self.number = number
        self.service = service
        self.work = work
    }

    public enum Work: Codable, Hashable, Sendable {
        /// Go on when the named services on other nodes are up; the controller knows.
        case gate(services: [String])
        case files([ConfigFile])
        case tasks([TaskItem])
        case containers([ContainerDefinition])
        /// Stop and remove the service's containers that have none of these names; others' are not touched.
        case removeContainers(keeping: [String])
        /// All must hold within their deadlines.
        case health([HealthCheck])
        /// The service has done all it has to do in this bundle.
        case serviceDone
    }
}

/// A file made from a Jinja template.
public struct ConfigFile: Codable, Hashable, Sendable {
    public var path: String
    /// The template's text.
    public var template: String
    /// Where the template came from, for errors.
    public var templateName: String
    /// Permission bits, for example 0o640.
    public var mode: UInt32
    public var owner: String?
    public var group: String?

    public init(
        path: String,
        template: String,
        templateName: String,
        mode: UInt32 = 0o644,
        owner: String? = nil,
        group: String? = nil
    ) {
        self.path = path
        self.template = template
        self.templateName = templateName
        self.mode = mode
        self.owner = owner
        self.group = group
    }
}

/// What must be true of a service that is up.
public struct HealthCheck: Codable, Hashable, Sendable {
    public var probe: Probe
    /// Seconds between two tries.
    public var interval: Double
    /// Seconds after which it has failed.
    public var deadline: Double

    public init(probe: Probe, interval: Double = 2, deadline: Double = 60) {
        self.probe = probe
        self.interval = interval
        self.deadline = deadline
    }

    public enum Probe: Codable, Hashable, Sendable {
        /// A GET of an `http://` URL that answers 200 to 299; `contains` must be in the body when given.
        case http(url: String, contains: String?)
        /// A command that ends with 0.
        case command([String])
        /// A TCP port that accepts.
        case tcp(host: String, port: Int)
    }
}

public import AgentAPI

/// A composable unit placed in roles: parameters, config files, containers, task lists.
public struct Service: Hashable, Sendable {
    public var name: String
    /// What it is for, in words.
    public var description: String?
    public var parameters: [Parameter]
    /// Whether they could all be read; else more is said of what is wrong in them than of what lacks them.
    var hasAllParameters = true
    /// Services that must be up before this one, on whatever node they are.
    public var after: [String]
    public var config: [ConfigFile]
    /// In the order in which those of one step start.
    public var containers: [ServiceContainer]
    public var deployTasks: [SteppedTask]
    public var upgradeTasks: [SteppedTask]
    public var rollbackTasks: [TaskItem]
    public var validations: [TaskItem]
    /// Must hold when everything has been done; beside the containers' own checks.
    public var health: [HealthCheck]
    /// Of which roles it is told the nodes, as a proxy's file lists them: the roles' names; nil for all roles.
    public var sees: Set<String>? = []
    public var location: SourceLocation
    /// Where the services it comes after were written.
    var written: [String: SourceLocation] = [:]

    public struct ServiceContainer: Hashable, Sendable {
        public var definition: ContainerDefinition
        public var step: Int
        public var location: SourceLocation
        /// It prepares what all nodes of a role share, and runs on one of them.
        public var isBootstrap = false
        /// Of two in one step the one with the lower number starts first.
        var order = 0
        /// Where the containers that it comes after were written.
        var written: [String: SourceLocation] = [:]
    }

    public struct SteppedTask: Hashable, Sendable {
        public var step: Int
        public var task: TaskItem
    }
}

public import AgentAPI

/// A composable unit placed in roles: parameters, config files, containers, task lists.
public struct Service: Hashable, Sendable {
    public var name: String
    public var parameters: [Parameter]
    /// Services that must be up before this one, on whatever node they are.
    public var after: [String]
    public var config: [ConfigFile]
    public var containers: [ServiceContainer]
    public var deployTasks: [SteppedTask]
    public var upgradeTasks: [SteppedTask]
    public var rollbackTasks: [TaskItem]
    public var validations: [TaskItem]
    /// Must hold when everything has been done; beside the containers' own checks.
    public var health: [HealthCheck]
    public var location: SourceLocation
    /// Where the services it comes after were written.
    var written: [String: SourceLocation] = [:]

    public struct ServiceContainer: Hashable, Sendable {
        public var definition: ContainerDefinition
        public var step: Int
        public var location: SourceLocation
    }

    public struct SteppedTask: Hashable, Sendable {
        public var step: Int
        public var task: TaskItem
    }
}

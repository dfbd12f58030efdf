/// A container of a service, a command in one, or a pod that several share; strings may hold Jinja, rendered on the
/// node. Whatever format an operator wrote it in, the controller has put it into these words.
public struct ContainerDefinition: Codable, Hashable, Sendable {
    public var name: String
    /// Full reference with registry: `10.77.0.1:8443/web:2`; empty for a command in a container and for a pod.
    public var image: String
    public var command: [String]
    public var environment: [String: String]
    /// `host`, `none`, or a network's name; nil is podman's default.
    public var net: String?
    public var volumes: [String]
    public var ports: [String]
    public var user: String?
    public var privileged: Bool
    /// `no`, `on-failure`, `always`, `unless-stopped`.
    public var restart: String
    public var healthcheck: HealthCheck?
    /// Runs once and must end well, instead of staying up.
    public var detach: Bool
    /// Further options of podman's, each of them one word: `--memory=512m`.
    public var options: [String]?
    /// The container that its command is run in, once; nil for a container of its own.
    public var target: String?
    /// The pod that it joins.
    public var pod: String?
    /// It is a pod itself: what the containers that join it share.
    public var isPod: Bool?
    /// Containers that start before it whenever the node does.
    public var after: [String]?
    /// With which it may end where it runs once; nil for 0 alone.
    public var exitCodes: [Int]?
    /// Seconds that it has to stop in; nil for 30.
    public var stopTime: Int?

    public init(
        name: String,
        image: String,
        command: [String] = [],
        environment: [String: String] = [:],
        net: String? = nil,
        volumes: [String] = [],
        ports: [String] = [],
        user: String? = nil,
        privileged: Bool = false,
        restart: String = "always",
        healthcheck: HealthCheck? = nil,
        detach: Bool = true
    ) {
        self.name = name
        self.image = image
        self.command = command
        self.environment = environment
        self.net = net
        self.volumes = volumes
        self.ports = ports
        self.user = user
        self.privileged = privileged
        self.restart = restart
        self.healthcheck = healthcheck
        self.detach = detach
    }
}

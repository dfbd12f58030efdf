/// Who this agent is, since it enrolled: `agent.json` in its state folder.
public struct AgentIdentity: Codable, Hashable, Sendable {
    /// The controller, without a slash at the end: `https://10.77.0.1:8443`.
    public var url: String
    /// Where the controller serves boot files.
    public var bootURL: String
    public var node: String
    public var name: String
    /// The controller's Ed25519 public key: 32 octets, base64.
    public var signingKey: String
    /// Plans before this generation are refused: the one that the disk was written for; 0 in the ramdisk.
    public var generation: Int
    /// By the controller's clock, in seconds since 1970.
    public var enrolledAt: Double

    public init(
        url: String,
        bootURL: String,
        node: String,
        name: String,
        signingKey: String,
        generation: Int,
        enrolledAt: Double
    ) {
        self.url = url
        self.bootURL = bootURL
        self.node = node
        self.name = name
        self.signingKey = signingKey
        self.generation = generation
        self.enrolledAt = enrolledAt
    }

    /// The host and port of ``url`` as registries are named: `10.77.0.1:8443`.
    public var registry: String {
        let authority =
            url.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first.map(String.init) ?? url
        return authority.contains(":") ? authority : authority + ":443"
    }
}

/// The certificates and the key that go with an identity, as PEM.
public struct Credentials: Hashable, Sendable {
    public var key: String
    public var certificate: String
    public var authority: String

    public init(key: String, certificate: String, authority: String) {
        self.key = key
        self.certificate = certificate
        self.authority = authority
    }
}

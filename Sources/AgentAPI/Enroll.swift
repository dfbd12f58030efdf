/// What the agent gives for its certificate.
public struct EnrollRequest: Codable, Hashable, Sendable {
    /// The one-time token from the kernel's command line.
    public var token: String
    /// A PKCS #10 request for a fresh P-256 key, as PEM.
    public var certificateRequest: String
    public var machine: MachineIdentity
    public var agentVersion: String

    public init(token: String, certificateRequest: String, machine: MachineIdentity, agentVersion: String) {
        self.token = token
        self.certificateRequest = certificateRequest
        self.machine = machine
        self.agentVersion = agentVersion
    }
}

/// What a machine says it is; a token is bound to these.
public struct MachineIdentity: Codable, Hashable, Sendable {
    /// SMBIOS system UUID, lower case.
    public var uuid: String?
    /// SMBIOS system serial number.
    public var serial: String?
    /// MAC addresses of its network cards, lower case with colons.
    public var macs: [String]
    /// The MAC address it booted from.
    public var bootMAC: String?

    public init(uuid: String? = nil, serial: String? = nil, macs: [String], bootMAC: String? = nil) {
        self.uuid = uuid
        self.serial = serial
        self.macs = macs
        self.bootMAC = bootMAC
    }
}

/// What the agent is from now on.
public struct EnrollAnswer: Codable, Hashable, Sendable {
    public var node: String
    public var name: String
    /// The agent's certificate, as PEM.
    public var certificate: String
    /// The Ed25519 public key that signs bundles and image manifests: 32 octets, base64.
    public var signingKey: String
    /// The controller's clock, in seconds since 1970.
    public var now: Double

    public init(node: String, name: String, certificate: String, signingKey: String, now: Double) {
        self.node = node
        self.name = name
        self.certificate = certificate
        self.signingKey = signingKey
        self.now = now
    }
}

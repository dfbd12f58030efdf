/// How a BMC is reached.
public enum BMCProtocol: String, Hashable, Sendable, CaseIterable {
    case redfish, ipmi
    /// Signed HTTP requests to a service that does it.
    case webhook
    /// A person does it.
    case manual

    /// Whether there is a BMC, with an address of its own.
    public var hasBMC: Bool {
        switch self {
        case .redfish, .ipmi: true
        case .webhook, .manual: false
        }
    }
}

/// How the certificate of a BMC is judged.
public enum BMCCertificate: Hashable, Sendable {
    /// By the system's authorities and the BMC's name.
    case system
    /// By the authorities in a PEM file and the BMC's name.
    case caFile(String)
    /// Only the certificate with this SHA-256 in hexadecimal digits.
    case pinned(String)
    /// Any; `BMCIdentity.certificateSHA256` says which was seen, to be pinned from then on.
    case firstUse
}

/// Where a BMC is and how to log in.
public struct BMCEndpoint: Hashable, Sendable {
    public var `protocol`: BMCProtocol
    /// A name, an IPv4 or an IPv6 address, without brackets; of a webhook its URL.
    public var address: String
    /// Nil for the protocol's own: 443 or 623.
    public var port: Int?
    public var username: String
    public var password: Secret
    public var certificate: BMCCertificate
    /// Allows TLS before 1.2 and weak ciphers.
    public var allowsLegacyTLS: Bool
    /// Plain HTTP in place of HTTPS: for emulators.
    public var allowsPlainHTTP: Bool
    /// The path of the Redfish system, on services with several machines; nil has it chosen. For a webhook the node's name.
    public var system: String?

    public init(
        `protocol`: BMCProtocol,
        address: String,
        port: Int? = nil,
        username: String,
        password: Secret,
        certificate: BMCCertificate = .firstUse,
        allowsLegacyTLS: Bool = false,
        allowsPlainHTTP: Bool = false,
        system: String? = nil
    ) {
        self.protocol = `protocol`
        self.address = address
        self.port = port
        self.username = username
        self.password = password
        self.certificate = certificate
        self.allowsLegacyTLS = allowsLegacyTLS
        self.allowsPlainHTTP = allowsPlainHTTP
        self.system = system
    }

    /// Whether a login that failed for the other would fail for this one.
    func isSameLogin(as other: Self) -> Bool {
        username == other.username && password == other.password && address == other.address && port == other.port
            && self.protocol == other.protocol
    }

    /// Who logs in, and by what protocol.
    struct Login: Hashable, Sendable {
        var `protocol`: BMCProtocol
        var username: String
        var password: Secret
    }

    var login: Login { Login(protocol: self.protocol, username: username, password: password) }

    /// The address and port as people write them.
    public var place: String {
        let host = address.contains(":") ? "[\(address)]" : address
        return port.map { "\(host):\($0)" } ?? host
    }
}

extension BMCEndpoint: CustomStringConvertible {
    public var description: String {
        switch self.protocol {
        case .redfish, .ipmi: "\(self.protocol.rawValue)://\(place)"
        case .webhook: "webhook \(address)"
        case .manual: "a person"
        }
    }
}

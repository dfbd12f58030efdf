/// A secret parameter that has a value; never the value.
public struct SecretSummary: Codable, Hashable, Sendable {
    /// `SERVICE.PARAMETER`.
    public var name: String
    /// Seconds since 1970.
    public var setAt: Double

    public init(name: String, setAt: Double) {
        self.name = name
        self.setAt = setAt
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case setAt = "set_at"
    }
}

/// Gives a secret parameter its value.
public struct SetSecret: Codable, Hashable, Sendable {
    public var value: String

    public init(value: String) {
        self.value = value
    }
}

/// Changes how a node's BMC is reached; what is not given stays as it is.
public struct SetBMC: Codable, Hashable, Sendable {
    public var user: String?
    public var password: String?
    public var address: String?
    /// Takes the certificate that the BMC shows now in place of the one that was seen first.
    public var forgetCertificate: Bool
    /// Whether TLS before 1.2 and weak ciphers are allowed; nil leaves it as it is.
    public var legacyTLS: Bool?

    public init(
        user: String? = nil,
        password: String? = nil,
        address: String? = nil,
        forgetCertificate: Bool = false,
        legacyTLS: Bool? = nil
    ) {
        self.user = user
        self.password = password
        self.address = address
        self.forgetCertificate = forgetCertificate
        self.legacyTLS = legacyTLS
    }

    private enum CodingKeys: String, CodingKey {
        case user, password, address
        case forgetCertificate = "forget_certificate"
        case legacyTLS = "legacy_tls"
    }
}

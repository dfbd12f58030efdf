/// The number of a DHCPv6 option (RFC 8415 section 24 and the registry at IANA).
public struct DHCPv6OptionCode: RawRepresentable, Hashable, Sendable, ExpressibleByIntegerLiteral {
    public static let clientIdentifier: Self = 1
    public static let serverIdentifier: Self = 2
    /// IA_NA: the addresses of one interface.
    public static let identityAssociation: Self = 3
    public static let address: Self = 5
    public static let optionRequest: Self = 6
    public static let preference: Self = 7
    public static let elapsedTime: Self = 8
    public static let relayMessage: Self = 9
    public static let status: Self = 13
    public static let rapidCommit: Self = 14
    public static let userClass: Self = 15
    public static let vendorClass: Self = 16
    public static let vendorOptions: Self = 17
    public static let interfaceIdentifier: Self = 18
    public static let reconfigureAccept: Self = 20
    public static let dnsServers: Self = 23
    public static let domainList: Self = 24
    /// IA_PD: whole prefixes, for routers (RFC 8415 section 21.21).
    public static let prefixDelegation: Self = 25
    /// What a relay wants to have back (RFC 4994).
    public static let echoRequest: Self = 43
    public static let ntpServer: Self = 56
    public static let bootFileURL: Self = 59
    public static let bootFileParameters: Self = 60
    public static let clientArchitecture: Self = 61
    public static let networkInterface: Self = 62
    public static let clientLinkLayerAddress: Self = 79
    /// SOL_MAX_RT, which a client must ask for (RFC 8415 section 18.2.1).
    public static let solicitMaximumTimeout: Self = 82
    /// The port that a relay wants its answer on (RFC 8357).
    public static let relayPort: Self = 135

    public var rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    public init(integerLiteral value: UInt16) {
        rawValue = value
    }
}

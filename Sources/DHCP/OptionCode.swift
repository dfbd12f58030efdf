/// The number of a DHCPv4 option (RFC 2132 and the registry at IANA).
public struct OptionCode: RawRepresentable, Hashable, Sendable, ExpressibleByIntegerLiteral {
    public static let subnetMask: Self = 1
    public static let router: Self = 3
    public static let domainNameServer: Self = 6
    public static let hostName: Self = 12
    public static let domainName: Self = 15
    public static let interfaceMTU: Self = 26
    public static let broadcastAddress: Self = 28
    public static let ntpServers: Self = 42
    public static let vendorSpecific: Self = 43
    public static let requestedAddress: Self = 50
    public static let leaseTime: Self = 51
    public static let overload: Self = 52
    public static let messageType: Self = 53
    public static let serverIdentifier: Self = 54
    public static let parameterRequestList: Self = 55
    public static let message: Self = 56
    public static let maximumMessageSize: Self = 57
    public static let renewalTime: Self = 58
    public static let rebindingTime: Self = 59
    public static let vendorClass: Self = 60
    public static let clientIdentifier: Self = 61
    public static let tftpServerName: Self = 66
    public static let bootFileName: Self = 67
    public static let userClass: Self = 77
    public static let relayAgentInformation: Self = 82
    public static let clientArchitecture: Self = 93
    public static let clientNetworkInterface: Self = 94
    public static let clientMachineIdentifier: Self = 97
    public static let iPXE: Self = 175

    static let pad: Self = 0
    static let end: Self = 255

    public var rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public init(integerLiteral value: UInt8) {
        rawValue = value
    }
}

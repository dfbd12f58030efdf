/// What a DHCPv6 message is for (RFC 8415 section 7.3).
public struct DHCPv6MessageType: RawRepresentable, Hashable, Sendable {
    public static let solicit = Self(rawValue: 1)
    public static let advertise = Self(rawValue: 2)
    public static let request = Self(rawValue: 3)
    public static let confirm = Self(rawValue: 4)
    public static let renew = Self(rawValue: 5)
    public static let rebind = Self(rawValue: 6)
    public static let reply = Self(rawValue: 7)
    public static let release = Self(rawValue: 8)
    public static let decline = Self(rawValue: 9)
    public static let reconfigure = Self(rawValue: 10)
    public static let informationRequest = Self(rawValue: 11)
    public static let relayForward = Self(rawValue: 12)
    public static let relayReply = Self(rawValue: 13)

    public var rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Whether relays speak so to each other and to servers: another message is inside.
    public var isRelayed: Bool { self == .relayForward || self == .relayReply }
}

extension DHCPv6MessageType: CustomStringConvertible {
    /// The name as RFC 8415 writes it.
    public var description: String {
        switch self {
        case .solicit: "SOLICIT"
        case .advertise: "ADVERTISE"
        case .request: "REQUEST"
        case .confirm: "CONFIRM"
        case .renew: "RENEW"
        case .rebind: "REBIND"
        case .reply: "REPLY"
        case .release: "RELEASE"
        case .decline: "DECLINE"
        case .reconfigure: "RECONFIGURE"
        case .informationRequest: "INFORMATION-REQUEST"
        case .relayForward: "RELAY-FORW"
        case .relayReply: "RELAY-REPL"
        default: "type \(rawValue)"
        }
    }
}

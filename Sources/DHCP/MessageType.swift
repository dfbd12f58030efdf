/// Option 53: what a DHCP message is for (RFC 2132 section 9.6).
public struct MessageType: RawRepresentable, Hashable, Sendable {
    public static let discover = Self(rawValue: 1)
    public static let offer = Self(rawValue: 2)
    public static let request = Self(rawValue: 3)
    public static let decline = Self(rawValue: 4)
    public static let acknowledge = Self(rawValue: 5)
    public static let refuse = Self(rawValue: 6)
    public static let release = Self(rawValue: 7)
    public static let inform = Self(rawValue: 8)

    public var rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }
}

extension MessageType: CustomStringConvertible {
    /// The name as RFC 2131 writes it.
    public var description: String {
        switch self {
        case .discover: "DISCOVER"
        case .offer: "OFFER"
        case .request: "REQUEST"
        case .decline: "DECLINE"
        case .acknowledge: "ACK"
        case .refuse: "NAK"
        case .release: "RELEASE"
        case .inform: "INFORM"
        default: "type \(rawValue)"
        }
    }
}

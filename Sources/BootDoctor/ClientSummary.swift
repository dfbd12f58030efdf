public import DHCP
public import Octets

/// How far a client has come, by what its messages say of the sender.
public enum ClientStage: String, Hashable, Sendable, CaseIterable {
    /// Only replies to it were seen.
    case unknown
    /// It sends requests without a message type.
    case bootp
    /// The network card's or the mainboard's own PXE code.
    case rom
    /// UEFI firmware that boots over HTTP.
    case http
    case iPXE = "ipxe"
    /// An operating system, or whatever else wants an address and nothing more.
    case system

    init(_ message: DHCPMessage) {
        if message.messageType == nil {
            self = .bootp
        } else if message.isIPXE {
            self = .iPXE
        } else if message.isHTTPClient {
            self = .http
        } else {
            self = message.isPXEClient ? .rom : .system
        }
    }

    /// For people.
    public var name: String {
        switch self {
        case .unknown: "unknown"
        case .bootp: "BOOTP"
        case .rom: "PXE ROM"
        case .http: "UEFI HTTP boot"
        case .iPXE: "iPXE"
        case .system: "operating system"
        }
    }
}

/// One client in a table.
public struct ClientSummary: Hashable, Sendable {
    /// What one server held out to it.
    public struct Offer: Hashable, Sendable {
        /// The server identifier, else where the offer came from.
        public var server: IPv4Address
        public var isOwn: Bool
        /// Boot data without an address.
        public var isProxy: Bool
        public var address: IPv4Address?
        public var bootFile: String?
        public var count: Int
    }

    public var mac: MACAddress
    /// The last that it was seen in.
    public var stage: ClientStage
    /// For people: `BIOS`, `UEFI x64`, `unknown`.
    public var firmware: String
    /// Option 93 as last sent.
    public var architectures: [ClientArchitecture]
    /// Option 60 as last sent; what is not printable is replaced.
    public var vendorClass: String?
    public var discovers: Int
    public var offers: Int
    public var requests: Int
    public var acknowledgements: Int
    public var refusals: Int
    /// The address that was acknowledged last.
    public var address: IPv4Address?
    public var firstSeen: Double
    public var lastSeen: Double
    /// Seconds since a message from or to it was seen.
    public var idle: Double
    public var offered: [Offer]
}

public import FoundationEssentials
public import Octets

/// One thing that the boot servers saw or did, for a node's timeline.
public struct BootEvent: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case dhcpDiscover
        case dhcpOffer
        case dhcpRequest
        case dhcpAcknowledge
        /// NAK: the client wanted an address that it cannot have.
        case dhcpRefuse(reason: String)
        case dhcpDecline
        case dhcpRelease
        case dhcpInform
        case dhcpIgnored(reason: String)
        /// What DHCPv6 did, in words.
        case dhcpNote(String)
        case tftpRead(file: String, octets: Int, seconds: Double)
        case tftpFailed(file: String, reason: String)
    }

    /// Nil when a TFTP client has no lease of ours.
    public var mac: MACAddress?
    /// The address that was given, asked for or served.
    public var address: IPv4Address?
    public var at: Date
    public var kind: Kind
    /// What was considered, for instance `BootAnswer.explanation`.
    public var detail: [String]

    public init(mac: MACAddress?, address: IPv4Address?, at: Date, kind: Kind, detail: [String] = []) {
        self.mac = mac
        self.address = address
        self.at = at
        self.kind = kind
        self.detail = detail
    }
}

import DHCP
import Octets

/// A reply that is larger than the client takes (option 57).
struct Oversize: Hashable, Sendable {
    var server: IPv4Address
    /// Octets of the IP packet, at the least.
    var size: Int
    var limit: Int
    var isStated: Bool
    var seen = Tally()

    /// What every client takes when it says nothing (RFC 2131 section 2).
    private static let ordinaryLimit = 576
    private static let headers = 28 + 240
    private static let fileAndName = (file: 128, name: 64)

    /// Options may have stood in `file` and `sname` where these are empty, so the size is the least that it was.
    init?(of message: DHCPMessage, from offer: Offer, limit stated: UInt16?) {
        var spare = 0
        if message.bootFile.isEmpty { spare += Self.fileAndName.file }
        if message.serverName.isEmpty { spare += Self.fileAndName.name }
        size = Self.headers + max(0, message.options.octets.count - spare)
        limit = max(Int(stated ?? 0), Self.ordinaryLimit)
        isStated = stated != nil
        server = offer.server
        guard size > limit else { return nil }
    }
}

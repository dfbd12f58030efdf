import DHCP
import Octets

/// Servers that are no strangers.
struct KnownServers: Hashable, Sendable {
    /// Our own server's addresses.
    var own: Set<IPv4Address>
    /// Those of other servers that belong here.
    var expected: Set<IPv4Address>

    /// Whether our server sent the reply. Our identifier under another's address is ours only behind a relay:
    /// else somebody uses our address or a copy of our configuration.
    func isOwn(_ sighting: DHCPSighting) -> Bool {
        let message = sighting.message
        if own.contains(sighting.source) { return true }
        return message.relayAddress != .any && own.contains(message.server(from: sighting.source))
    }

    func isExpected(_ server: IPv4Address, source: IPv4Address) -> Bool {
        expected.contains(server) || expected.contains(source)
    }
}

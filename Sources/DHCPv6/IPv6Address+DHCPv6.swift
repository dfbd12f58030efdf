public import Octets

/// The groups that DHCPv6 is spoken to (RFC 8415 section 7.1).
extension IPv6Address {
    /// ff02::1:2: whoever answers or relays on this wire; clients speak to it.
    public static let allDHCPRelayAgentsAndServers = Self(high: 0xFF02 << 48, low: 0x1_0002)
    /// ff05::1:3: the servers of this site; relays that know no server speak to it.
    public static let allDHCPServers = Self(high: 0xFF05 << 48, low: 0x1_0003)
}

public import FoundationEssentials
public import Octets

/// An address that a machine has, or had last.
public struct Lease: Codable, Hashable, Sendable {
    public enum State: String, Codable, Hashable, Sendable {
        /// Held out, not yet taken.
        case offered
        case bound
        /// Given back; kept so that the machine gets the same address again.
        case released
        /// Its client found it used by someone else.
        case declined
    }

    public var mac: MACAddress
    public var address: IPv4Address
    public var state: State
    public var expires: Date

    public init(mac: MACAddress, address: IPv4Address, state: State, expires: Date) {
        self.mac = mac
        self.address = address
        self.state = state
        self.expires = expires
    }
}

import IPMI
import Octets

/// What is set of a LAN channel.
struct LANMemory: Hashable, Sendable {
    /// How the BMC is on the network.
    struct Network: Hashable, Sendable {
        var source = LANAddressSource.fixed
        var address: IPv4Address
        var netmask: IPv4Address
        var gateway: IPv4Address
        /// As parameter 20 has it: bit 15 switches it on.
        var vlan: UInt16 = 0
    }

    /// The name that alerts are sent under, 18 octets; it changes nothing here.
    var community: [UInt8] = Array("public".utf8) + [UInt8](repeating: 0, count: 12)
    private(set) var network: Network
    /// What was written while the parameters are locked; it holds when the lock is gone.
    private var written: Network?
    /// Whether the address is another than at first.
    private(set) var hasMoved = false

    init(_ machine: IPMIMachine) {
        network = Network(address: machine.address, netmask: machine.netmask, gateway: machine.gateway)
    }

    /// Parameter 0: 1 while somebody has the lock.
    var inProgress: UInt8 { written == nil ? 0 : 1 }
    /// As it is read, with what was written.
    var told: Network { written ?? network }

    /// False when somebody has the lock.
    mutating func lock() -> Bool {
        guard written == nil else { return false }
        written = network
        return true
    }

    /// The new address where there is one.
    mutating func unlock() -> IPv4Address? {
        guard let new = written else { return nil }
        written = nil
        return take(new)
    }

    /// Takes over what was written and keeps the lock.
    mutating func commit() -> IPv4Address? {
        guard let new = written else { return nil }
        return take(new)
    }

    /// Writes; without the lock it holds at once. The new address where there is one.
    mutating func write(_ change: (inout Network) -> Void) -> IPv4Address? {
        var new = told
        change(&new)
        guard written == nil else {
            written = new
            return nil
        }
        return take(new)
    }

    private mutating func take(_ new: Network) -> IPv4Address? {
        defer { network = new }
        guard new.address != network.address else { return nil }
        hasMoved = true
        return new.address
    }
}

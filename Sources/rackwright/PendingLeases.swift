import BootServers
import Octets
import Synchronization

/// Leases that are to be stored, in the order in which they were given.
final class PendingLeases<Lease: Sendable>: Sendable {
    private let leases = Mutex<[Lease]>([])

    func add(_ more: [Lease]) {
        leases.withLock { $0 += more }
    }

    func take() -> [Lease] {
        leases.withLock { leases in
            defer { leases = [] }
            return leases
        }
    }

    func giveBack(_ batch: [Lease]) {
        leases.withLock { $0 = batch + $0 }
    }
}

extension DHCPv6Lease {
    /// What it is stored under.
    var id: String { "\(client) \(association)" }
}

extension Lease {
    /// What it is stored under: one lease for a machine, one mark for an address that is in use by a stranger.
    var id: String { state == .declined ? "declined \(address)" : "\(mac)" }
}

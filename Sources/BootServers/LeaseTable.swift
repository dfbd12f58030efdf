import FoundationEssentials
import Octets

/// Who has which address: at most one lease for a machine, one machine for an address.
struct LeaseTable: Sendable {
    /// How long an address is held for a machine that was offered it.
    static let offerSeconds: Double = 60
    /// How long an address that a client found in use is given to nobody.
    static let declineSeconds: Double = 600

    private var byMAC: [MACAddress: Lease] = [:]
    private var holders: [IPv4Address: MACAddress] = [:]
    private var declined: [IPv4Address: Date] = [:]

    /// - Parameter leases: as they were kept, in any order. Of two machines that had an address, the one whose lease ends
    ///   later has it.
    init(_ leases: [Lease] = []) {
        for lease in leases.sorted(by: { $0.expires < $1.expires }) {
            if lease.state == .declined {
                declined[lease.address] = lease.expires
            } else {
                set(lease)
            }
        }
    }

    subscript(mac: MACAddress) -> Lease? { byMAC[mac] }

    func holder(of address: IPv4Address) -> MACAddress? { holders[address] }

    mutating func set(_ lease: Lease) {
        remove(lease.mac)
        if let other = holders[lease.address] { remove(other) }
        byMAC[lease.mac] = lease
        holders[lease.address] = lease.mac
    }

    mutating func remove(_ mac: MACAddress) {
        if let lease = byMAC.removeValue(forKey: mac) { holders[lease.address] = nil }
    }

    mutating func decline(_ address: IPv4Address, until: Date) {
        if let mac = holders[address] { remove(mac) }
        declined[address] = until
    }

    func isDeclined(_ address: IPv4Address, at now: Date) -> Bool {
        declined[address].map { $0 > now } ?? false
    }

    /// Whether `mac` can have `address` as far as leases go.
    func isFree(_ address: IPv4Address, for mac: MACAddress, at now: Date) -> Bool {
        guard !isDeclined(address, at: now) else { return false }
        guard let holder = holders[address], holder != mac, let lease = byMAC[holder] else {
            return true
        }
        return lease.expires <= now
    }

    /// An address for `mac` out of `pool`: what it had, what it asks for, what nobody ever had, what was left longest.
    ///
    /// The search begins at a place that follows from the MAC address, so a table that was lost gives most machines
    /// the addresses they had.
    func choose(
        for mac: MACAddress,
        asking wish: IPv4Address?,
        from pool: ClosedRange<IPv4Address>,
        at now: Date,
        where isAllowed: (IPv4Address) -> Bool
    ) -> IPv4Address? {
        func usable(_ address: IPv4Address) -> Bool {
            pool.contains(address) && isFree(address, for: mac, at: now) && isAllowed(address)
        }
        if let known = byMAC[mac]?.address, usable(known) { return known }
        if let wish, usable(wish) { return wish }
        let lowest = pool.lowerBound.rawValue
        let count = UInt64(pool.upperBound.rawValue - lowest) + 1
        let start =
            mac.octets.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            % count
        var oldest: (address: IPv4Address, expired: Date)?
        for step in 0..<count {
            let address = IPv4Address(rawValue: lowest + UInt32((start + step) % count))
            guard usable(address) else { continue }
            guard let holder = holders[address], let lease = byMAC[holder] else { return address }
            if let known = oldest, known.expired <= lease.expires { continue }
            oldest = (address, lease.expires)
        }
        return oldest?.address
    }
}

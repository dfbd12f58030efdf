import DHCPv6
import FoundationEssentials
import Octets

/// Who has which IPv6 address: at most one for a client's interface, one client for an address.
struct DHCPv6LeaseTable: Sendable {
    struct Holder: Hashable, Sendable {
        var client: String
        var association: UInt32
    }

    /// How long an address that a client found in use is given to nobody.
    static let declineSeconds: Double = 600

    private var byHolder: [Holder: DHCPv6Lease] = [:]
    private var holders: [IPv6Address: Holder] = [:]
    private var declined: [IPv6Address: Date] = [:]

    init(_ leases: [DHCPv6Lease] = []) {
        for lease in leases.sorted(by: { $0.expires < $1.expires }) { set(lease) }
    }

    subscript(holder: Holder) -> DHCPv6Lease? { byHolder[holder] }

    func lease(of address: IPv6Address) -> DHCPv6Lease? {
        holders[address].flatMap { byHolder[$0] }
    }

    mutating func set(_ lease: DHCPv6Lease) {
        let holder = Holder(client: lease.client, association: lease.association)
        remove(holder)
        if let other = holders[lease.address] { remove(other) }
        byHolder[holder] = lease
        holders[lease.address] = holder
    }

    mutating func remove(_ holder: Holder) {
        if let lease = byHolder.removeValue(forKey: holder) { holders[lease.address] = nil }
    }

    mutating func decline(_ address: IPv6Address, until: Date) {
        if let holder = holders[address] { remove(holder) }
        declined[address] = until
    }

    func isFree(_ address: IPv6Address, for holder: Holder, at now: Date) -> Bool {
        if let until = declined[address], until > now { return false }
        guard let other = holders[address], other != holder, let lease = byHolder[other] else { return true }
        return lease.expires <= now
    }

    /// An address for `holder`: what it had, what it asks for, else one whose place in the pool follows from its DUID, so
    /// that a table that was lost gives most clients what they had. Nil when 4096 places in a row are taken.
    func choose(
        for holder: Holder,
        asking wish: IPv6Address?,
        from pool: ClosedRange<IPv6Address>,
        except own: IPv6Address,
        at now: Date
    ) -> IPv6Address? {
        func usable(_ address: IPv6Address) -> Bool {
            pool.contains(address) && address != own && isFree(address, for: holder, at: now)
        }
        if let known = byHolder[holder]?.address, usable(known) { return known }
        if let wish, usable(wish) { return wish }
        let span = pool.upperBound.low &- pool.lowerBound.low
        let hash = (holder.client + ":\(holder.association)").utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        for step in 0..<min(4096, span == .max ? .max : span + 1) {
            let offset = span == .max ? hash &+ step : (hash % (span + 1) + step) % (span + 1)
            let address = IPv6Address(high: pool.lowerBound.high, low: pool.lowerBound.low &+ offset)
            if usable(address) { return address }
        }
        return nil
    }
}

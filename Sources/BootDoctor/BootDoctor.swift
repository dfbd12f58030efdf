import DHCP
public import Octets

/// Looks at the DHCP traffic of a boot network and names what keeps machines from booting.
///
/// It remembers a bounded number of clients, servers and senders; those that were silent longest are forgotten.
/// Instants are seconds on any clock that the caller likes, the same one throughout.
public struct BootDoctor: Sendable {
    private let servers: KnownServers
    private var clientTable: RecentTable<MACAddress, ClientRecord>
    private var serverTable = RecentTable<IPv4Address, ServerRecord>(limit: 256)
    private var identifierFaults = RecentTable<IPv4Address, IdentifierFault>(limit: 64)
    private var malformed = RecentTable<MalformedSender, MalformedRecord>(limit: 256)
    private var ownOffers = Tally()
    private var ownProxyOffers = Tally()
    private var origin: Double?

    /// - Parameters:
    ///   - own: all addresses that our own server sends from.
    ///   - expected: other DHCP servers and proxies that belong here; their being here is no finding.
    ///   - clientLimit: how many clients are remembered.
    public init(own: Set<IPv4Address>, expected: Set<IPv4Address> = [], clientLimit: Int = 4096) {
        servers = KnownServers(own: own, expected: expected)
        clientTable = RecentTable(limit: clientLimit)
    }

    /// Takes in one message.
    public mutating func see(_ sighting: DHCPSighting) {
        begin(at: sighting.at)
        let mac = sighting.message.macAddress.flatMap { $0.isMachine ? $0 : nil }
        switch sighting.message.operation {
        case .request:
            guard let mac else { return }
            clientTable.update(mac, new: ClientRecord(mac: mac)) { $0.hear(sighting) }
        case .reply:
            let isOwn = servers.isOwn(sighting)
            note(reply: sighting, isOwn: isOwn)
            guard let mac else { return }
            clientTable.update(mac, new: ClientRecord(mac: mac)) { $0.hear(reply: sighting, isOwn: isOwn) }
        }
    }

    /// Takes in what a packet socket gives: DHCP is looked at or counted as malformed, a TFTP read request tells that
    /// its sender has come so far, all else is passed over.
    ///
    /// - Returns: whether it was DHCP, malformed or not.
    @discardableResult
    public mutating func see(frame: some Collection<UInt8>, at instant: Double) -> Bool {
        guard let datagram = try? UDPDatagram(frame: frame) else { return false }
        if datagram.requestedFile != nil, let mac = datagram.sourceMAC, clientTable[mac] != nil {
            clientTable.update(mac, new: ClientRecord(mac: mac)) { $0.fetchFile() }
        }
        guard datagram.isForDHCP else { return false }
        do throws(WireError) {
            see(try DHCPSighting(datagram, at: instant))
        } catch {
            see(malformedFrom: datagram.sourceMAC, source: datagram.source, error: error, at: instant)
        }
        return true
    }

    /// Takes in a packet to a DHCP port that is no DHCP message.
    public mutating func see(
        malformedFrom mac: MACAddress?,
        source: IPv4Address,
        error: WireError,
        at instant: Double
    ) {
        begin(at: instant)
        malformed.update(MalformedSender(mac: mac, source: source), new: MalformedRecord(error: error)) { record in
            record.error = error
            record.seen.add(at: instant)
        }
    }

    private mutating func begin(at instant: Double) {
        if origin == nil { origin = instant }
    }

    private mutating func note(reply sighting: DHCPSighting, isOwn: Bool) {
        let offer = Offer(sighting, isOwn: isOwn)
        noteIdentifier(sighting)
        if isOwn {
            if offer.address != nil { ownOffers.add(at: sighting.at) }
            if offer.isProxy { ownProxyOffers.add(at: sighting.at) }
        } else if !servers.isExpected(offer.server, source: sighting.source) {
            // Whoever uses our identifier is known by its own address.
            let address = servers.own.contains(offer.server) ? sighting.source : offer.server
            serverTable.update(address, new: ServerRecord(address: address)) { $0.hear(sighting, offer) }
        }
    }

    private mutating func noteIdentifier(_ sighting: DHCPSighting) {
        guard let fault = IdentifierFault(sighting.message, from: sighting.source) else { return }
        identifierFaults.update(fault.identifier, new: fault) { known in
            let seen = known.seen
            known = fault
            known.seen = seen
            known.seen.add(at: sighting.at)
        }
    }
}

extension BootDoctor {
    /// What was found, the worst first; always in the same order.
    public func findings(at now: Double) -> [Finding] {
        let inspection = Inspection(
            now: now,
            origin: origin ?? now,
            servers: servers,
            ownOffers: ownOffers,
            ownProxyOffers: ownProxyOffers
        )
        var findings = serverTable.pairs.flatMap { $0.value.findings(inspection) }
        findings += identifierFaults.pairs.map { $0.value.finding(inspection) }
        findings += malformed.pairs.map { $0.value.finding(from: $0.key, inspection) }
        findings += clientTable.pairs.flatMap { $0.value.findings(inspection) }
        return findings.sorted(by: Finding.isBefore)
    }

    /// The clients that were seen, by MAC address.
    public func clients(at now: Double) -> [ClientSummary] {
        clientTable.pairs.map { $0.value.summary(at: now) }.sorted { $0.mac < $1.mac }
    }
}

extension MACAddress {
    /// Whether it can be one machine's.
    fileprivate var isMachine: Bool { !isMulticast && octets.contains { $0 != 0 } }
}

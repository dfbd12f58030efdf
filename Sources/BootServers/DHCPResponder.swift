public import Boot
public import DHCP
public import FoundationEssentials
public import Octets

/// Decides what a DHCP message is answered; holds the leases.
///
/// The controller's intent for a machine is asked for first (`bootRequest`), then handed in: nothing here waits.
public struct DHCPResponder: Sendable {
    public let subnets: [DHCPSubnet]
    public let boot: BootConfiguration
    var leases: LeaseTable
    private let reserved: Set<IPv4Address>

    public init(subnets: [DHCPSubnet], boot: BootConfiguration, leases: [Lease] = []) {
        self.subnets = subnets
        self.boot = boot
        self.leases = LeaseTable(leases)
        reserved = Set(subnets.flatMap(\.reservations.values))
    }

    /// The machine that has `address` by lease or reservation.
    public func mac(of address: IPv4Address) -> MACAddress? {
        if let holder = leases.holder(of: address) { return holder }
        for subnet in subnets {
            if let known = subnet.reservations.first(where: { $0.value == address }) { return known.key }
        }
        return nil
    }

    /// The machine's lease as known here.
    public func lease(of mac: MACAddress) -> Lease? { leases[mac] }

    /// What a message's sender wants to boot; nil when it cannot matter for the answer.
    public func bootRequest(for message: DHCPMessage, from ingress: DHCPIngress) -> BootRequest? {
        guard message.operation == .request, let mac = message.macAddress,
            let subnet = subnet(for: message, ingress),
            subnet.mode != .off
        else { return nil }
        return BootRequest(
            mac: mac,
            uuid: message.machineUUID,
            firmware: message.bootFirmware,
            stage: message.bootStage,
            transport: subnet.mode == .proxy ? .proxyDHCP : .dhcp
        )
    }

    /// Decides, and remembers what was given.
    public mutating func respond(
        to message: DHCPMessage,
        from ingress: DHCPIngress,
        decision: BootDecision,
        at now: Date
    ) -> DHCPDecision {
        guard message.operation == .request else {
            return .ignored(message, "it is a server's reply", at: now)
        }
        guard let type = message.messageType else {
            return .ignored(message, "it has no message type (plain BOOTP)", at: now)
        }
        guard let mac = message.macAddress, !mac.isMulticast, !mac.isZero else {
            return .ignored(message, "it has no Ethernet address", at: now)
        }
        guard let subnet = subnet(for: message, ingress) else {
            let place =
                message.relayAddress == .any
                ? "interface \(ingress.interface)" : "relay \(message.relayAddress)"
            return .ignored(message, "no subnet is configured for \(place)", at: now)
        }
        var exchange = DHCPExchange(
            message: message,
            type: type,
            mac: mac,
            subnet: subnet,
            ingress: ingress,
            now: now
        )
        if message.bootStage == .system {
            exchange.answer = .system
        } else if let request = bootRequest(for: message, from: ingress) {
            exchange.answer = BootAnswer(
                to: request,
                intent: decision.intent,
                node: decision.node,
                configuration: boot
            )
        }
        switch (subnet.mode, ingress.onProxyPort) {
        case (.off, _): return exchange.ignored("DHCP is off for \(subnet.subnet)")
        case (.proxy, _), (.full, true): return exchange.proxied()
        case (.full, false): break
        }
        switch type {
        case .discover: return discover(exchange)
        case .request: return request(exchange)
        case .decline: return decline(exchange)
        case .release: return release(exchange)
        case .inform: return exchange.inform()
        default: return exchange.ignored("clients do not send \(type)")
        }
    }

    /// RFC 3527, RFC 2131 section 4.3.1: the relay's choice, the relay's own subnet, the interface's.
    private func subnet(for message: DHCPMessage, _ ingress: DHCPIngress) -> DHCPSubnet? {
        let relayed =
            message.linkSelection ?? (message.relayAddress == .any ? nil : message.relayAddress)
        var found: Int?
        for index in subnets.indices {
            if let relayed {
                guard subnets[index].subnet.contains(relayed) else { continue }
                let longest = found.map { subnets[$0].subnet.prefixLength } ?? -1
                if subnets[index].subnet.prefixLength >= longest { found = index }
            } else {
                guard subnets[index].interface == ingress.interface else { continue }
                if subnets[index].subnet.contains(ingress.address) { return subnets[index] }
                found = found ?? index
            }
        }
        return found.map { subnets[$0] }
    }
}

extension DHCPResponder {
    private mutating func discover(_ exchange: DHCPExchange) -> DHCPDecision {
        guard let address = choose(exchange) else { return exchange.ignored(noAddress(exchange)) }
        let known = leases[exchange.mac]
        if known?.address != address || known.map({ $0.expires <= exchange.now }) ?? true
            || known?.state == .released
        {
            leases.set(
                Lease(
                    mac: exchange.mac,
                    address: address,
                    state: .offered,
                    expires: exchange.now.addingTimeInterval(LeaseTable.offerSeconds)
                )
            )
        }
        return exchange.give(address, type: .offer)
    }

    private mutating func request(_ exchange: DHCPExchange) -> DHCPDecision {
        let message = exchange.message
        if let server = message.serverIdentifier {
            guard server == exchange.serverIdentifier else {
                if leases[exchange.mac]?.state == .offered { leases.remove(exchange.mac) }
                return exchange.ignored("it takes the offer of another server, \(server)")
            }
        }
        let wanted = message.clientAddress != .any ? message.clientAddress : message.requestedAddress
        guard let wanted else { return exchange.ignored("it names no address") }
        guard exchange.subnet.subnet.isHost(wanted) else {
            return exchange.refuse("\(wanted) is no address of \(exchange.subnet.subnet)")
        }
        guard choose(exchange, asking: wanted) == wanted else {
            return exchange.refuse("\(wanted) is not its address")
        }
        let lease = Lease(
            mac: exchange.mac,
            address: wanted,
            state: .bound,
            expires: exchange.now.addingTimeInterval(Double(exchange.subnet.leaseSeconds))
        )
        leases.set(lease)
        var decision = exchange.give(wanted, type: .acknowledge)
        decision.lease = lease
        return decision
    }

    private mutating func decline(_ exchange: DHCPExchange) -> DHCPDecision {
        guard
            exchange.message.serverIdentifier ?? exchange.serverIdentifier == exchange.serverIdentifier,
            let address = exchange.message.requestedAddress, leases[exchange.mac]?.address == address
        else { return exchange.ignored("it declines what it does not have from here") }
        let until = exchange.now.addingTimeInterval(LeaseTable.declineSeconds)
        leases.decline(address, until: until)
        return DHCPDecision(
            reply: nil,
            lease: Lease(mac: exchange.mac, address: address, state: .declined, expires: until),
            events: [exchange.event(.dhcpDecline, address)],
            describe: { "\(exchange.mac) found \(address) in use by another machine" }
        )
    }

    private mutating func release(_ exchange: DHCPExchange) -> DHCPDecision {
        let address = exchange.message.clientAddress
        guard var lease = leases[exchange.mac], lease.address == address else {
            return exchange.ignored("it releases \(address), which it does not have")
        }
        lease.state = .released
        lease.expires = exchange.now
        leases.set(lease)
        return DHCPDecision(
            reply: nil,
            lease: lease,
            events: [exchange.event(.dhcpRelease, address)],
            describe: { "\(exchange.mac) released \(address)" }
        )
    }

    /// The pool address that a DISCOVER would be offered, when nobody had it from here lately: someone may use it unasked.
    func addressToProbe(for message: DHCPMessage, from ingress: DHCPIngress, at now: Date) -> IPv4Address? {
        guard message.operation == .request, message.messageType == .discover, message.relayAddress == .any,
            let mac = message.macAddress, !mac.isMulticast, let subnet = subnet(for: message, ingress),
            subnet.mode == .full, subnet.probesAddresses, !ingress.onProxyPort
        else { return nil }
        let exchange = DHCPExchange(
            message: message,
            type: .discover,
            mac: mac,
            subnet: subnet,
            ingress: ingress,
            now: now
        )
        guard let address = choose(exchange), subnet.reservations[mac] != address,
            leases[mac]?.address != address
        else { return nil }
        return address
    }

    /// Offers an address to nobody for a while; nil when a machine took it from here meanwhile.
    mutating func setAside(_ address: IPv4Address, at now: Date) -> Lease? {
        guard leases.holder(of: address) == nil else { return nil }
        let until = now.addingTimeInterval(LeaseTable.declineSeconds)
        leases.decline(address, until: until)
        return MACAddress(octets: [0, 0, 0, 0, 0, 0]).map {
            Lease(mac: $0, address: address, state: .declined, expires: until)
        }
    }

    private func choose(_ exchange: DHCPExchange, asking wish: IPv4Address? = nil) -> IPv4Address? {
        let subnet = exchange.subnet
        if let mine = subnet.reservations[exchange.mac],
            leases.isFree(mine, for: exchange.mac, at: exchange.now)
        {
            return mine
        }
        guard let pool = subnet.pool else { return nil }
        let (network, broadcast) = (subnet.subnet.network, subnet.subnet.broadcast)
        return leases.choose(
            for: exchange.mac,
            asking: wish ?? exchange.message.requestedAddress,
            from: pool,
            at: exchange.now
        ) { address in
            // Never the server's own address, nor the router's, should the pool hold them.
            !reserved.contains(address) && address != exchange.ingress.address && address != network
                && address != broadcast && !subnet.routers.contains(address)
        }
    }

    private func noAddress(_ exchange: DHCPExchange) -> String {
        guard let pool = exchange.subnet.pool else {
            return "it has no reservation in \(exchange.subnet.subnet), which has no pool"
        }
        return "no address is free in \(pool.lowerBound) to \(pool.upperBound)"
    }
}

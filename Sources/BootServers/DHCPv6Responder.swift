public import Boot
public import DHCPv6
public import FoundationEssentials
public import Octets

/// Where a DHCPv6 packet came in.
public struct DHCPv6Ingress: Hashable, Sendable {
    public var interface: String
    /// The server's own address there, for URLs: not the link-local one.
    public var address: IPv6Address
    public var source: IPv6Address

    public init(interface: String, address: IPv6Address, source: IPv6Address) {
        self.interface = interface
        self.address = address
        self.source = source
    }
}

/// What is done about one packet.
public struct DHCPv6Decision: Sendable {
    public var reply: DHCPv6Packet?
    /// To be kept before the answer goes out.
    public var lease: DHCPv6Lease?
    public var events: [BootEvent]
    /// Whether the reply names a file that the firmware loads and starts.
    public var namesLoader = false
    /// One line for the log.
    public var summary: String
}

/// Decides what a DHCPv6 packet is answered (RFC 8415 section 18.3, RFC 5970); holds the leases.
public struct DHCPv6Responder: Sendable {
    public let subnets: [DHCPv6Subnet]
    public let boot: BootConfiguration
    /// Who this server is.
    public let server: DUID
    var leases: DHCPv6LeaseTable

    public init(subnets: [DHCPv6Subnet], boot: BootConfiguration, server: DUID, leases: [DHCPv6Lease] = []) {
        self.subnets = subnets
        self.boot = boot
        self.server = server
        self.leases = DHCPv6LeaseTable(leases)
    }

    /// The machine that has `address`.
    public func mac(of address: IPv6Address) -> MACAddress? { leases.lease(of: address)?.mac }

    /// What a packet's sender wants to boot; nil when it cannot matter for the answer.
    public func bootRequest(for packet: DHCPv6Packet, from ingress: DHCPv6Ingress) -> BootRequest? {
        guard let mac = Self.mac(of: packet, ingress), subnet(for: packet, ingress) != nil else { return nil }
        return BootRequest(
            mac: mac,
            uuid: packet.message.options.clientIdentifier.flatMap { $0.uuidInSMBIOSOrder },
            firmware: packet.message.bootFirmware,
            stage: packet.message.bootStage,
            transport: .dhcp
        )
    }

    /// The card that speaks. Firmware's link-local address says it; its DUID may name another card of the machine.
    static func mac(of packet: DHCPv6Packet, _ ingress: DHCPv6Ingress) -> MACAddress? {
        if packet.relays.isEmpty, let seen = ingress.source.linkLayerAddress { return seen }
        return packet.macAddress(source: ingress.source)
    }

    /// Decides, and remembers what was given.
    public mutating func respond(
        to packet: DHCPv6Packet,
        from ingress: DHCPv6Ingress,
        decision: BootDecision,
        at now: Date
    ) -> DHCPv6Decision {
        let message = packet.message
        let mac = Self.mac(of: packet, ingress)
        let who = mac.map { "\($0)" } ?? message.options.clientIdentifier.map { "\($0)" } ?? "\(ingress.source)"
        func ignored(_ reason: String) -> DHCPv6Decision {
            DHCPv6Decision(
                events: [BootEvent(mac: mac, address: nil, at: now, kind: .dhcpIgnored(reason: "DHCPv6: \(reason)"))],
                summary: "\(who) \(message.type) ignored: \(reason)"
            )
        }
        guard let subnet = subnet(for: packet, ingress) else {
            return ignored("no IPv6 subnet is configured for \(ingress.interface)")
        }
        var exchange = DHCPv6Exchange(
            packet: packet,
            mac: mac,
            who: who,
            subnet: subnet,
            ingress: ingress,
            server: server,
            boot: boot,
            now: now
        )
        if let request = bootRequest(for: packet, from: ingress) {
            exchange.answer = BootAnswer(
                to: request,
                intent: decision.intent,
                node: decision.node,
                configuration: boot
            )
        }
        let named = message.options.serverIdentifier
        switch message.type {
        case .solicit, .confirm, .rebind:
            guard named == nil, message.options.clientIdentifier != nil else {
                return ignored("it names a server, or not itself (RFC 8415 section 16)")
            }
        case .request, .renew, .release, .decline:
            guard named == server, message.options.clientIdentifier != nil else {
                return ignored("it speaks to another server")
            }
        case .informationRequest:
            guard named == nil || named == server else { return ignored("it speaks to another server") }
        default:
            return ignored("clients do not send it")
        }
        switch message.type {
        case .solicit where !message.options.rapidCommit: return exchange.give(.advertise, &leases)
        case .solicit, .request, .renew, .rebind: return exchange.give(.reply, &leases)
        case .confirm: return exchange.confirm()
        case .release: return exchange.release(&leases)
        case .decline: return exchange.decline(&leases)
        default: return exchange.inform()
        }
    }

    /// The network that the relay nearest to the client is on, else the interface's.
    private func subnet(for packet: DHCPv6Packet, _ ingress: DHCPv6Ingress) -> DHCPv6Subnet? {
        if let link = packet.relays.last(where: { $0.linkAddress != .any })?.linkAddress {
            return subnets.filter { $0.prefix.contains(link) }
                .max { $0.prefix.prefixLength < $1.prefix.prefixLength }
        }
        return subnets.first { $0.interface == ingress.interface }
    }
}

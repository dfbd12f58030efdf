import Boot
import DHCP
import FoundationEssentials
import Octets

/// One message with all that its answer depends on.
struct DHCPExchange {
    let message: DHCPMessage
    let type: MessageType
    let mac: MACAddress
    let subnet: DHCPSubnet
    let ingress: DHCPIngress
    let now: Date
    var answer: BootAnswer?

    /// RFC 5107: what the relay wants the server to be called, else the address that the message came to.
    var serverIdentifier: IPv4Address { message.serverIdentifierOverride ?? ingress.address }

    func event(_ kind: BootEvent.Kind, _ address: IPv4Address?) -> BootEvent {
        BootEvent(mac: mac, address: address, at: now, kind: kind, detail: answer?.explanation ?? [])
    }

    func ignored(_ reason: String) -> DHCPDecision { .ignored(message, reason, at: now) }

    /// OFFER or ACK of an address, with boot files for firmware.
    func give(_ address: IPv4Address, type: MessageType) -> DHCPDecision {
        var reply = self.reply(type)
        reply.yourAddress = address
        if type == .acknowledge { reply.clientAddress = message.clientAddress }
        reply.leaseTime = subnet.leaseSeconds
        addTimes(to: &reply)
        addNetwork(to: &reply)
        addBootFile(to: &reply)
        addExtraOptions(to: &reply)
        let asked = self.type == .discover ? BootEvent.Kind.dhcpDiscover : .dhcpRequest
        let answered = type == .offer ? BootEvent.Kind.dhcpOffer : .dhcpAcknowledge
        return DHCPDecision(
            reply: .init(message: reply, destination: destination(message.clientAddress)),
            lease: nil,
            events: [event(asked, message.requestedAddress), event(answered, address)],
            namesLoader: namesLoader && type == .acknowledge,
            describe: { "\(mac) \(self.type) -> \(type) \(address)\(bootText)" }
        )
    }

    func inform() -> DHCPDecision {
        var reply = self.reply(.acknowledge)
        reply.clientAddress = message.clientAddress
        addNetwork(to: &reply)
        addBootFile(to: &reply)
        addExtraOptions(to: &reply)
        let target = message.clientAddress == .any ? ingress.source : message.clientAddress
        return DHCPDecision(
            reply: .init(message: reply, destination: destination(target)),
            lease: nil,
            events: [event(.dhcpInform, target)],
            describe: { "\(mac) INFORM from \(target) -> ACK" }
        )
    }

    func refuse(_ reason: String) -> DHCPDecision {
        var reply = self.reply(.refuse)
        reply.options[.message] = Array(reason.utf8.prefix(255))
        // The relay shall broadcast it: the client's address is wrong (RFC 2131 section 4.3.2).
        if message.relayAddress != .any { reply.wantsBroadcast = true }
        return DHCPDecision(
            reply: .init(message: reply, destination: destination(.any)),
            lease: nil,
            events: [
                event(.dhcpRequest, message.requestedAddress), event(.dhcpRefuse(reason: reason), nil),
            ],
            describe: { "\(mac) REQUEST -> NAK: \(reason)" }
        )
    }

    /// proxyDHCP (PXE 2.1 section 2.2.3): offers on port 67 without an address, then an ACK from port 4011.
    func proxied() -> DHCPDecision {
        guard message.isPXEClient || message.isHTTPClient || message.isIPXE else {
            return ignored("it is no boot client, and another server gives addresses in \(subnet.subnet)")
        }
        let answered: MessageType
        switch (type, ingress.onProxyPort) {
        case (.discover, false): answered = .offer
        case (.request, true), (.inform, true): answered = .acknowledge
        case (.request, false):
            guard message.serverIdentifier == serverIdentifier else {
                return ignored(
                    "it takes an address from another server, \(message.serverIdentifier ?? .any)"
                )
            }
            answered = .acknowledge
        default: return ignored("a proxy does not answer \(type)")
        }
        if case .ignore(let reason) = answer?.action { return ignored(reason) }
        if answer?.action == .disk { return ignored("it shall boot its disk") }
        var reply = self.reply(answered)
        reply.clientAddress = message.clientAddress
        addBootFile(to: &reply, asProxy: true)
        let destination: DHCPDecision.Destination =
            ingress.onProxyPort
            ? .source(ingress.source, port: ingress.sourcePort) : self.destination(.any)
        let asked = type == .discover ? BootEvent.Kind.dhcpDiscover : .dhcpRequest
        let kind = answered == .offer ? BootEvent.Kind.dhcpOffer : .dhcpAcknowledge
        return DHCPDecision(
            reply: .init(message: reply, destination: destination),
            lease: nil,
            events: [event(asked, nil), event(kind, nil)],
            namesLoader: namesLoader && answered == .acknowledge,
            describe: { "\(mac) \(type) -> proxy \(answered)\(bootText)" }
        )
    }

    private var namesLoader: Bool {
        switch answer?.action {
        case .loader, .http: true
        case .script, .disk, .ignore, nil: false
        }
    }

    private var bootText: String {
        switch answer?.action {
        case .loader(let file): ", loads \(file) by TFTP"
        case .http(let url): ", loads \(url)"
        case .script(let url): ", runs \(url)"
        case .disk: ", boots its disk"
        case .ignore, nil: ""
        }
    }
}

extension DHCPExchange {
    private func reply(_ type: MessageType) -> DHCPMessage {
        var reply = DHCPMessage(.reply, transaction: message.transaction)
        reply.hardwareType = message.hardwareType
        reply.hardwareAddress = message.hardwareAddress
        reply.flags = message.flags
        reply.relayAddress = message.relayAddress
        reply.messageType = type
        reply.serverIdentifier = serverIdentifier
        // RFC 6842: what the client calls itself goes back to it; RFC 3046: so does what the relay added.
        for code in [OptionCode.clientIdentifier, .relayAgentInformation] {
            reply.options.copy(code, from: message.options)
        }
        return reply
    }

    /// RFC 2131 section 4.1. Replies to clients without an address are broadcast, asked for or not: many ROMs
    /// cannot be reached otherwise before they have answered ARP.
    private func destination(_ client: IPv4Address) -> DHCPDecision.Destination {
        if message.relayAddress != .any { return .relay(message.relayAddress) }
        return client == .any ? .broadcast : .client(client)
    }

    private func addTimes(to reply: inout DHCPMessage) {
        for (code, seconds) in [
            (OptionCode.renewalTime, subnet.leaseSeconds / 2),
            (.rebindingTime, subnet.leaseSeconds - subnet.leaseSeconds / 8),
        ] {
            reply.options[code] = IPv4Address(rawValue: seconds).octets
        }
    }

    private func addNetwork(to reply: inout DHCPMessage) {
        reply.setAddresses(.subnetMask, to: [subnet.subnet.netmask])
        reply.setAddresses(.broadcastAddress, to: [subnet.subnet.broadcast])
        reply.setAddresses(.router, to: subnet.routers)
        reply.setAddresses(.domainNameServer, to: subnet.nameServers)
        reply.setAddresses(.ntpServers, to: subnet.timeServers)
        reply.options[.domainName] = subnet.domain.map { Array($0.utf8) }
        reply.options[.interfaceMTU] = subnet.mtu.map {
            [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)]
        }
    }

    private func addExtraOptions(to reply: inout DHCPMessage) {
        for option in subnet.extraOptions {
            if let wanted = option.vendorClass, message.vendorClass?.hasPrefix(wanted) != true { continue }
            reply.options[OptionCode(rawValue: option.code)] = option.octets
        }
    }

    private func addBootFile(to reply: inout DHCPMessage, asProxy: Bool = false) {
        let file: String
        switch answer?.action {
        case .loader(let name):
            file = name
            addPXE(to: &reply)
        case .http(let url):
            file = url
            // Without the word that it sent, UEFI takes the offer for one without boot data.
            reply.vendorClass = "HTTPClient"
        case .script(let url):
            file = url
            // 1: do not wait for a proxy's offer.
            reply.options[.iPXE] = Encapsulated().adding(Encapsulated.noProxyDHCP, [1]).octets
            if asProxy { addPXE(to: &reply) }
        case .disk, .ignore, nil:
            return
        }
        reply.nextServer = ingress.address
        reply.options[.bootFileName] = Array(file.utf8)
        // U-Boot reads the header only, Raspberry Pis option 66 only.
        if file.utf8.count < 128 { reply.bootFile = Array(file.utf8) }
        reply.options[.tftpServerName] = Array(ingress.address.description.utf8)
        reply.options[.clientMachineIdentifier] = message.machineIdentifier.map { [0] + $0 }
    }

    /// `PXEClient`, and 43.6 = 8: load the named file, look for no other boot server. Without the second, clients that
    /// see the first ask on port 4011.
    private func addPXE(to reply: inout DHCPMessage) {
        reply.vendorClass = "PXEClient"
        reply.options[.vendorSpecific] =
            Encapsulated().adding(Encapsulated.discoveryControl, [8]).octets + [255]
    }
}

extension DHCPDecision {
    static func ignored(_ message: DHCPMessage, _ reason: String, at now: Date) -> DHCPDecision {
        let name = message.macAddress.map(\.description) ?? "a client without Ethernet address"
        return DHCPDecision(
            reply: nil,
            lease: nil,
            events: [
                BootEvent(
                    mac: message.macAddress,
                    address: nil,
                    at: now,
                    kind: .dhcpIgnored(reason: reason)
                )
            ],
            describe: { "\(name) \(message.messageType?.description ?? "BOOTP") ignored: \(reason)" }
        )
    }
}

import Boot
import DHCP
import DHCPv6
import FoundationEssentials
import Octets

/// One DHCPv6 packet with all that its answer depends on.
struct DHCPv6Exchange {
    let packet: DHCPv6Packet
    let mac: MACAddress?
    /// The client, for the log.
    let who: String
    let subnet: DHCPv6Subnet
    let ingress: DHCPv6Ingress
    let server: DUID
    let boot: BootConfiguration
    let now: Date
    var answer: BootAnswer?

    private var message: DHCPv6Message { packet.message }

    private func holder(_ association: IdentityAssociation) -> DHCPv6LeaseTable.Holder {
        DHCPv6LeaseTable.Holder(
            client: message.options.clientIdentifier.map { "\($0)" } ?? "",
            association: association.identifier
        )
    }

    /// ADVERTISE or REPLY with addresses and boot files.
    func give(_ type: DHCPv6MessageType, _ leases: inout DHCPv6LeaseTable) -> DHCPv6Decision {
        var reply = DHCPv6Message.answer(type, to: message, from: server)
        if type == .reply, message.type == .solicit { reply.options.rapidCommit = true }
        var lease: DHCPv6Lease?
        var given: [String] = []
        // A client has one interface here; more associations than that are one client holding many addresses.
        for (index, asked) in message.options.identityAssociations.prefix(4).enumerated() {
            let holder = holder(asked)
            let wish = asked.addresses.first?.address
            var answered = IdentityAssociation(
                asked.identifier,
                renewalTime: subnet.leaseSeconds / 2,
                rebindingTime: subnet.leaseSeconds - subnet.leaseSeconds / 5
            )
            let chosen =
                index == 0
                ? leases.choose(for: holder, asking: wish, from: subnet.pool, except: ingress.address, at: now) : nil
            if let chosen {
                answered.addresses = [
                    AssociatedAddress(
                        chosen,
                        preferredLifetime: subnet.leaseSeconds - subnet.leaseSeconds / 5,
                        validLifetime: subnet.leaseSeconds
                    )
                ]
                // What the client holds and cannot keep is taken back by a lifetime of zero (section 18.3.4).
                for old in asked.addresses where old.address != chosen && type == .reply {
                    answered.addresses.append(AssociatedAddress(old.address))
                }
                let seconds = type == .reply ? Double(subnet.leaseSeconds) : LeaseTable.offerSeconds
                let promised = DHCPv6Lease(
                    client: holder.client,
                    association: holder.association,
                    mac: mac,
                    address: chosen,
                    expires: max(now.addingTimeInterval(seconds), leases[holder]?.expires ?? .distantPast)
                )
                leases.set(promised)
                if type == .reply { lease = promised }
                given.append("\(chosen)")
            } else {
                answered.options.status = DHCPv6Status(
                    .noAddressesAvailable,
                    message: index == 0 ? "no address is free" : "one address for a machine"
                )
            }
            reply.options.append(.identityAssociation, answered.octets)
        }
        addNetwork(to: &reply)
        addBootFile(to: &reply)
        let what = given.isEmpty ? "no address" : given.joined(separator: ", ")
        return DHCPv6Decision(
            reply: packet.answered(with: reply),
            lease: lease,
            events: events(type, what),
            namesLoader: namesLoader && type == .reply,
            summary: "\(who) \(message.type) -> \(type) \(what)\(bootText)"
        )
    }

    /// CONFIRM: are the client's addresses right for the network that it is on now?
    func confirm() -> DHCPv6Decision {
        let addresses = message.options.identityAssociations.flatMap { $0.addresses.map(\.address) }
        // Without an address there is nothing to confirm, and silence is right (section 18.3.3).
        guard !addresses.isEmpty else { return said(nil, "it has no address to confirm") }
        let isRight = addresses.allSatisfy { subnet.prefix.contains($0) }
        return said(
            DHCPv6Status(
                isRight ? .success : .notOnLink,
                message: isRight ? "" : "not an address of \(subnet.prefix)"
            ),
            isRight ? "its addresses are right here" : "its addresses belong elsewhere"
        )
    }

    func release(_ leases: inout DHCPv6LeaseTable) -> DHCPv6Decision {
        for association in message.options.identityAssociations { leases.remove(holder(association)) }
        return said(DHCPv6Status(.success), "released")
    }

    func decline(_ leases: inout DHCPv6LeaseTable) -> DHCPv6Decision {
        for association in message.options.identityAssociations {
            for address in association.addresses.map(\.address)
            where leases[holder(association)]?.address == address {
                leases.decline(address, until: now.addingTimeInterval(DHCPv6LeaseTable.declineSeconds))
            }
        }
        return said(DHCPv6Status(.success), "found its address in use")
    }

    func inform() -> DHCPv6Decision {
        var reply = DHCPv6Message.answer(.reply, to: message, from: server)
        addNetwork(to: &reply)
        addBootFile(to: &reply)
        return DHCPv6Decision(
            reply: packet.answered(with: reply),
            events: events(.reply, "no address asked for"),
            summary: "\(who) \(message.type) -> REPLY\(bootText)"
        )
    }

    private func said(_ status: DHCPv6Status?, _ what: String) -> DHCPv6Decision {
        var reply: DHCPv6Packet?
        if let status {
            var message = DHCPv6Message.answer(.reply, to: message, from: server)
            message.options.status = status
            reply = packet.answered(with: message)
        }
        return DHCPv6Decision(
            reply: reply,
            events: [event(.dhcpNote("DHCPv6 \(message.type): \(what)"))],
            summary: "\(who) \(message.type): \(what)"
        )
    }
}

extension DHCPv6Exchange {
    private func event(_ kind: BootEvent.Kind) -> BootEvent {
        BootEvent(mac: mac, address: nil, at: now, kind: kind, detail: answer?.explanation ?? [])
    }

    private func events(_ type: DHCPv6MessageType, _ what: String) -> [BootEvent] {
        [event(.dhcpNote("DHCPv6 \(message.type) -> \(type) \(what)\(bootText)"))]
    }

    private var namesLoader: Bool {
        switch answer?.action {
        case .loader, .http: true
        case .script, .disk, .ignore, nil: false
        }
    }

    /// The URL of what shall be booted, by an address that IPv6 reaches.
    private var bootURL: String? {
        let host = "[\(ingress.address)]"
        switch answer?.action {
        case .loader(let file): return "tftp://\(host)/\(file)"
        case .http(let url), .script(let url):
            guard url.hasPrefix(boot.bootURL) else { return url }
            return "http://\(host):\(boot.httpPort)" + url.dropFirst(boot.bootURL.count)
        case .disk, .ignore, nil: return nil
        }
    }

    private var bootText: String { bootURL.map { ", boots \($0)" } ?? "" }

    private func addNetwork(to reply: inout DHCPv6Message) {
        if !subnet.nameServers.isEmpty { reply.options.dnsServers = subnet.nameServers }
    }

    private func addBootFile(to reply: inout DHCPv6Message) {
        guard let bootURL else { return }
        reply.options.bootFileURL = bootURL
        // Firmware takes an answer for one to its HTTP boot only with its own word in it (UEFI section 24.7.3.1).
        if message.isHTTPClient { reply.options.vendorClasses = [VendorClass(VendorClass.intel, ["HTTPClient"])] }
    }
}

extension DHCPv6Message {
    /// The first architecture of the list that means something here, else what option 16 says.
    var bootFirmware: BootFirmware {
        let named = options.vendorClasses.flatMap(\.texts).lazy.compactMap { text -> UInt16? in
            let parts = text.split(separator: ":")
            return parts.count >= 3 && parts[1] == "Arch" ? UInt16(parts[2]) : nil
        }.first
        let numbers = (options.clientArchitectures ?? []).map(\.rawValue) + [named].compactMap(\.self)
        let known = numbers.lazy.compactMap { BootFirmware(architecture: ClientArchitecture(rawValue: $0)) }.first
        return known ?? numbers.first.map(BootFirmware.other) ?? .uefiX64
    }

    var bootStage: BootStage {
        if isIPXE { return .iPXE }
        if isHTTPClient { return .httpClient }
        if isPXEClient || options.requestedOptions?.contains(.bootFileURL) == true { return .rom }
        return .system
    }
}

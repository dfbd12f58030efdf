import DHCP
import Octets

/// All that is remembered of one server that is not ours.
struct ServerRecord: Sendable {
    /// Option 54, else where its replies come from.
    let address: IPv4Address
    /// It calls itself by our own server's address.
    private(set) var usesOurIdentifier = false
    private(set) var sources: [IPv4Address] = []
    private(set) var macs: [MACAddress] = []
    private(set) var offers = Tally()
    private(set) var acknowledgements = Tally()
    private(set) var refusals = Tally()
    private(set) var proxyOffers = Tally()
    private(set) var clients: [MACAddress] = []
    private(set) var lastAddress: IPv4Address?
    private(set) var bootTexts: [String] = []
    private(set) var relays: [IPv4Address] = []

    init(address: IPv4Address) {
        self.address = address
    }

    var givesAddresses: Bool { offers.count + acknowledgements.count + refusals.count > 0 }

    mutating func hear(_ sighting: DHCPSighting, _ offer: Offer) {
        let message = sighting.message
        switch (message.messageType, offer.address) {
        case (.refuse?, _): refusals.add(at: sighting.at)
        case (.acknowledge?, .some): acknowledgements.add(at: sighting.at)
        case (.offer?, .some), (nil, .some): offers.add(at: sighting.at)
        case (_, nil) where offer.isProxy: proxyOffers.add(at: sighting.at)
        default: return
        }
        usesOurIdentifier = offer.server != address
        sources.note(sighting.source, upTo: 4)
        macs.note(sighting.sourceMAC, upTo: 4)
        clients.note(message.macAddress, upTo: 64)
        if message.relayAddress != .any { relays.note(message.relayAddress, upTo: 4) }
        if let given = offer.address { lastAddress = given }
        if offer.bootFile != nil { bootTexts.note(offer.bootText, upTo: 4) }
    }

    /// Where it is, for evidence.
    func place() -> [String] {
        var lines = [
            "It sends from \(list(sources.map(\.description))), MAC address \(list(macs.map(\.description)))."
        ]
        if usesOurIdentifier { lines.append("Its server identifier is that of our server.") }
        if !relays.isEmpty {
            lines.append(
                "Its replies come through relay \(list(relays.map(\.description))), whose MAC address it may be."
            )
        }
        lines.append(bootTexts.isEmpty ? "It names no boot file." : "It names \(list(bootTexts)).")
        return lines
    }

    var clientsText: String {
        clients.count == 64 ? "64 clients or more" : number(clients.count, "client")
    }
}

/// A server, ours or not, that calls itself by an address which its clients may not reach.
struct IdentifierFault: Hashable, Sendable {
    var identifier: IPv4Address
    var source: IPv4Address
    var address: IPv4Address
    var mask: IPv4Address
    var client: MACAddress?
    var seen = Tally()

    /// Neither where the offer came from, nor in the subnet of the address that it gives. Behind a relay that is
    /// ordinary as long as the client is told a router.
    init?(_ message: DHCPMessage, from source: IPv4Address) {
        guard let identifier = message.serverIdentifier, message.yourAddress != .any,
            let mask = message.addresses(.subnetMask).first, mask != .any, identifier != source,
            (identifier.rawValue ^ message.yourAddress.rawValue) & mask.rawValue != 0
        else { return nil }
        if message.relayAddress != .any, !message.addresses(.router).isEmpty { return nil }
        self.identifier = identifier
        self.source = source
        address = message.yourAddress
        self.mask = mask
        client = message.macAddress
    }
}

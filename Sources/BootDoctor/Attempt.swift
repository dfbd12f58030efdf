import DHCP
import Octets

/// What a client and servers said to each other in one stage since the client last began there with an address
/// behind it: its DISCOVERs and REQUESTs until one is acknowledged.
struct Attempt: Hashable, Sendable {
    /// Of the client's last message; replies find their attempt by it.
    var transaction: UInt32
    var discovers = Tally()
    /// DISCOVERs that came although an address was on offer.
    var repeatsAfterOffer = 0
    /// Distinct offers with how often each was made.
    var offers: [Offer] = []
    var requests = Tally()
    /// REQUESTs that nobody acknowledged or refused.
    var unanswered = Tally()
    /// What the last REQUEST asked for.
    var requestedAddress: IPv4Address?
    /// Servers that the REQUESTs since the last answer named (option 54), the last one last.
    var namedServers: [IPv4Address] = []
    var acknowledged: Double?

    init(transaction: UInt32) {
        self.transaction = transaction
    }

    var addressOffers: [Offer] { offers.filter { $0.address != nil } }
    var proxyOffers: [Offer] { offers.filter(\.isProxy) }

    mutating func discover(_ sighting: DHCPSighting) {
        transaction = sighting.message.transaction
        discovers.add(at: sighting.at)
        if offers.contains(where: { $0.address != nil }) { repeatsAfterOffer += 1 }
    }

    mutating func request(_ sighting: DHCPSighting) {
        let message = sighting.message
        transaction = message.transaction
        requests.add(at: sighting.at)
        // Renewals hours apart, whose answers go past this listener, are no run of failures.
        if message.clientAddress != .any, sighting.at - unanswered.last > Patience.sameRequest { unanswered = Tally() }
        if unanswered.count == 0 { namedServers = [] }
        unanswered.add(at: sighting.at)
        requestedAddress = message.clientAddress != .any ? message.clientAddress : message.requestedAddress
        if let server = message.serverIdentifier {
            namedServers.removeAll { $0 == server }
            namedServers = namedServers.suffix(3) + [server]
        }
    }

    mutating func note(_ offer: Offer) {
        if let index = offers.firstIndex(where: { $0.isSame(as: offer) }) {
            offers[index].given.add(at: offer.given.last)
        } else if offers.count < 8 {
            offers.append(offer)
        }
    }

    mutating func acknowledge(at instant: Double) {
        unanswered = Tally()
        acknowledged = instant
    }

    /// The client has to begin anew.
    mutating func refuse() {
        requests = Tally()
        unanswered = Tally()
        repeatsAfterOffer = 0
        acknowledged = nil
    }
}

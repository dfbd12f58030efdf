import DHCP
import Octets

/// All that is remembered of one client.
struct ClientRecord: Sendable {
    let mac: MACAddress
    /// Messages from and to it.
    private(set) var seen = Tally()
    private(set) var counts: [MessageType: Tally] = [:]
    private(set) var bootpRequests = Tally()
    private(set) var stage: ClientStage = .unknown
    private(set) var identity = ClientIdentity()
    private(set) var history = BootHistory()
    var attempts: [ClientStage: Attempt] = [:]
    var proxyPhase = ProxyPhase()
    /// Boot files that the client cannot use.
    var misfits: [Misfit] = []
    var oversize: Oversize?
    /// NAKs since an address was acknowledged, and what they said.
    var refusals = Tally()
    var refusalTexts: [String] = []
    var refusingServers: [IPv4Address] = []
    /// Addresses that it found in use by another machine.
    var declined: [IPv4Address] = []
    /// Addresses that were acknowledged, the last one last.
    var addresses: [IPv4Address] = []
    private var lastHeard: Heard?

    /// What tells a message from another relay's copy of it.
    private struct Heard: Sendable {
        var transaction: UInt32
        var type: MessageType?
        var relay: IPv4Address
        var at: Double
    }

    init(mac: MACAddress) {
        self.mac = mac
    }

    func count(_ type: MessageType) -> Int { counts[type]?.count ?? 0 }

    /// Attempts in the order of a boot.
    var orderedAttempts: [(stage: ClientStage, attempt: Attempt)] {
        ClientStage.allCases.compactMap { stage in attempts[stage].map { (stage, $0) } }
    }

    mutating func count(_ sighting: DHCPSighting) {
        seen.add(at: sighting.at)
        guard let type = sighting.message.messageType else { return }
        // Types that mean nothing here are not counted: each would take room.
        if (1...8).contains(type.rawValue) { counts[type, default: Tally()].add(at: sighting.at) }
    }
}

extension ClientRecord {
    /// The client speaks.
    mutating func hear(_ sighting: DHCPSighting) {
        guard !isSecondRelaysCopy(sighting) else { return }
        count(sighting)
        let message = sighting.message
        let stage = stage(of: message)
        if sighting.isOnProxyPort {
            proxyPhase.ask(sighting.destination, at: sighting.at)
            return
        }
        switch message.messageType {
        case nil:
            bootpRequests.add(at: sighting.at)
            enter(stage, sighting, isNewAttempt: false)
        case .discover?:
            identity.hear(message, in: stage, at: sighting.at)
            enter(stage, sighting, isNewAttempt: attempts[stage]?.acknowledged != nil)
            attempts[stage]?.discover(sighting)
        case .request?:
            identity.hear(message, in: stage, at: sighting.at)
            enter(stage, sighting, isNewAttempt: false)
            attempts[stage]?.request(sighting)
        case .inform?:
            enter(stage, sighting, isNewAttempt: false)
        case .decline?:
            declined.note(message.requestedAddress, upTo: 8)
        default:
            break
        }
    }

    /// It was seen to fetch a file: whatever it had asked, it was answered.
    mutating func fetchFile() {
        proxyPhase.finish()
        attempts[stage]?.unanswered = Tally()
    }

    private mutating func enter(_ new: ClientStage, _ sighting: DHCPSighting, isNewAttempt: Bool) {
        if isNewAttempt || new != stage {
            history.start(new, at: sighting.at)
            if new == .rom { proxyPhase.start() }
        }
        if new == .iPXE, stage == .rom || stage == .http {
            // The firmware has loaded it, so it had its answers, even if they went past this listener.
            proxyPhase.finish()
            attempts[stage]?.unanswered = Tally()
        }
        stage = new
        if isNewAttempt || attempts[new] == nil {
            attempts[new] = Attempt(transaction: sighting.message.transaction)
        }
    }

    /// Some firmware leaves option 60 or 77 out of its REQUEST; the transaction tells whose it is. For a DISCOVER it
    /// does not: some make it of their MAC address, in all stages the same.
    private func stage(of message: DHCPMessage) -> ClientStage {
        if message.messageType == .request, attempts[stage]?.transaction == message.transaction { return stage }
        return ClientStage(message)
    }

    /// Where two relays serve a wire, each passes the client's broadcast on; where the server is on it too, there is
    /// the broadcast itself besides.
    private mutating func isSecondRelaysCopy(_ sighting: DHCPSighting) -> Bool {
        let message = sighting.message
        let heard = Heard(
            transaction: message.transaction,
            type: message.messageType,
            relay: message.relayAddress,
            at: sighting.at
        )
        defer { lastHeard = heard }
        guard let before = lastHeard, before.relay != heard.relay else { return false }
        return before.transaction == heard.transaction && before.type == heard.type
            && abs(heard.at - before.at) < Patience.relays
    }
}

extension ClientRecord {
    mutating func acknowledge(_ stage: ClientStage, _ address: IPv4Address, at instant: Double) {
        attempts[stage]?.acknowledge(at: instant)
        history.acknowledged(in: stage)
        if stage == .rom { proxyPhase.acknowledged(at: instant) }
        addresses.removeAll { $0 == address }
        addresses = addresses.suffix(5) + [address]
        refusals = Tally()
        refusalTexts = []
        refusingServers = []
    }

    mutating func noteOffered(_ offer: Offer, in stage: ClientStage) {
        attempts[stage]?.note(offer)
        history.offered(offer, in: stage)
        if stage == .rom { proxyPhase.offered(offer) }
    }
}

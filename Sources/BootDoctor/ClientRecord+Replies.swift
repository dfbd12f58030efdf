import DHCP
import Octets

extension ClientRecord {
    /// A server speaks to the client.
    mutating func hear(reply sighting: DHCPSighting, isOwn: Bool) {
        count(sighting)
        let message = sighting.message
        let stage = stage(ofReply: message)
        if attempts[stage] == nil { attempts[stage] = Attempt(transaction: message.transaction) }
        let offer = Offer(sighting, isOwn: isOwn)
        if sighting.sourcePort == UDPDatagram.proxyPort || message.messageType == .acknowledge && offer.isProxy {
            proxyPhase.finish()
        }
        switch message.messageType {
        case .offer?, nil:
            hold(out: offer, message, in: stage)
        case .acknowledge?:
            // Without an address it answers an INFORM, unless a proxy sends it.
            guard offer.address != nil || offer.isProxy else { return }
            hold(out: offer, message, in: stage)
            if let address = offer.address { acknowledge(stage, address, at: sighting.at) }
        case .refuse?:
            refusals.add(at: sighting.at)
            refusingServers.note(offer.server, upTo: 4)
            if let text = message.text(.message), !text.isEmpty { refusalTexts.note(text.printable, upTo: 4) }
            attempts[stage]?.refuse()
        default:
            break
        }
    }

    private mutating func hold(out offer: Offer, _ message: DHCPMessage, in stage: ClientStage) {
        noteOffered(offer, in: stage)
        judge(offer, in: stage)
        measure(offer, message)
    }

    /// Replies carry the client's transaction; one that fits nowhere is counted where the client is.
    private func stage(ofReply message: DHCPMessage) -> ClientStage {
        if attempts[stage]?.transaction == message.transaction { return stage }
        return ClientStage.allCases.first { attempts[$0]?.transaction == message.transaction } ?? stage
    }

    /// A server that offers something that fits now has been put right.
    private mutating func judge(_ offer: Offer, in stage: ClientStage) {
        let found = Misfit.all(of: offer, in: stage, of: identity)
        misfits.removeAll { misfit in
            misfit.server == offer.server && misfit.stage == stage && !found.contains { $0.isSame(as: misfit) }
        }
        for misfit in found {
            if let index = misfits.firstIndex(where: { $0.isSame(as: misfit) }) {
                misfits[index].seen.add(at: offer.given.last)
            } else if misfits.count < 12 {
                misfits.append(misfit)
            }
        }
    }

    private mutating func measure(_ offer: Offer, _ message: DHCPMessage) {
        guard let found = Oversize(of: message, from: offer, limit: identity.maximumSize) else {
            if oversize?.server == offer.server { oversize = nil }
            return
        }
        let earlier = oversize.flatMap { $0.server == found.server ? $0.seen : nil } ?? Tally()
        oversize = found
        oversize?.seen = earlier
        oversize?.seen.add(at: offer.given.last)
    }
}

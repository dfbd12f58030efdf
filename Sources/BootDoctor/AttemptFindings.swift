import DHCP
import Octets

/// A client that asks again and again, and why.
extension ClientRecord {
    func attemptFindings(_ inspection: Inspection) -> [Finding] {
        orderedAttempts.compactMap { stage, attempt in
            guard attempt.acknowledged == nil || attempt.unanswered.count > 0 else { return nil }
            if attempt.unanswered.count >= Patience.unansweredRequests,
                inspection.hasPassed(Patience.answer, since: attempt.unanswered.first)
            {
                return notAcknowledged(attempt, stage, inspection)
            }
            guard attempt.requests.count == 0 else { return nil }
            if attempt.addressOffers.isEmpty { return notAnswered(attempt, stage, inspection) }
            return notTaken(attempt, stage, inspection)
        }
    }

    private func notAnswered(_ attempt: Attempt, _ stage: ClientStage, _ inspection: Inspection) -> Finding? {
        guard attempt.discovers.count >= Patience.unansweredDiscovers,
            inspection.hasPassed(Patience.answer, since: attempt.discovers.first)
        else { return nil }
        return finding(
            stage == .system ? .warning : .problem,
            .notAnswered,
            "\(name(in: stage)) asks for an address, and nobody offers one.",
            evidence: ["DISCOVER \(inspection.text(attempt.discovers))."]
                + (attempt.offers.isEmpty ? ["No OFFER was seen."] : attempt.offers.map { $0.text(inspection) }),
            advice: "Look into the boot server's log for why it leaves this client alone: an empty pool, an unknown "
                + "network, or firmware it has no loader for. If the server did answer, "
                + "the switch or a firewall between them drops it."
        )
    }

    private func notTaken(_ attempt: Attempt, _ stage: ClientStage, _ inspection: Inspection) -> Finding? {
        let repeats = attempt.repeatsAfterOffer
        guard
            repeats >= Patience.repeatsAfterOffer
                || repeats >= Patience.fewRepeatsAfterOffer
                    && inspection.hasPassed(Patience.afterOffer, since: attempt.discovers.last)
        else { return nil }
        var evidence = ["DISCOVER \(inspection.text(attempt.discovers)), no REQUEST."]
        evidence += attempt.offers.map { $0.text(inspection) }
        if !attempt.proxyOffers.isEmpty, !attempt.addressOffers.isEmpty {
            return finding(
                .problem,
                .proxyOfferNotTaken,
                "\(name(in: stage)) is offered an address and, by a proxy, a boot file, and takes neither.",
                evidence: evidence,
                advice: "This firmware does not put the two offers together. Let one server give address and boot file "
                    + "in one offer: run ours as the full DHCP server, or set next server and boot file in the other."
            )
        }
        return finding(
            stage == .system ? .warning : .problem,
            .offerNotTaken,
            "\(name(in: stage)) is offered an address and never requests it.",
            evidence: evidence + reasons(attempt, stage),
            advice: "Boot firmware passes over offers without boot data, or with boot data of another kind. "
                + "If the offers are right, they do not reach the client: look at the switch port and at firewalls."
        )
    }

    private func reasons(_ attempt: Attempt, _ stage: ClientStage) -> [String] {
        let withFile = attempt.offers.filter { $0.bootFile != nil }
        switch stage {
        case .rom where withFile.isEmpty: return ["None of the offers names a boot file."]
        case .http where !attempt.offers.contains { $0.isHTTP }:
            return ["None of the offers echoes HTTPClient in option 60."]
        default: return []
        }
    }

    private func notAcknowledged(_ attempt: Attempt, _ stage: ClientStage, _ inspection: Inspection) -> Finding {
        let wanted = attempt.requestedAddress.map { " for \($0)" } ?? ""
        let named = attempt.namedServers.map(inspection.name)
        var evidence = ["REQUEST\(wanted), \(inspection.text(attempt.unanswered)), neither ACK nor NAK."]
        evidence.append(named.isEmpty ? "It names no server." : "It names \(list(named)).")
        evidence += attempt.addressOffers.map { $0.text(inspection) }
        return finding(
            .problem,
            .requestNotAcknowledged,
            "\(name(in: stage)) requests an address, and nobody acknowledges it.",
            evidence: evidence,
            advice: "Look into the log of the server that it names. If that one did answer, "
                + "its answer does not come this way: look at relays, firewalls and the switch port."
        )
    }
}

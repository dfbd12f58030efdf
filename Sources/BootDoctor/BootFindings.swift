import DHCP
import Octets

/// Findings about what a client is told to load.
extension ClientRecord {
    func proxyPhaseFindings(_ inspection: Inspection) -> [Finding] {
        let phase = proxyPhase
        if phase.requests.count > 0 {
            guard inspection.hasPassed(Patience.proxyAnswer, since: phase.requests.first) else { return [] }
            let isOurs = !inspection.servers.own.isDisjoint(with: phase.asked)
            return [
                finding(
                    isOurs ? .problem : .warning,
                    .proxyPortNotAnswered,
                    "\(name(in: stage)) asks for its boot file on port 4011, and nobody answers.",
                    evidence: [
                        "Asked \(list(phase.asked.map(inspection.name))) \(inspection.text(phase.requests))."
                    ] + (phase.sentBy.map { [$0.text(inspection) + " It sends the client there."] } ?? [])
                        + unseen(isOurs),
                    advice:
                        "Answer on port 4011 there, or let the offer say option 43.6 = 8 together with a boot file. "
                        + "A server that runs no proxy must not send option 60 PXEClient."
                )
            ]
        }
        guard let offer = phase.sentBy, !phase.isDirect, let acknowledged = phase.acknowledged,
            inspection.hasPassed(Patience.proxyRequest, since: acknowledged)
        else { return [] }
        return [
            finding(
                offer.isOwn ? .problem : .warning,
                .proxyPortNotAsked,
                "\(name(in: .rom)) is sent to port 4011 for its boot file and never asks there.",
                evidence: [
                    offer.text(inspection) + " It says PXEClient in option 60, and not option 43.6 = 8 with a file.",
                    "The address was acknowledged at \(inspection.text(acknowledged)).",
                ] + unseen(offer.isOwn),
                advice: "Let the offer say option 43.6 = 8 together with a boot file, so that the client loads it "
                    + "at once; or take option 60 PXEClient out of it."
            )
        ]
    }

    /// What goes to one machine is seen on its own port alone.
    private func unseen(_ isOurs: Bool) -> [String] {
        isOurs ? [] : ["It is not our server, so what passed between the two may have gone past this listener."]
    }

    func bootFileFindings(_ inspection: Inspection) -> [Finding] {
        var findings = misfits.map { finding(for: $0, inspection) }
        if let oversize {
            let limit =
                oversize.isStated
                ? "It says that it takes \(oversize.limit) (option 57)."
                : "It names no limit, so \(oversize.limit) is what it must take (RFC 2131)."
            findings.append(
                finding(
                    oversize.isStated ? .warning : .note,
                    .offerTooLarge,
                    "\(mac) is sent replies larger than it may take.",
                    evidence: [
                        "Replies from \(inspection.name(oversize.server)) have \(oversize.size) octets or more.",
                        limit,
                        "Seen \(inspection.text(oversize.seen)).",
                    ],
                    advice: "Send this client fewer options, or shorter boot file names."
                )
            )
        }
        return findings
    }

    private func finding(for misfit: Misfit, _ inspection: Inspection) -> Finding {
        let offers = attempts[misfit.stage]?.offers ?? []
        // Another server's offer fits: which of the two the client takes is not known.
        let isAlone = !offers.contains { offer in
            offer.server != misfit.server && offer.bootFile != nil
                && !misfits.contains { $0.server == offer.server && $0.stage == misfit.stage }
        }
        let what =
            switch (misfit.file, misfit.kind) {
            case (let file?, .httpOfferIgnored): "The offer of '\(file)'"
            case (let file?, _): "The boot file '\(file)'"
            case (nil, _): "The offer"
            }
        let advice =
            switch misfit.kind {
            case .wrongArchitecture:
                "Let the server choose the boot file by option 93: one for BIOS (0), others for UEFI x64 (7 and 9) "
                    + "and UEFI ARM64 (11)."
            case .httpOfferIgnored:
                "Answer HTTP boot with option 60 HTTPClient and an absolute http URI, "
                    + "or put network boot by PXE first in the firmware."
            default:
                "Choose the boot file by who asks: PXE firmware wants a program's name for TFTP, "
                    + "HTTP boot an http URI, and only iPXE takes scripts."
            }
        return finding(
            isAlone ? .problem : .warning,
            misfit.kind,
            "\(name(in: misfit.stage)) is offered what it cannot boot by \(inspection.name(misfit.server)).",
            evidence: ["\(what) \(misfit.reason).", "Offered \(inspection.text(misfit.seen))."]
                + (isAlone ? [] : ["Another server makes it an offer that fits."]),
            advice: advice
        )
    }
}

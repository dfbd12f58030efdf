import DHCP
import Octets

extension ClientRecord {
    func findings(_ inspection: Inspection) -> [Finding] {
        attemptFindings(inspection) + proxyPhaseFindings(inspection) + bootFileFindings(inspection)
            + loopFindings(inspection) + refusalFindings(inspection) + conflictFindings(inspection)
            + identityFindings(inspection)
    }

    func finding(
        _ severity: Finding.Severity,
        _ kind: Finding.Kind,
        _ summary: String,
        evidence: [String],
        advice: String
    ) -> Finding {
        Finding(
            severity: severity,
            kind: kind,
            subject: mac.description,
            summary: summary,
            evidence: evidence,
            advice: advice
        )
    }

    /// What the client is, for a sentence: `52:54:00:77:00:01 (PXE ROM, UEFI x64)`.
    func name(in stage: ClientStage) -> String {
        switch stage {
        case .rom, .http, .iPXE: "\(mac) (\(stage.name), \(identity.firmwareName))"
        case .system, .bootp, .unknown: "\(mac) (\(stage.name))"
        }
    }

    func summary(at now: Double) -> ClientSummary {
        var offered: [ClientSummary.Offer] = []
        for offer in orderedAttempts.flatMap(\.attempt.offers) {
            let one = ClientSummary.Offer(
                server: offer.server,
                isOwn: offer.isOwn,
                isProxy: offer.isProxy,
                address: offer.address,
                bootFile: offer.bootFile?.text,
                count: offer.given.count
            )
            offered.append(one)
        }
        return ClientSummary(
            mac: mac,
            stage: stage,
            firmware: identity.firmwareName,
            architectures: identity.architectures,
            vendorClass: identity.vendorClass,
            discovers: count(.discover),
            offers: count(.offer),
            requests: count(.request),
            acknowledgements: count(.acknowledge),
            refusals: count(.refuse),
            address: addresses.last,
            firstSeen: seen.first,
            lastSeen: seen.last,
            idle: now - seen.last,
            offered: offered
        )
    }
}

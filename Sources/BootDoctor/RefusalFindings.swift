import DHCP
import Octets

/// A client that cannot have what it was offered, or was offered too much.
extension ClientRecord {
    func refusalFindings(_ inspection: Inspection) -> [Finding] {
        var findings: [Finding] = []
        if refusals.count >= Patience.refusals {
            let said =
                refusalTexts.isEmpty ? "It gives no reason." : "It says: \(list(refusalTexts.map { "'\($0)'" }))."
            let wanted = orderedAttempts.compactMap(\.attempt.requestedAddress).map(\.description)
            findings.append(
                finding(
                    .problem,
                    .refusedRepeatedly,
                    "\(name(in: stage)) is refused the address it requests, again and again.",
                    evidence: [
                        "NAK \(inspection.text(refusals)) from \(list(refusingServers.map(inspection.name))).", said,
                    ] + (wanted.isEmpty ? [] : ["It requested \(list(wanted))."]),
                    advice: "Two servers that do not know each other's leases, or a client that holds on to an old "
                        + "address, are usual causes. Leave one server on the network and clear the client's lease."
                )
            )
        }
        if count(.decline) > 0 {
            let tally = counts[.decline] ?? Tally()
            findings.append(
                finding(
                    tally.count > 1 ? .problem : .warning,
                    .addressInUse,
                    "\(mac) was given an address that another machine already uses.",
                    evidence: [
                        "DECLINE \(inspection.text(tally))"
                            + (declined.isEmpty ? ", naming no address." : " of \(list(declined.map(\.description))).")
                    ],
                    advice: "Find the machine that answers ARP for the address. "
                        + "Take the address out of the pool, or take it away from that machine."
                )
            )
        }
        return findings
    }

    func conflictFindings(_ inspection: Inspection) -> [Finding] {
        var findings: [Finding] = []
        let conflicts = orderedAttempts.filter { _, attempt in
            let offers = attempt.addressOffers
            return offers.contains { a in offers.contains { $0.server != a.server && $0.address != a.address } }
        }
        if let first = conflicts.first {
            findings.append(
                finding(
                    .warning,
                    .conflictingOffers,
                    "\(name(in: first.stage)) is offered different addresses by different servers.",
                    evidence: conflicts.flatMap { $0.attempt.addressOffers }.prefix(8).map { $0.text(inspection) },
                    advice: "The client takes whichever offer it likes. Leave one address server on this network, "
                        + "or let all of them share their leases."
                )
            )
        }
        for (stage, attempt) in orderedAttempts {
            guard let taken = attempt.namedServers.last, !inspection.servers.own.contains(taken),
                !inspection.servers.expected.contains(taken),
                let ours = attempt.addressOffers.first(where: \.isOwn)
            else { continue }
            findings.append(
                finding(
                    .warning,
                    .otherServerTaken,
                    "\(name(in: stage)) is offered an address by our server and takes that of \(taken).",
                    evidence: [
                        ours.text(inspection), "REQUEST \(inspection.text(attempt.requests)), naming \(taken).",
                    ],
                    advice: "What \(taken) tells it decides how it boots. "
                        + "Turn that server off on this network, or run ours as a proxy beside it."
                )
            )
        }
        return findings
    }
}

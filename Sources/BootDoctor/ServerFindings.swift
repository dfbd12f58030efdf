import Octets

extension ServerRecord {
    func findings(_ inspection: Inspection) -> [Finding] {
        var findings: [Finding] = []
        if givesAddresses { findings.append(addressFinding(inspection)) }
        if proxyOffers.count > 0 { findings.append(proxyFinding(inspection)) }
        return findings
    }

    private func article(_ inspection: Inspection) -> String { inspection.servers.own.isEmpty ? "A" : "Another" }

    private func addressFinding(_ inspection: Inspection) -> Finding {
        let isTogether = inspection.ownOffers.count > 0
        var evidence = [
            "OFFER \(inspection.text(offers)), ACK \(inspection.text(acknowledgements)), "
                + "NAK \(inspection.text(refusals)), to \(clientsText)."
        ]
        if let lastAddress { evidence.append("It gave \(lastAddress) last.") }
        evidence += place()
        if isTogether {
            evidence.append("Our server gives addresses here as well, \(inspection.text(inspection.ownOffers)).")
        } else if !inspection.servers.own.isEmpty {
            evidence.append("Our server was not seen to give addresses here.")
        }
        let does = offers.count + acknowledgements.count > 0 ? "gives addresses here" : "refuses addresses here"
        return Finding(
            severity: isTogether || usesOurIdentifier ? .problem : .warning,
            kind: .foreignServer,
            subject: address.description,
            summary: "\(article(inspection)) DHCP server, \(address), \(does)"
                + (isTogether ? ", together with ours." : "."),
            evidence: evidence,
            advice: isTogether
                ? "Turn off one of the two on this network, or run ours as a proxy beside it. "
                    + "Its MAC address leads to the switch port it is on."
                : "If it belongs here, run ours as a proxy or let it name our boot files; "
                    + "if not, its MAC address leads to the switch port it is on."
        )
    }

    private func proxyFinding(_ inspection: Inspection) -> Finding {
        let isTogether = inspection.ownOffers.count + inspection.ownProxyOffers.count > 0
        var evidence = ["Offers without an address \(inspection.text(proxyOffers)), to \(clientsText)."]
        evidence += place()
        if isTogether { evidence.append("Our server answers boot clients here as well.") }
        return Finding(
            severity: isTogether ? .problem : .warning,
            kind: .foreignProxy,
            subject: address.description,
            summary: "\(article(inspection)) proxyDHCP server, \(address), tells boot clients here what to load.",
            evidence: evidence,
            advice: "Turn it off or keep it from this network: clients take whichever boot offer comes first. "
                + "Windows Deployment Services, FOG and netboot appliances are usual ones."
        )
    }
}

extension IdentifierFault {
    func finding(_ inspection: Inspection) -> Finding {
        Finding(
            severity: .warning,
            kind: .serverIdentifier,
            subject: identifier.description,
            summary: "The server \(inspection.name(identifier)) calls itself by an address outside the subnet "
                + "that it gives addresses in.",
            evidence: [
                "Seen \(inspection.text(seen)).",
                "Last: it offered \(address) with netmask \(mask)"
                    + (client.map { " to \($0)" } ?? "") + ", in a packet from \(source).",
            ],
            advice: "Clients send their REQUESTs and renewals to the server identifier and may not reach it. "
                + "Let the server use its address in the clients' subnet as identifier."
        )
    }
}

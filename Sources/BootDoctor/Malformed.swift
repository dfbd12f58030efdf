import Octets

/// Who sent packets to DHCP's ports that are no DHCP.
struct MalformedSender: Hashable, Sendable {
    var mac: MACAddress?
    var source: IPv4Address
}

/// What they were.
struct MalformedRecord: Hashable, Sendable {
    var error: WireError
    var seen = Tally()

    func finding(from sender: MalformedSender, _ inspection: Inspection) -> Finding {
        let name = sender.mac?.description ?? sender.source.description
        return Finding(
            severity: .warning,
            kind: .malformed,
            subject: name,
            summary: "\(name) sends packets to DHCP ports that are no valid DHCP messages.",
            evidence: [
                "Seen \(inspection.text(seen)), sent from \(sender.source).",
                "The last one cannot be read: \(error.description.printable).",
            ],
            advice: "Find the sender by its MAC address. If it is a boot client, update its firmware; "
                + "BOOTP without DHCP's magic cookie is not supported."
        )
    }
}

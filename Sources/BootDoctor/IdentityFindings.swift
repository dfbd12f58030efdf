import DHCP
import Octets

/// Findings about what a client says of itself.
extension ClientRecord {
    func identityFindings(_ inspection: Inspection) -> [Finding] {
        [bootpOnly(inspection), identifierChange(inspection), machineFault(inspection), oddArchitectures()]
            .compactMap(\.self)
    }

    private func bootpOnly(_ inspection: Inspection) -> Finding? {
        guard bootpRequests.count > 0, count(.discover) == 0, count(.request) == 0 else { return nil }
        return finding(
            .warning,
            .bootpOnly,
            "\(mac) sends BOOTP requests without a DHCP message type.",
            evidence: ["Seen \(inspection.text(bootpRequests)), and no DISCOVER or REQUEST from it."],
            advice: "DHCP servers leave such requests alone. Set the client to PXE or DHCP in its firmware."
        )
    }

    private func identifierChange(_ inspection: Inspection) -> Finding? {
        guard identity.distinctIdentifiers(of: mac) > 1 else { return nil }
        var evidence = identity.uses.map { use in
            let value = use.value.isEmpty ? "no identifier (its MAC address stands for it)" : hex(use.value)
            return "\(use.stage.name): \(value), \(inspection.text(use.seen))."
        }
        if addresses.count > 1 {
            evidence.append("It was given \(list(addresses.map(\.description))).")
        }
        return finding(
            addresses.count > 1 ? .warning : .note,
            .clientIdentifierChanges,
            "\(mac) calls itself by different client identifiers (option 61)"
                + (addresses.count > 1 ? " and gets different addresses." : "."),
            evidence: evidence,
            advice: "A server that keeps leases by identifier takes it for several machines and uses up its pool. "
                + "Keep leases and reservations by MAC address."
        )
    }

    private func machineFault(_ inspection: Inspection) -> Finding? {
        guard let fault = identity.machineFault else { return nil }
        let what =
            switch fault {
            case .absent: "sends no machine identifier (option 97)"
            case .length(let length): "sends a machine identifier (option 97) of \(length) octets instead of 17"
            case .type(let type): "sends a machine identifier (option 97) of type \(type) instead of 0"
            case .zeroes: "sends a machine identifier (option 97) of zeroes"
            case .ones: "sends a machine identifier (option 97) without a UUID"
            }
        return finding(
            .note,
            .machineIdentifier,
            "\(mac) \(what).",
            evidence: ["Seen \(inspection.text(identity.machineFaults))."],
            advice: "Nothing fails by this; the machine can be told by its MAC address only. "
                + "Set the system UUID in its firmware if others depend on it."
        )
    }

    private func oddArchitectures() -> Finding? {
        guard let length = identity.oddArchitectureLength else { return nil }
        return finding(
            .note,
            .oddArchitectureList,
            "\(mac) sends a list of architectures (option 93) of odd length, \(number(length, "octet")).",
            evidence: ["Read as \(identity.firmwareName)."],
            advice: "If it gets the wrong boot file, choose one for it by MAC address, or update its firmware."
        )
    }
}

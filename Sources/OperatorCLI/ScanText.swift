public import OperatorAPI

/// What a search for BMCs found, as text for people.
public enum ScanText {
    public static func report(_ report: ScanReport, _ look: Appearance) -> String {
        var lines: [String] = []
        if !report.found.isEmpty {
            var table = Table("ADDRESS", "PROTOCOL", "VENDOR", "MODEL", "SERIAL", "UUID", "POWER", "LOGIN")
            for bmc in report.found {
                table.add(
                    "\(bmc.address + (bmc.port.map { " port \($0)" } ?? ""))",
                    "\(bmc.protocols.joined(separator: ", "))",
                    "\(bmc.vendor ?? "-")",
                    "\(bmc.model ?? "-")",
                    "\(bmc.serial ?? "-")",
                    "\(bmc.uuid ?? "-")",
                    "\(bmc.power ?? "-")",
                    login(bmc)
                )
            }
            lines = table.lines(look)
            let said = report.found.filter { !$0.remarks.isEmpty }
            if !said.isEmpty { lines.append("") }
            for bmc in said {
                lines += bmc.remarks.map { look.tinted("\(bmc.address): \($0)".oneLine, .faint) }
            }
            lines.append("")
        }
        lines.append(summary(report))
        return lines.joined(separator: "\n")
    }

    private static func login(_ bmc: FoundBMC) -> Table.Cell {
        if let node = bmc.node { return .init("is \(node)'s", .cyan) }
        if let credential = bmc.credential { return .init(credential, .green) }
        let refused = bmc.refused.isEmpty ? nil : "refused: \(bmc.refused.joined(separator: ", "))"
        let untried = bmc.untried.isEmpty ? nil : "not tried: \(bmc.untried.joined(separator: ", "))"
        let words = [refused, untried].compactMap(\.self).joined(separator: "; ")
        return .init(words.isEmpty ? "-" : words, words.isEmpty ? .faint : .yellow)
    }

    private static func summary(_ report: ScanReport) -> String {
        let isWhole = report.searched >= report.addresses
        let place = isWhole ? "\(report.addresses) addresses" : "\(report.searched) of \(report.addresses) addresses"
        let opened = report.found.count { $0.credential != nil }
        let enrolled = report.found.count { $0.node != nil }
        var words = ["\(report.found.count) BMCs at \(place)", "\(opened) took a login"]
        if enrolled > 0 { words.append("\(enrolled) are enrolled") }
        return words.joined(separator: ", ") + (isWhole ? "" : "; the search was ended before the rest")
    }
}

public import OperatorAPI

/// What operators set by BMCs, as text for people.
public enum BMCSettingsText {
    /// - Parameter word: shows attributes alone whose name holds it; nil shows all
    public static func bios(_ report: BIOSReport, matching word: String?, _ look: Appearance) -> String {
        let shown = report.attributes.filter { name, _ in
            word.map { name.lowercased().contains($0.lowercased()) } ?? true
        }
        var lines: [String] = []
        if shown.isEmpty {
            let what = word.map { " whose name holds '\($0)'" } ?? ""
            lines.append("the BIOS of \(report.node) has no attributes\(what)".oneLine)
        } else {
            var table = Table("ATTRIBUTE", "VALUE", "AFTER RESTART")
            let pending = Dictionary(report.pending.map { ($0.name, $0) }) { first, _ in first }
            for (name, value) in shown.sorted(by: { $0.key < $1.key }) {
                let after = pending[name].map { $0.after ?? "(kept to itself)" } ?? ""
                table.add("\(name)", "\(value)", .init(after, .yellow))
            }
            lines = table.lines(look)
        }
        if !report.pending.isEmpty {
            lines.append("\(report.pending.count) changes wait for the next restart")
        }
        return (lines + said(report.remarks, look)).joined(separator: "\n")
    }

    public static func outcome(_ report: BIOSOutcomeReport, _ look: Appearance) -> String {
        guard !report.changes.isEmpty else {
            let line = "\(report.node.oneLine): all of it is so already"
            return ([line] + waiting(report, look) + said(report.remarks, look)).joined(separator: "\n")
        }
        var table = Table("ATTRIBUTE", "NOW", "THEN")
        for change in report.changes {
            table.add("\(change.name)", "\(change.before ?? "-")", .init(change.after ?? "(kept to itself)", .yellow))
        }
        var lines = table.lines(look)
        if report.asked {
            lines += waiting(report, look)
            if let job = report.job { lines.append("the BMC's job: \(job)".oneLine) }
        } else {
            lines.append(look.tinted("nothing was changed: this is what would be", .faint))
        }
        return (lines + said(report.remarks, look)).joined(separator: "\n")
    }

    private static func waiting(_ report: BIOSOutcomeReport, _ look: Appearance) -> [String] {
        guard !report.pending.isEmpty else { return [] }
        return ["waits for the next restart: " + report.pending.map(\.name).joined(separator: ", ").oneLine]
    }

    public static func secureBoot(_ report: SecureBootReport, _ look: Appearance) -> String {
        let words: (Bool?) -> String = { $0.map { $0 ? "on" : "off" } ?? "not said" }
        var lines = ["Secure Boot of \(report.node.oneLine): \(words(report.inForce)) now"]
        if report.enabled != report.inForce { lines[0] += ", \(words(report.enabled)) from the next restart on" }
        if let mode = report.mode { lines[0] += " (\(mode.oneLine))" }
        return (lines + said(report.remarks, look)).joined(separator: "\n")
    }

    public static func media(_ report: MediaReport, _ look: Appearance) -> String {
        var lines = ["\(report.node.oneLine), drive \(report.slot.oneLine): \(report.image?.oneLine ?? "empty")"]
        if let next = report.bootsNext { lines.append("boots next: \(next.oneLine)") }
        return (lines + said(report.remarks, look)).joined(separator: "\n")
    }

    /// - Parameter all: with what was there before or lies ready
    public static func firmware(_ report: FirmwareReport, all: Bool, _ look: Appearance) -> String {
        let shown = report.components.filter { all || $0.installed }
        guard !shown.isEmpty else { return "the BMC of \(report.node.oneLine) tells of no firmware" }
        var table = Table("NAME", "VERSION", "UPDATE", "ID")
        for component in shown.sorted(by: { ($0.name, $0.id) < ($1.name, $1.id) }) {
            let name = component.installed ? component.name : "\(component.name) (not in use)"
            table.add(
                .init(name, component.installed ? nil : .faint),
                "\(component.version ?? "-")",
                component.updateable ? "yes" : .init("no", .faint),
                "\(component.id)"
            )
        }
        return table.text(look)
    }

    private static func said(_ remarks: [String], _ look: Appearance) -> [String] {
        remarks.map { look.tinted($0.oneLine, .yellow) }
    }
}

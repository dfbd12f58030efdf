public import OperatorAPI

/// What BMCs say, as text for people.
public enum BMCText {
    public static func sensors(_ report: SensorsReport, _ look: Appearance) -> String {
        var table = Table("SENSOR", "STATUS", "VALUE", "LOW", "HIGH", "ON")
        for sensor in report.sensors {
            let limits = sensor.thresholds
            table.add(
                "\(sensor.name)",
                .init(sensor.status, tint(sensor.status)),
                .init(sensor.remark.map { "(\($0))" } ?? sensor.text, sensor.remark == nil ? nil : .faint),
                "\(number(limits.lowerCritical ?? limits.lowerNonCritical ?? limits.lowerNonRecoverable))",
                "\(number(limits.upperCritical ?? limits.upperNonCritical ?? limits.upperNonRecoverable))",
                "\(sensor.entity ?? "-")"
            )
        }
        let none = "the BMC of \(report.node.oneLine) tells of no sensors"
        let lines = report.sensors.isEmpty ? [none] : table.lines(look)
        return (lines + said(report.remarks, look)).joined(separator: "\n")
    }

    public static func parts(_ parts: [PartReport], node: String, _ look: Appearance) -> String {
        guard !parts.isEmpty else { return "the BMC of \(node.oneLine) tells of no parts" }
        return parts.map { part in
            var lines = [look.tinted(part.name.oneLine, .bold)]
            func fact(_ name: String, _ text: String?) {
                guard let text, !text.isEmpty else { return }
                let head = name + String(repeating: " ", count: max(0, 16 - name.count))
                lines.append("  " + look.tinted(head, .faint) + text.oneLine)
            }
            fact("manufacturer", part.manufacturer)
            fact("product", part.product)
            fact("serial", part.serial)
            fact("part", part.part)
            fact("version", part.version)
            fact("asset tag", part.assetTag)
            if part.boardSerial != part.serial { fact("board serial", part.boardSerial) }
            fact("chassis serial", part.chassisSerial)
            fact("manufactured", part.manufacturedAt.map(look.date))
            for extra in part.extra { fact("extra", extra) }
            return (lines + part.remarks.map { "  " + look.tinted($0.oneLine, .yellow) }).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    public static func events(_ report: EventLogReport, _ look: Appearance) -> String {
        guard !report.events.isEmpty else {
            let line = "the BMC of \(report.node.oneLine) has written nothing down"
            return ([line] + said(report.remarks, look)).joined(separator: "\n")
        }
        var table = Table("ID", "TIME", "SOURCE", "EVENT")
        for event in report.events {
            table.add(
                "\(event.id)",
                "\(event.time.map(look.clock) ?? "-")",
                "\(event.source)",
                "\(event.text + (event.ended ? ", ended" : ""))"
            )
        }
        var lines = table.lines(look)
        if report.total > report.events.count {
            lines.append(look.tinted("the newest \(report.events.count) of \(report.total)", .faint))
        }
        return (lines + said(report.remarks, look)).joined(separator: "\n")
    }

    private static func said(_ remarks: [String], _ look: Appearance) -> [String] {
        remarks.map { look.tinted($0.oneLine, .yellow) }
    }

    private static func tint(_ status: String) -> Tint? {
        switch status {
        case "ok": .green
        case "non-critical": .yellow
        case "critical", "non-recoverable": .red
        default: .faint
        }
    }

    /// With three places at most, and none where they are zero.
    private static func number(_ value: Double?) -> String {
        guard let value else { return "-" }
        let rounded = (value * 1000).rounded() / 1000
        return Int(exactly: rounded).map { String($0) } ?? "\(rounded)"
    }
}

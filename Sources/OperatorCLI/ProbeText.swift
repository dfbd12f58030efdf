public import OperatorAPI

/// What a BMC can do, as one screen for people.
public enum ProbeText {
    public static func report(_ report: ProbeReport, _ look: Appearance) -> String {
        var lines = [look.tinted(report.bmc.oneLine, .bold) + " speaks " + report.interface.oneLine, ""]
        func fact(_ name: String, _ value: String?, _ tint: Tint? = nil) {
            guard let value, !value.isEmpty else { return }
            let head = name + String(repeating: " ", count: max(0, 22 - name.count))
            lines.append("  " + look.tinted(head, .faint) + look.tinted(value.oneLine, tint))
        }
        fact("machine", [report.vendor, report.model].compactMap(\.self).joined(separator: " "))
        fact("serial number", report.serial)
        fact("UUID", report.uuid)
        fact("firmware", report.firmware)
        fact("BMC", report.manager)
        fact("system", report.system)
        fact("login", report.login)
        if let tls = report.tls {
            fact("TLS", tls.version)
            fact("certificate", tls.certificate.map { "SHA-256 \($0)" })
            if let expires = tls.expires {
                let isOver = expires < look.now
                fact("valid until", look.date(expires) + (isOver ? ", which is over" : ""), isOver ? .yellow : nil)
            }
        } else {
            fact("TLS", report.interface.hasPrefix("Redfish") ? "none: plain HTTP" : nil, .yellow)
        }
        fact("power", report.power)
        lines.append("")
        fact("power actions", list(report.powerActions))
        fact("boots", list(report.bootDevices))
        fact("boot modes", list(report.bootModes))
        fact("boots so", list(report.bootPersistence))
        for feature in report.features {
            let word = feature.offered.map { $0 ? "yes" : "no" } ?? "not known"
            let isNumber = !feature.detail.isEmpty && feature.detail.allSatisfy(\.isNumber)
            let text =
                isNumber ? feature.detail : [word, feature.detail].filter { !$0.isEmpty }.joined(separator: ": ")
            fact(feature.name, text, feature.offered == true ? nil : .faint)
        }
        fact("strategy", report.strategy ?? "none: it is spoken to as the standard has it")
        if !report.remarks.isEmpty { lines.append("") }
        lines += report.remarks.map { "  " + look.tinted($0.oneLine, .yellow) }
        return lines.joined(separator: "\n")
    }

    private static func list(_ words: [String]) -> String {
        words.isEmpty ? "none that is told" : words.joined(separator: ", ")
    }
}

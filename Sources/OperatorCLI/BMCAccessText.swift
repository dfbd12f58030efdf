public import OperatorAPI

/// How BMCs are reached and by whom, as text for people.
public enum BMCAccessText {
    public static func lan(_ report: LANReport, _ look: Appearance) -> String {
        var lines = [look.tinted("the BMC of \(report.node.oneLine), \(report.interface.oneLine)", .bold)]
        func fact(_ name: String, _ text: String?) {
            guard let text, !text.isEmpty else { return }
            let head = name + String(repeating: " ", count: max(0, 14 - name.count))
            lines.append("  " + look.tinted(head, .faint) + text.oneLine)
        }
        fact("MAC", report.mac)
        fact("source", report.source)
        fact("address", report.address ?? "none")
        fact("netmask", report.netmask)
        fact("gateway", report.gateway ?? "none")
        fact("VLAN", report.vlan)
        fact("IPv6", report.ipv6.joined(separator: ", "))
        fact("hostname", report.hostname)
        fact("name servers", report.nameServers.joined(separator: ", "))
        fact("NTP", report.ntpServers.joined(separator: ", "))
        return (lines + said([report.unsettled].compactMap(\.self) + report.remarks, look)).joined(separator: "\n")
    }

    public static func change(_ report: LANChangeReport, _ look: Appearance) -> String {
        guard !report.changes.isEmpty else { return "\(report.node.oneLine): all of it is so already" }
        var table = Table("WHAT", "NOW", "THEN")
        for change in report.changes { table.add("\(change.name)", "\(change.before)", .init(change.after, .yellow)) }
        let places = report.lookedFor.joined(separator: ", then ").oneLine
        let lines = table.lines(look) + ["the BMC is looked for at \(places)"]
        return (lines + [look.tinted("nothing was changed: this is what would be", .faint)]).joined(separator: "\n")
    }

    public static func users(_ report: UsersReport, _ look: Appearance) -> String {
        var table = Table("ID", "NAME", "ROLE", "ENABLED", "LOCKED", "")
        for user in report.users {
            table.add(
                "\(user.id)",
                .init(user.name, user.enabled == false ? .faint : nil),
                "\(user.role)",
                "\(word(user.enabled))",
                .init(word(user.locked), user.locked == true ? .red : nil),
                "\(user.own ? "the controller logs in with it" : "")"
            )
        }
        let none = "the BMC of \(report.node.oneLine) lists no accounts"
        let lines = report.users.isEmpty ? [none] : table.lines(look)
        return (lines + said(report.remarks, look)).joined(separator: "\n")
    }

    private static func word(_ truth: Bool?) -> String { truth.map { $0 ? "yes" : "no" } ?? "-" }

    private static func said(_ remarks: [String], _ look: Appearance) -> [String] {
        remarks.map { look.tinted($0.oneLine, .yellow) }
    }
}

public import OperatorAPI

/// What BMCs tell by themselves, as text for people.
public enum BMCEventsText {
    public static func report(_ report: BMCEventsReport, _ look: Appearance) -> String {
        var lines = [look.tinted(report.node.oneLine, .bold) + ": " + source(report, look)]
        lines += report.remarks.map { look.tinted("  " + $0.oneLine, .yellow) }
        guard !report.events.isEmpty else { return (lines + ["no events yet"]).joined(separator: "\n") }
        var table = Table("TIME", "SEVERITY", "EVENT", "ABOUT")
        for event in report.events {
            table.add(
                "\(look.clock(event.at))",
                .init(event.severity ?? "-", tint(event.severity)),
                "\(event.text + (event.polled ? " (from the log)" : ""))",
                "\(event.origin ?? event.message ?? "-")"
            )
        }
        lines += [""] + table.lines(look)
        if report.total > report.events.count {
            lines.append(look.tinted("the last \(report.events.count) of \(report.total)", .faint))
        }
        return lines.joined(separator: "\n")
    }

    /// How the events come, in one line.
    static func source(_ report: BMCEventsReport, _ look: Appearance) -> String {
        let since = report.since.map { " since \(look.clock($0))" } ?? ""
        let checked = report.checkedAt.map { ", looked at \(look.age($0)) ago" } ?? ""
        let why = report.reason.map { "; it sends none: \($0.oneLine)" } ?? ""
        switch report.source {
        case .subscribed:
            let last = report.lastReceived.map { "the last came \(look.age($0)) ago" } ?? "none has come yet"
            return "the BMC sends its events\(since), \(last)\(checked)"
        case .polled: return "the BMC's log is read every few minutes\(since)\(checked)\(why)"
        case .none: return "neither does the BMC send events yet, nor is its log read\(why)"
        case .off: return "events are switched off (bmc_events in controller.yaml)"
        }
    }

    /// Critical events, a line each.
    static func critical(_ report: BMCEventsReport, _ look: Appearance) -> [String] {
        report.events.filter { $0.severity == "critical" }.suffix(5).map { event in
            look.tinted(look.clock(event.at), .faint) + "  " + event.text.oneLine
                + (event.origin.map { " (\($0.oneLine))" } ?? "")
        }
    }

    public static func test(_ outcome: BMCEventTest, _ look: Appearance) -> String {
        let node = outcome.node.oneLine
        guard outcome.arrived else {
            return look.tinted("\(node): no event arrived", .red) + ": " + outcome.text.oneLine
        }
        return "\(node): an event arrived after \(outcome.milliseconds ?? 0) ms: \(outcome.text.oneLine)"
    }

    private static func tint(_ severity: String?) -> Tint? {
        switch severity {
        case "ok": .green
        case "warning": .yellow
        case "critical": .red
        default: .faint
        }
    }
}

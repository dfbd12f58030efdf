public import OperatorAPI

/// Network boots as text.
public enum BootText {
    /// What a machine would be told, however it asks.
    public static func explanation(_ found: BootExplanation, _ look: Appearance) -> String {
        let who = found.node.map { "\(found.mac.oneLine) is \($0.oneLine)" } ?? "\(found.mac.oneLine) is no node's"
        var lines = [who]
        for each in found.cases {
            lines.append("  " + look.tinted(each.asks.oneLine, .bold) + ": \(each.answer.oneLine)")
            lines += each.reasons.map { look.tinted("    \($0.oneLine)", .faint) }
        }
        return lines.joined(separator: "\n")
    }

    /// A line for each machine: how far it is, and for how long it has been there.
    public static func board(_ courses: [BootCourse], _ look: Appearance) -> String {
        guard !courses.isEmpty else { return "no machine has booted from the network within the hour" }
        return table(courses, look).text(look)
    }

    static func table(_ courses: [BootCourse], _ look: Appearance) -> Table {
        var table = Table("MAC", "NODE", "STAGE", "FOR", "SEEN", "ROUND", "LAST")
        for course in courses {
            table.add(
                "\(course.mac)",
                "\(course.node ?? "-")",
                .init(course.stage, tint(course, look)),
                "\(look.age(course.enteredAt))",
                "\(look.age(course.seenAt)) ago",
                .init("\(course.rounds)", course.rounds > 1 ? .yellow : nil),
                "\(course.detail)"
            )
        }
        return table
    }

    /// A boot that stands still before its agent called is worth a look.
    private static func tint(_ course: BootCourse, _ look: Appearance) -> Tint? {
        switch course.stage {
        case "agent", "disk": .green
        default: look.now - course.seenAt > 180 ? .yellow : nil
        }
    }
}

/// Follows the board; says what changed, a line for each machine.
public struct BootWatch: Sendable {
    private var last: [String: BootCourse] = [:]

    public init() {}

    /// The rows as they are now, cut to what fits.
    public func table(_ courses: [BootCourse], _ look: Appearance) -> [String] {
        BootText.board(courses, look).split(separator: "\n").map(String.init)
    }

    /// Lines for machines that came to another stage or began anew, for output that nobody redraws.
    public mutating func changes(_ courses: [BootCourse], _ look: Appearance) -> [String] {
        courses.reversed().compactMap { course in
            let before = last.updateValue(course, forKey: course.mac)
            guard before?.stage != course.stage || before?.rounds != course.rounds || before?.detail != course.detail
            else { return nil }
            let round = course.rounds > 1 ? ", round \(course.rounds)" : ""
            let name = course.node.map { " \($0.oneLine)" } ?? ""
            return "\(look.clock(course.seenAt))  \(course.mac.oneLine)\(name)  \(course.stage.oneLine)\(round)  "
                + course.detail.oneLine
        }
    }
}

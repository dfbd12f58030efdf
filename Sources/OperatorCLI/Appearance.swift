/// What text for people depends on besides its subject: the time, the zone, colours.
public struct Appearance: Sendable {
    /// Seconds since 1970.
    public var now: Double
    /// Seconds that local time is ahead of UTC at an instant.
    public var zoneOffset: @Sendable (Double) -> Int
    public var hasColors: Bool
    /// Columns; nil leaves lines as long as they are.
    public var width: Int?

    public init(
        now: Double,
        zoneOffset: @escaping @Sendable (Double) -> Int = { _ in 0 },
        hasColors: Bool = false,
        width: Int? = nil
    ) {
        self.now = now
        self.zoneOffset = zoneOffset
        self.hasColors = hasColors
        self.width = width
    }

    /// The time of day, `21:03:12`; with the date before it when that is not today's.
    public func clock(_ instant: Double) -> String {
        let (day, seconds) = local(instant)
        let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60]
        let time = parts.map { Self.padded($0, to: 2) }.joined(separator: ":")
        return day == local(now).day ? time : Self.date(day: day) + " " + time
    }

    /// The day, `2026-03-01`.
    public func date(_ instant: Double) -> String { Self.date(day: local(instant).day) }

    /// How long ago or how long until: `42s`, `3m`, `2h05m`, `4d`.
    public static func span(_ seconds: Double) -> String {
        guard let whole = Int(exactly: abs(seconds).rounded(.down)) else { return "?" }
        switch whole {
        case ..<60: return "\(whole)s"
        case ..<3600: return "\(whole / 60)m"
        case ..<86_400: return "\(whole / 3600)h\(padded(whole / 60 % 60, to: 2))m"
        default: return "\(whole / 86_400)d"
        }
    }

    public func age(_ instant: Double) -> String { Self.span(max(0, now - instant)) }

    private func local(_ instant: Double) -> (day: Int, seconds: Int) {
        guard abs(instant) < 1e11 else { return (0, 0) }
        let seconds = Int(instant.rounded(.down)) + zoneOffset(instant)
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        return (day, seconds - day * 86_400)
    }

    /// The Gregorian date of a day counted from 1970-01-01 (years begun in March make the leap day the last one).
    private static func date(day: Int) -> String {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(year)-\(padded(month, to: 2))-\(padded(dayOfMonth, to: 2))"
    }

    static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// A colour of ANSI terminals (ECMA-48 SGR).
enum Tint: Int, Sendable {
    case bold = 1
    case faint = 2
    case red = 31
    case green = 32
    case yellow = 33
    case cyan = 36
}

extension Appearance {
    func tinted(_ text: String, _ tint: Tint?) -> String {
        guard hasColors, let tint, !text.isEmpty else { return text }
        return "\u{1B}[\(tint.rawValue)m\(text)\u{1B}[0m"
    }

    /// What a node's or a run's state is coloured with.
    static func tint(state: String) -> Tint? {
        switch state.prefix(while: { $0 != "(" }) {
        case "failed", "rolled-back", "stopped": .red
        case "active", "available", "succeeded", "done": .green
        case "enroll", "manageable", "pending": nil
        default: .yellow
        }
    }
}

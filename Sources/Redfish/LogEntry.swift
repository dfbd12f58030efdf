import FoundationEssentials

/// A log of a Redfish service (DSP0268, LogService).
public struct LogService: Hashable, Sendable {
    public var path: String
    public var id: String
    /// Where its entries are.
    public var entries: String
    /// Where a POST empties it; nil when it cannot be emptied.
    public var clear: String?

    public init?(_ json: JSON, path: String) {
        guard let entries = json["Entries"].link else { return nil }
        self.path = json["@odata.id"].string ?? path
        id = json["Id"].string ?? json["Name"].string ?? path
        self.entries = entries
        clear = json["Actions"]["#LogService.ClearLog"]["target"].string
    }

    /// The log that tells what happened to the hardware: what IPMI calls the system event log, under each maker's name.
    public static func choose(from services: [LogService]) -> LogService? {
        services.enumerated().max { left, right in
            // Of equals the first.
            (left.element.rank, -left.offset) < (right.element.rank, -right.offset)
        }?.element
    }

    private var rank: Int {
        switch id.lowercased() {
        case "sel", "iml": 5
        case "eventlog", "log1", "standardlog", "systemeventlog": 4
        case let word where word.contains("sel") || word.contains("event"): 3
        case let word where word.contains("audit") || word.contains("crash") || word.contains("dump"): 0
        default: 1
        }
    }
}

/// Something that a service wrote down (DSP0268, LogEntry).
public struct LogEntry: Hashable, Sendable {
    public var id: String
    /// Seconds since 1970 by the BMC's clock; nil when that was not set, or is not said.
    public var time: Double?
    public var severity: String?
    /// What it is about: a sensor's type or a message's name.
    public var subject: String?
    public var text: String

    /// Nil for what holds no text.
    public init?(_ json: JSON) {
        guard let text = json["Message"].string ?? json["MessageId"].string ?? json["EntryCode"].string else {
            return nil
        }
        id = json["Id"].string ?? json["RecordId"].integer.map(String.init) ?? "?"
        time = (json["Created"].string ?? json["EventTimestamp"].string).flatMap(Self.seconds)
        severity = json["Severity"].string
        subject = json["SensorType"].string ?? json["EntryType"].string
        self.text = text
    }

    /// `2023-05-01T12:00:00Z`, with or without a fraction and with any offset. Clocks that were never set begin in 1970.
    static func seconds(_ text: String) -> Double? {
        var text = text
        if let dot = text.firstIndex(of: ".") {
            let end = text[dot...].dropFirst().firstIndex { !$0.isNumber } ?? text.endIndex
            text.removeSubrange(dot..<end)
        }
        let date = try? Date(text, strategy: .iso8601)
        return date.flatMap { $0.timeIntervalSince1970 > 315_532_800 ? $0.timeIntervalSince1970 : nil }
    }

    /// The other way, in whole seconds.
    static func text(of seconds: Double) -> String {
        Date(timeIntervalSince1970: seconds.rounded(.down)).formatted(.iso8601)
    }

    /// Oldest first: services have either order.
    public static func sorted(_ entries: [LogEntry]) -> [LogEntry] {
        let times = entries.compactMap(\.time)
        guard let first = times.first, let last = times.last, times.count == entries.count else {
            // Without all times, the numbers tell, else the order is left.
            let numbers = entries.compactMap { Int($0.id) }
            guard numbers.count == entries.count, let low = numbers.first, let high = numbers.last, low > high else {
                return entries
            }
            return entries.reversed()
        }
        let ordered = first > last ? entries.reversed() : entries
        return ordered.enumerated().sorted { left, right in
            (left.element.time ?? 0, left.offset) < (right.element.time ?? 0, right.offset)
        }.map(\.element)
    }
}

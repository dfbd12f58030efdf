/// How bad a thing is, in Redfish's three words.
public enum EventSeverity: String, Hashable, Sendable {
    case ok, warning, critical
}

/// One event that a service sent (DSP0268, Event): bounded, its texts without control characters, and not believed.
public struct ServiceEvent: Hashable, Sendable {
    public var id: String?
    public var memberID: String?
    /// Seconds since 1970 by the BMC's clock; nil when that was not set, or is not said.
    public var time: Double?
    /// Nil where it is not said, or in other words.
    public var severity: EventSeverity?
    public var text: String
    /// `ResourceEvent.1.0.ResourceChanged`.
    public var messageID: String?
    public var arguments: [String]
    /// The resource that it is about, a path of the service.
    public var origin: String?

    /// Nil for what tells nothing.
    init?(_ json: JSON) {
        func short(_ key: String, _ limit: Int) -> String? { json[key].string.flatMap { Self.clean($0, limit) } }
        id = short("EventId", 80) ?? json["EventId"].integer.map(String.init)
        memberID = short("MemberId", 80)
        time = (json["EventTimestamp"].string ?? json["Created"].string).flatMap(LogEntry.seconds)
        severity = Self.severity(json["MessageSeverity"].string ?? json["Severity"].string)
        messageID = short("MessageId", 160)
        arguments = (json["MessageArgs"].array ?? []).prefix(16).compactMap { argument in
            (argument.string ?? argument.integer.map(String.init)).flatMap { Self.clean($0, 120) }
        }
        origin = json["OriginOfCondition"].link.flatMap { Self.clean($0, 240) }
        guard let text = short("Message", 2 * Self.textLimit) ?? messageID else { return nil }
        self.text = Self.filled(text, arguments)
    }

    /// Characters of a text that are kept.
    public static let textLimit = 400

    /// `%1` and the like are filled in: some send the registry's sentence as it stands there.
    private static func filled(_ text: String, _ arguments: [String]) -> String {
        guard text.contains("%"), !arguments.isEmpty else { return cut(text, textLimit) }
        var filled = ""
        var rest = text[...]
        while let percent = rest.firstIndex(of: "%") {
            filled += rest[..<percent]
            rest = rest[percent...].dropFirst()
            let digits = rest.prefix { $0.isASCII && $0.isNumber }.prefix(2)
            if let number = Int(digits), number >= 1, number <= arguments.count {
                filled += arguments[number - 1]
                rest = rest.dropFirst(digits.count)
            } else {
                filled += "%"
            }
        }
        return cut(filled + rest, textLimit)
    }

    private static func severity(_ text: String?) -> EventSeverity? {
        switch text?.lowercased() {
        case "ok", "informational", "information", "info": .ok
        case "warning": .warning
        case "critical", "fatal", "error": .critical
        default: nil
        }
    }

    /// On one line, without what terminals would take for orders; nil when nothing is left.
    public static func clean(_ text: String, _ limit: Int) -> String? {
        var cleaned = ""
        var isBlank = false
        for scalar in text.unicodeScalars.prefix(limit * 4) {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator: isBlank = true
            case .format, .surrogate, .privateUse, .unassigned: continue
            default:
                if isBlank, !cleaned.isEmpty { cleaned += " " }
                isBlank = false
                cleaned.unicodeScalars.append(scalar)
            }
        }
        return cleaned.isEmpty ? nil : cut(cleaned, limit)
    }

    private static func cut(_ text: String, _ limit: Int) -> String {
        text.count > limit ? text.prefix(limit - 1) + "…" : text
    }
}

extension ServiceEvent {
    /// Whether it says that the machine's power may have changed: it is about the system itself, or speaks of power.
    public var mayTellOfPower: Bool {
        let parts = (origin ?? "").split(separator: "/")
        if parts.count == 4, parts[2] == "Systems" { return true }
        let words = "\(messageID ?? "") \(text)".lowercased()
        return ["power", "reset", "turned on", "turned off", "turning on", "turning off", "boot", "post"].contains {
            words.contains($0)
        }
    }

    /// Whether it tells of who logged in: our own logins make such events, over and over.
    public var tellsOfLogin: Bool { Self.tellsOfLogin("\(messageID ?? "") \(text)") }

    /// The same of a text.
    public static func tellsOfLogin(_ text: String) -> Bool {
        let words = text.lowercased()
        return ["login", "logout", "logged in", "logged out", "logged on", "logged off", "log in", "session"].contains {
            words.contains($0)
        }
    }
}

/// What a service sent in one request.
public struct EventPayload: Hashable, Sendable {
    /// As it was given with the subscription, if the service keeps to that.
    public var context: String?
    public var events: [ServiceEvent]
    /// How many more there were than are kept.
    public var omitted: Int
    /// Readings, which nobody asked for.
    public var isMetricReport: Bool

    /// Events that are read of one request.
    public static let limit = 64
    /// Octets that a request may have.
    public static let lengthLimit = 256 << 10

    /// - Throws: `RedfishError` when it is no JSON object, or too long.
    public init(reading octets: [UInt8]) throws(RedfishError) {
        guard octets.count <= Self.lengthLimit else {
            throw .notOffered("\(octets.count) octets are more than the \(Self.lengthLimit) that are read")
        }
        guard Self.isShallow(octets) else { throw .notJSON(beginning: "it is nested too deeply") }
        self.init(try JSON(reading: octets))
    }

    public init(_ json: JSON) {
        context = json["Context"].string.flatMap { ServiceEvent.clean($0, 160) }
        let type = json["@odata.type"].string ?? ""
        isMetricReport = type.contains("MetricReport") || json["MetricValues"] != .null
        // Some send the one event without a list around it.
        let records = json["Events"].array ?? (json["MessageId"] == .null ? [] : [json])
        let kept = records.prefix(Self.limit)
        events = isMetricReport ? [] : kept.compactMap(ServiceEvent.init)
        omitted = isMetricReport ? 0 : records.count - kept.count
    }

    /// Who sends is not known when it is read: what would use up a stack is not.
    private static func isShallow(_ octets: [UInt8]) -> Bool {
        var depth = 0
        for octet in octets {
            switch octet {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > 64 { return false }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return true
    }
}

/// A machine's BIOS attributes (DSP0268, Bios) and those that wait for its next restart.
public struct BIOSSettings: Hashable, Sendable {
    public var path: String
    /// What holds now.
    public var attributes: [String: JSON]
    /// Which registry describes them.
    public var registry: String?
    /// Where changes are written.
    public var settingsPath: String?
    /// When changes can be applied: `OnReset`, `Immediate`, …; nil where the BMC does not list it.
    public var applyTimes: [String]?
    /// What came of the changes before.
    public var lastMessages: [String]

    public init?(_ json: JSON, path: String) {
        guard let attributes = json["Attributes"].object else { return nil }
        self.path = json["@odata.id"].string ?? path
        self.attributes = attributes
        registry = json["AttributeRegistry"].string
        let settings = json["@Redfish.Settings"]
        settingsPath = settings["SettingsObject"].link
        applyTimes = settings["SupportedApplyTimes"].strings
        lastMessages = (settings["Messages"].array ?? []).map(ServiceProblem.Message.init)
            .filter(\.isError).compactMap { $0.text ?? $0.key }
    }

    /// What the settings resource holds and the BIOS does not yet have.
    public func pending(in settings: JSON) -> [BIOSChange] {
        let wanted = settings["Attributes"].object ?? [:]
        return wanted.sorted { $0.key < $1.key }.compactMap { name, value in
            guard value != .null, attributes[name] != value else { return nil }
            return BIOSChange(name: name, before: attributes[name], after: value)
        }
    }
}

/// One attribute, as it is and as it will be.
public struct BIOSChange: Hashable, Sendable {
    public var name: String
    /// Nil where it is not known.
    public var before: JSON?
    public var after: JSON

    public init(name: String, before: JSON?, after: JSON) {
        self.name = name
        self.before = before
        self.after = after
    }
}

/// What a BMC tells of its BIOS attributes (DSP0268, AttributeRegistry).
public struct AttributeRegistry: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case enumeration = "Enumeration"
        case string = "String"
        case integer = "Integer"
        case boolean = "Boolean"
        case password = "Password"
    }

    public struct Entry: Hashable, Sendable {
        public var name: String
        /// Nil where the registry says a kind that the standard does not know.
        public var kind: Kind?
        /// The words of an enumeration.
        public var words: [String]
        public var lowest: Int64?
        public var highest: Int64?
        public var step: Int64?
        public var shortest: Int64?
        public var longest: Int64?
        public var isReadOnly: Bool
        /// For people.
        public var label: String?

        public init?(_ json: JSON) {
            guard let name = json["AttributeName"].string else { return nil }
            self.name = name
            kind = json["Type"].string.flatMap(Kind.init)
            words = (json["Value"].array ?? []).compactMap { $0["ValueName"].string }
            lowest = json["LowerBound"].integer
            highest = json["UpperBound"].integer
            step = json["ScalarIncrement"].integer
            shortest = json["MinLength"].integer
            longest = json["MaxLength"].integer
            isReadOnly = json["ReadOnly"].truth == true || json["Immutable"].truth == true
            label = json["DisplayName"].string
        }
    }

    public var entries: [String: Entry]

    /// Nil for what describes no attributes.
    public init?(_ json: JSON) {
        guard let list = json["RegistryEntries"]["Attributes"].array else { return nil }
        entries = Dictionary(list.compactMap(Entry.init).map { ($0.name, $0) }) { first, _ in first }
    }

    /// Where a MessageRegistryFile says that the registry lies, English first.
    public static func places(file json: JSON) -> [String] {
        let places = (json["Location"].array ?? []).filter { $0["Uri"].string != nil }
        let english = places.filter { ($0["Language"].string ?? "en").hasPrefix("en") }
        return (english + places.filter { !english.contains($0) }).compactMap { $0["Uri"].string }
    }

    /// Whether a registry's file, as the collection names it, is that of the BIOS attributes.
    ///
    /// - Parameter name: what the Bios resource calls its registry: `BiosAttributeRegistryU46.v1_2_34`
    public static func isFile(_ path: String, of name: String) -> Bool {
        let last = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
        let wanted = name.lowercased()
        // The versions may differ where both mean the same file: v1_0_0 and v1_0_3.
        return last == wanted || last.prefix { $0 != "." } == wanted.prefix { $0 != "." }
    }
}

extension BIOSSettings {
    /// The changes that make `wanted` so, of text as people write it. What is so already is left out.
    ///
    /// - Throws: every reason why not, in one error
    public func changes(to wanted: [String: String], registry: AttributeRegistry?) throws(RedfishError) -> [BIOSChange]
    {
        var changes: [BIOSChange] = []
        var problems: [String] = []
        for (name, text) in wanted.sorted(by: { $0.key < $1.key }) {
            let entry = registry?.entries[name]
            guard let before = attributes[name] ?? (entry == nil ? nil : .null) else {
                problems.append("there is no attribute \(name)" + nearNames(name))
                continue
            }
            do {
                let value = try self.value(text, of: name, like: before, entry)
                if value != before {
                    changes.append(BIOSChange(name: name, before: before == .null ? nil : before, after: value))
                }
            } catch {
                problems.append("\(error)")
            }
        }
        guard problems.isEmpty else { throw .notOffered(problems.joined(separator: "; ")) }
        return changes
    }

    private func nearNames(_ name: String) -> String {
        let word = name.lowercased()
        let near = attributes.keys.filter { key in
            let other = key.lowercased()
            return other == word || (word.count > 2 && (other.contains(word) || word.contains(other)))
        }
        return near.isEmpty ? "" : "; there is " + near.sorted().prefix(6).joined(separator: ", ")
    }

    private func value(
        _ text: String,
        of name: String,
        like before: JSON,
        _ entry: AttributeRegistry.Entry?
    ) throws(RedfishError) -> JSON {
        if let entry, entry.isReadOnly { throw .notOffered("\(name) cannot be written") }
        let kind: AttributeRegistry.Kind =
            entry?.kind
            ?? {
                switch before {
                case .bool: .boolean
                case .integer, .number: .integer
                case .string, .null, .array, .object: .string
                }
            }()
        switch kind {
        case .boolean:
            guard let truth = ["true": true, "on": true, "false": false, "off": false][text.lowercased()] else {
                throw .notOffered("\(name) is true or false, and not \(text)")
            }
            return .bool(truth)
        case .integer:
            guard let number = Int64(text) else { throw .notOffered("\(name) is a whole number, and not \(text)") }
            if let lowest = entry?.lowest, number < lowest {
                throw .notOffered("\(name) is at least \(lowest), and \(text) is less")
            }
            if let highest = entry?.highest, number > highest {
                throw .notOffered("\(name) is at most \(highest), and \(text) is more")
            }
            if let step = entry?.step, step > 1, let over = Self.distance(number, entry?.lowest ?? 0), over % step != 0
            {
                throw .notOffered("\(name) goes by steps of \(step), and \(text) is between two")
            }
            return .integer(number)
        case .enumeration:
            let words = entry?.words ?? []
            guard words.isEmpty || words.contains(text) else {
                throw .notOffered("\(name) is one of \(words.joined(separator: ", ")), and not \(text)")
            }
            return .string(text)
        case .string, .password:
            let length = Int64(text.utf8.count)
            if let longest = entry?.longest, longest > 0, length > longest {
                throw .notOffered("\(name) has at most \(longest) octets, and what was given has \(length)")
            }
            if let shortest = entry?.shortest, length < shortest, length > 0 {
                throw .notOffered("\(name) has at least \(shortest) octets, and what was given has \(length)")
            }
            return .string(text)
        }
    }

    private static func distance(_ number: Int64, _ from: Int64) -> Int64? {
        let (distance, isTooFar) = number.subtractingReportingOverflow(from)
        return isTooFar ? nil : distance
    }

    /// The body that asks for `changes`.
    ///
    /// - Parameter applyTime: `OnReset` and the like; nil takes the BMC's own, said where the BMC lists what it can
    public func body(for changes: [BIOSChange], applyTime: String?) throws(RedfishError) -> JSON {
        var body: [String: JSON] = [
            "Attributes": .object(Dictionary(changes.map { ($0.name, $0.after) }) { first, _ in first })
        ]
        let times = applyTimes ?? []
        if let applyTime, !times.isEmpty, !times.contains(applyTime) {
            throw .notOffered("\(path) applies changes \(times.joined(separator: ", ")), and not \(applyTime)")
        }
        // Dell makes no job of a change that does not say when.
        if let time = applyTime ?? (times.contains("OnReset") ? "OnReset" : nil) {
            body["@Redfish.SettingsApplyTime"] = .object([
                "@odata.type": .string("#Settings.v1_1_0.PreferredApplyTime"), "ApplyTime": .string(time),
            ])
        }
        return .object(body)
    }
}

/// Whether firmware enforces signatures (DSP0268, SecureBoot).
public struct SecureBootState: Hashable, Sendable {
    public var path: String
    /// What the next boot has; nil where the BMC does not say.
    public var isEnabled: Bool?
    /// What this boot has.
    public var isInForce: Bool?
    /// `UserMode`, `SetupMode`: without keys nothing can be enforced.
    public var mode: String?

    public init?(_ json: JSON, path: String) {
        guard json["SecureBootEnable"] != .null || json["SecureBootCurrentBoot"] != .null else { return nil }
        self.path = json["@odata.id"].string ?? path
        isEnabled = json["SecureBootEnable"].truth
        isInForce = json["SecureBootCurrentBoot"].string.map { $0.lowercased() == "enabled" }
        mode = json["SecureBootMode"].string
    }
}

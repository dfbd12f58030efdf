import AgentAPI
import FoundationEssentials
import Jinja
import OrderedCollections

/// A module's arguments, checked against what it knows.
struct ModuleArguments {
    let module: String
    private(set) var values: Fields

    /// Splits free-form words, renames aliases, refuses what the module does not know.
    init(_ native: NativeModule, _ arguments: Value, source: String) throws {
        module = native.rawValue
        let signature = native.signature
        var given = arguments.asDict ?? [:]
        values = [:]
        if let raw = given["_raw_params"]?.asString, !signature.isFreeForm {
            given["_raw_params"] = nil
            for word in shellWords(raw, keepingQuotes: false) {
                guard let equals = word.firstIndex(of: "=") else {
                    throw ModuleFailure("\(source): \(module): '\(word)' is not key=value")
                }
                given[String(word[..<equals])] = .string(String(word[word.index(after: equals)...]))
            }
        }
        for (key, value) in given {
            guard let name = signature.parameter(named: key) else {
                throw ModuleFailure("\(source): \(module): there is no parameter '\(key)'")
            }
            values[name] = value
        }
    }

    func rendered(_ variables: Fields, except unrendered: Set<String>) throws -> Self {
        var copy = self
        for (key, value) in values where !unrendered.contains(key) {
            copy.values[key] = Self.withoutOmitted(try Rendering.native(value, variables))
        }
        return copy
    }

    /// What the variable `omit` is: an argument that becomes it was not given.
    static let omitted = Value.string("__omit_place_holder__")

    private static func withoutOmitted(_ value: Value) -> Value? {
        switch value {
        case omitted: nil
        case .dict(let entries): .dict(entries.compactMapValues(withoutOmitted))
        case .list(let items): .list(items.compactMap(withoutOmitted))
        default: value
        }
    }

    mutating func setValue(_ name: String, _ value: Value) { values[name] = value }

    func has(_ name: String) -> Bool { self[name] != nil }

    /// The value, unless it is missing, null or left out by `omit`.
    subscript(name: String) -> Value? {
        guard let value = values[name], !value.isNone, !value.isUndefined else { return nil }
        return value
    }

    func text(_ name: String) throws -> String? {
        guard let value = self[name] else { return nil }
        switch value {
        case .list, .dict: throw wrong(name, value, "a text")
        default: return value.description
        }
    }

    func requiredText(_ name: String) throws -> String {
        guard let text = try text(name), !text.isEmpty else {
            throw ModuleFailure("\(module): the parameter '\(name)' is missing")
        }
        return text
    }

    func flag(_ name: String, or standard: Bool) throws -> Bool {
        try flag(name) ?? standard
    }

    func flag(_ name: String) throws -> Bool? {
        guard let value = self[name] else { return nil }
        if let flag = value.asBool { return flag }
        switch value.description.lowercased() {
        case "yes", "true", "on", "1", "y", "t": return true
        case "no", "false", "off", "0", "n", "f": return false
        default: throw wrong(name, value, "yes or no")
        }
    }

    func number(_ name: String) throws -> Double? {
        guard let value = self[name] else { return nil }
        if let number = value.asDouble { return number }
        guard let text = value.asString, let number = Double(text), number.isFinite else {
            throw wrong(name, value, "a number")
        }
        return number
    }

    func integer(_ name: String) throws -> Int? {
        guard let number = try number(name) else { return nil }
        guard let whole = Int(exactly: number) else { throw wrong(name, .double(number), "a whole number") }
        return whole
    }

    /// A list; a single value is a list of one, a text is split at commas.
    func list(_ name: String, splitting: Bool = false) -> [Value] {
        guard let value = self[name] else { return [] }
        if let items = value.asList { return items }
        if splitting, let text = value.asString {
            return text.split(separator: ",").map { .string(trimmed(String($0))) }
        }
        return [value]
    }

    func choice(_ name: String, of allowed: [String], or standard: String) throws -> String {
        guard let text = try text(name) else { return standard }
        guard allowed.contains(text) else {
            throw ModuleFailure(
                "\(module): '\(name)' is '\(text)', but must be one of \(allowed.joined(separator: ", "))"
            )
        }
        return text
    }

    /// `mode`, `owner` and `group` as the file functions take them.
    func attributes(_ files: NodeFiles) throws -> FileChanges.Attributes {
        var attributes = FileChanges.Attributes()
        attributes.mode = try attributesMode()
        if let owner = try text("owner") { attributes.user = try files.userNumber(owner) }
        if let group = try text("group") { attributes.group = try files.groupNumber(group) }
        return attributes
    }

    /// What `validate` asks of new contents: a command with `%s` for their place.
    func validation(_ context: ModuleContext) throws -> ((String) throws -> Void)? {
        guard let command = try text("validate") else { return nil }
        guard command.contains("%s") else { throw ModuleFailure("validate must contain %s: \(command)") }
        return { place in
            let words = shellWords(command, keepingQuotes: false).map { word in
                word.firstRange(of: "%s").map { word[..<$0.lowerBound] + place + word[$0.upperBound...] } ?? word
            }
            let result = try context.run(words.map { String($0) })
            guard result.status == 0 else {
                // Ansible's say it in two ways.
                guard context.module == .copy || context.module == .template else {
                    throw ModuleFailure("failed to validate: rc:\(result.status) error:\(result.errorText)")
                }
                var fields = ModuleDefinition.commandFields(.none, result, strips: false)
                fields["cmd"] = nil
                fields["exit_status"] = fields.removeValue(forKey: "rc")
                throw ModuleFailure("failed to validate", fields: fields)
            }
        }
    }

    /// The contents of a file of the catalogue's that came along with the task.
    func carriedFile() throws -> [UInt8] {
        guard let file = self["_file"] else { throw ModuleFailure("\(module): the bundle does not carry the file") }
        return try StepRunner.carried(file)
    }

    /// `mode`; nil when it is not given, or is to be kept.
    func attributesMode() throws -> FileMode? {
        switch self["mode"] {
        case nil: return nil
        case .int(let bits)?:
            guard let bits = UInt32(exactly: bits), bits <= 0o7777 else {
                throw wrong("mode", .int(bits), "a file mode")
            }
            return .bits(bits)
        case let value?:
            if value.description == "preserve" { return nil }
            guard let mode = FileMode(value.description) else { throw wrong("mode", value, "a file mode") }
            return mode
        }
    }

    func wrong(_ name: String, _ value: Value, _ wanted: String) -> ModuleFailure {
        ModuleFailure("\(module): '\(name)' is \(value.json()), but must be \(wanted)")
    }
}

/// The octets of a file that came along with a bundle.
func carried(_ file: Value) throws -> [UInt8] {
    if let text = file["text"]?.asString { return Array(text.utf8) }
    guard let text = file["base64"]?.asString, let data = Data(base64Encoded: text) else {
        throw ModuleFailure("a file that came with the bundle cannot be read")
    }
    return [UInt8](data)
}

func trimmed(_ text: String) -> String {
    var rest = Substring(text)
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
}

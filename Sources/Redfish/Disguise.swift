import Octets

/// Makes documents nobody's: the same value has the same made-up one of its shape everywhere, so that links stay whole.
///
/// It is first shown all documents (``learn(_:_:)``), then gives each back (``document(_:)``).
struct Disguise {
    private var made: [String: String] = [:]
    private var locals: [String: String] = [:]
    /// Names that stand for themselves only as whole words.
    private var words: Set<String> = []
    private var taken: Set<String> = []
    /// Four numbers that stand somewhere as a version.
    private var versions: Set<String> = []
    /// What the documents' format itself is made of, which is nobody's name.
    private var vocabulary = Self.vocabularyOfValues
    private var hosts: UInt32 = 0
    private var replacer = Replacer([:], words: [])

    private static let vocabularyOfValues: Set<String> = [
        "enabled", "disabled", "none", "n/a", "na", "not available", "unknown", "default string", "not specified",
        "to be filled by o.e.m.", "empty", "no asset information", "no asset tag", "default", "absent", "null", "true",
        "false", "on", "off", "ok", "local", "localhost", "self", "system", "systems", "public", "undefined", "uuid",
        "naa",
        "eui", "nqn", "redfish", "v1", "ipmi", "redfish user", "supported", "not supported", "yes", "no", "static",
        "dhcp",
    ]

    // MARK: Learning

    mutating func learn(_ document: JSON, _ random: inout some RandomNumberGenerator) {
        learn(document, key: "", parents: [], &random)
    }

    private mutating func learn(
        _ value: JSON,
        key: String,
        parents: Set<String>,
        _ random: inout some RandomNumberGenerator
    ) {
        switch value {
        case .object(let members):
            // In order: the same documents have the same disguise from the same dice.
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                vocabulary.insert(name.lowercased())
                scan(name, isVersion: true, &random)
                learn(member, key: name, parents: parents.union([key]), &random)
            }
        case .array(let elements):
            if key.hasSuffix("AllowableValues") {
                for text in elements.compactMap(\.string) { vocabulary.insert(text.lowercased()) }
            }
            for element in elements { learn(element, key: key, parents: parents, &random) }
        case .string(let text): learn(text, DisguiseKey(key, inside: parents), &random)
        case .null, .bool, .integer, .number: break
        }
    }

    private mutating func learn(_ text: String, _ kind: DisguiseKey, _ random: inout some RandomNumberGenerator) {
        switch kind {
        case .secret: return
        case .local:
            if locals[text] == nil { locals[text] = shaped(text, &random) }
        case .identifier:
            let trimmed = JSON.string(text).string ?? ""
            let hasDigit = trimmed.utf8.contains(where: \.isDigit)
            if trimmed.utf8.count < 6 || !hasDigit { words.insert(trimmed) }
            put(trimmed, &random)
        case .word:
            let labels = text.split(separator: ".")
            if IdentifierScan(text).found().isEmpty, let first = labels.first {
                for part in [text, String(first), labels.dropFirst().joined(separator: ".")] {
                    words.insert(part)
                    put(part, &random)
                }
            }
        case .version, .plain: break
        }
        let isVersion = if case .version = kind { true } else { false }
        scan(text, isVersion: isVersion, &random)
    }

    mutating func learn(user: String, _ random: inout some RandomNumberGenerator) {
        words.insert(user)
        put(user, &random)
    }

    private mutating func scan(_ text: String, isVersion: Bool, _ random: inout some RandomNumberGenerator) {
        guard text.utf8.count >= 3 else { return }
        for (found, kind) in IdentifierScan(text).found() {
            switch kind {
            case .ipv4: if isVersion { versions.insert(found) } else { put(address: found) }
            case .ipv6: put(address: found)
            case .uuid, .mail: put(found, &random)
            case .hardware:
                put(found, &random)
                // The same without its separators, as it stands in paths and UUIDs.
                guard let made = made[found] else { continue }
                let bare: (String) -> String = { $0.filter { $0 != ":" && $0 != "-" } }
                let other: (String) -> String = { text in
                    text.contains(":") ? text.replacing(":", with: "-") : text.replacing("-", with: ":")
                }
                for form in [bare, other] { putCases(form(found), form(made)) }
            }
        }
    }

    private mutating func put(_ text: String, _ random: inout some RandomNumberGenerator) {
        guard made[text] == nil, isTelling(text) else { return }
        putCases(text, shaped(text, &random))
    }

    /// As it is, in capitals and in small letters.
    private mutating func putCases(_ text: String, _ new: String) {
        for (form, other) in [
            (text, new), (text.uppercased(), new.uppercased()), (text.lowercased(), new.lowercased()),
        ]
        where made[form] == nil {
            made[form] = other
            if words.contains(text) { words.insert(form) }
        }
    }

    /// From the networks that are for examples and measurements alone.
    private mutating func put(address text: String) {
        guard made[text] == nil else { return }
        if let address = IPv4Address(text) {
            // Masks, groups, the machine itself and nobody.
            guard ![0, 127, 255].contains(address.octets[0]), !(224...239).contains(address.octets[0]) else { return }
            hosts += 1
            made[text] = "\(IPv4Address(rawValue: IPv4Address(198, 18, 0, 0).rawValue + hosts % 0x1_FFFF))"
        } else if let address = IPv6Address(text) {
            guard address.high != 0 || address.low > 1 else { return }
            hosts += 1
            let isLocal = address.high == 0xFE80 << 48
            made[text] = "\(IPv6Address(high: isLocal ? 0xFE80 << 48 : 0x2001_0DB8 << 32, low: UInt64(hosts)))"
        }
        words.insert(text)
    }

    private func isTelling(_ text: String) -> Bool {
        let octets = Array(text.utf8.filter(\.isWord))
        guard octets.count >= 3, !vocabulary.contains(text.lowercased()) else { return false }
        return Set(octets).count > 1
    }

    /// Of the same length, each letter and digit another of its kind; what is all hexadecimal stays so.
    private mutating func shaped(_ text: String, _ random: inout some RandomNumberGenerator) -> String {
        let octets = Array(text.utf8)
        let isHex = octets.allSatisfy { !$0.isWord || $0.isHex }
        let letters: UInt8 = isHex ? 6 : 26
        var new = text
        for _ in 0..<20 {
            var isMarked = false
            let line = octets.indices.map { index -> UInt8 in
                let octet = octets[index]
                // The lines around a certificate say what it is.
                if octet == 0x0A { isMarked = false }
                if octet == 0x2D, index + 4 < octets.count, octets[index..<index + 5].allSatisfy({ $0 == 0x2D }) {
                    isMarked = true
                }
                if isMarked { return octet }
                if octet.isDigit { return 48 + UInt8.random(in: 0..<10, using: &random) }
                if octet.isUpper { return 65 + UInt8.random(in: 0..<letters, using: &random) }
                if octet.isLower { return 97 + UInt8.random(in: 0..<letters, using: &random) }
                return octet >= 0x80 ? 0x78 : octet
            }
            new = String(decoding: line, as: UTF8.self)
            if new != text, taken.insert(new).inserted { break }
        }
        return new
    }

    /// Ends the learning.
    mutating func finish() {
        let known = made.filter { original, _ in
            let isVocabulary = words.contains(original) && vocabulary.contains(original.lowercased())
            return !isVocabulary && !versions.contains(original)
        }
        replacer = Replacer(known, words: words)
    }

    // MARK: Giving back

    func text(_ text: String) -> String { replacer.text(text) }

    func document(_ document: JSON) -> JSON { value(document, key: "", parents: []) }

    private func value(_ value: JSON, key: String, parents: Set<String>) -> JSON {
        switch value {
        case .object(var members):
            if members["EntryType"] != nil || members["@odata.type"]?.string?.contains("LogEntry") == true {
                // People write and are written about in logs; that something is there is enough.
                for name in ["Message", "Description"] where members[name]?.string != nil {
                    members[name] = .string("(left out)")
                }
                members["MessageArgs"] = members["MessageArgs"].map { _ in .array([]) }
            }
            var new: [String: JSON] = [:]
            for (name, member) in members {
                new[text(name)] = self.value(member, key: name, parents: parents.union([key]))
            }
            return .object(new)
        case .array(let elements): return .array(elements.map { self.value($0, key: key, parents: parents) })
        case .string(let old):
            switch DisguiseKey(key, inside: parents) {
            case .secret: return .null
            case .local: return .string(locals[old] ?? text(old))
            case .identifier, .word, .version, .plain: return .string(text(old))
            }
        case .null, .bool, .integer, .number: return value
        }
    }
}

/// Replaces many texts in one pass, the longest that begins at a place first.
private struct Replacer {
    private struct Entry {
        var old: [UInt8]
        var new: [UInt8]
        var isWord: Bool
    }

    private var entries: [UInt32: [Entry]] = [:]

    init(_ made: [String: String], words: Set<String>) {
        for (old, new) in made {
            let octets = Array(old.utf8)
            guard octets.count >= 3 else { continue }
            entries[Self.beginning(octets, 0), default: []].append(
                Entry(old: octets, new: Array(new.utf8), isWord: words.contains(old))
            )
        }
        for key in entries.keys { entries[key]?.sort { $0.old.count > $1.old.count } }
    }

    private static func beginning(_ octets: [UInt8], _ index: Int) -> UInt32 {
        UInt32(octets[index]) << 16 | UInt32(octets[index + 1]) << 8 | UInt32(octets[index + 2])
    }

    func text(_ text: String) -> String {
        let octets = Array(text.utf8)
        guard octets.count >= 3 else { return text }
        var result: [UInt8] = []
        var index = 0
        var hasChanged = false
        while index < octets.count {
            if index + 3 <= octets.count, let candidates = entries[Self.beginning(octets, index)],
                let entry = candidates.first(where: { fits($0, octets, index) })
            {
                result += entry.new
                index += entry.old.count
                hasChanged = true
            } else {
                result.append(octets[index])
                index += 1
            }
        }
        return hasChanged ? String(decoding: result, as: UTF8.self) : text
    }

    private func fits(_ entry: Entry, _ octets: [UInt8], _ index: Int) -> Bool {
        let end = index + entry.old.count
        guard end <= octets.count, octets[index..<end].elementsEqual(entry.old) else { return false }
        guard entry.isWord else { return true }
        return (index == 0 || !octets[index - 1].isWord) && (end == octets.count || !octets[end].isWord)
    }
}

import OrderedCollections

extension Filters {
    static let patterns: [String: Routine] = [
        "regex_replace": Routine(["pattern", "replacement", "ignorecase", "multiline", "count", "mandatory_count"]) {
            call in
            let regex = try call.regex(try call.string("pattern") ?? "")
            let text = Array(try call.text.unicodeScalars)
            let replacement = try RegexReplacement(call.string("replacement") ?? "", for: regex)
            let limit = try call.int("count") ?? 0
            let matches = try regex.matches(text, limit: limit > 0 ? limit : .max)
            let wanted = try call.int("mandatory_count") ?? 0
            guard wanted == 0 || matches.count == wanted else {
                throw JinjaError("'regex_replace' should match \(wanted) times, but matches \(matches.count) times")
            }
            var result = String.UnicodeScalarView()
            var place = 0
            for match in matches {
                result.append(contentsOf: text[place..<match.range.lowerBound])
                let piece = replacement.text(for: match, in: text)
                try call.evaluation.charge(1, times: piece.count)
                result.append(contentsOf: piece)
                place = match.range.upperBound
            }
            result.append(contentsOf: text[place...])
            return try call.evaluation.made(String(result))
        },
        "regex_search": Routine(isVariadic: true) { call in
            guard case .string(let pattern) = call.rest.positional.first ?? call.rest.named["regex"] else {
                throw JinjaError("'regex_search' needs a regular expression")
            }
            let regex = try call.regex(pattern)
            let text = Array(try call.text.unicodeScalars)
            let wanted = try call.rest.positional.dropFirst().map {
                try groupIndex(call.evaluation.text(of: $0), in: regex)
            }
            guard let match = try regex.search(text) else { return .none }
            func group(_ index: Int) -> Value {
                match.groups[index].map { .string(String(scalars: text[$0])) } ?? .none
            }
            return wanted.isEmpty ? group(0) : .list(wanted.map(group))
        },
        "regex_findall": Routine(["regex", "multiline", "ignorecase"]) { call in
            let regex = try call.regex(call.string("regex") ?? "")
            let text = Array(try call.text.unicodeScalars)
            let matches = try regex.matches(text)
            try call.evaluation.charge(matches.count)
            return .list(
                matches.map { match in
                    let texts = match.groups.map { Value.string($0.map { String(scalars: text[$0]) } ?? "") }
                    return texts.count == 1 ? texts[0] : texts.count == 2 ? texts[1] : .list(Array(texts[1...]))
                }
            )
        },
        "regex_escape": Routine(["re_type"]) { call in
            guard try call.string("re_type") ?? "python" == "python" else {
                throw JinjaError("'regex_escape' knows re_type 'python' alone")
            }
            var result = String.UnicodeScalarView()
            for scalar in try call.text.unicodeScalars {
                if "()[]{}?*+-|^$\\.&~# \t\n\r\u{0B}\u{0C}".unicodeScalars.contains(scalar) { result.append("\\") }
                result.append(scalar)
            }
            return .string(String(result))
        },
    ]

    /// `\1` or `\g<name>`, as `regex_search` takes them.
    private static func groupIndex(_ text: String, in regex: Regex) throws -> Int {
        if text.hasPrefix("\\g<"), text.hasSuffix(">") {
            let name = String(text.dropFirst(3).dropLast())
            if let index = regex.names[name] ?? Int(name), (0...regex.groupCount).contains(index) { return index }
        } else if text.hasPrefix("\\"), let index = Int(text.dropFirst()), (0...regex.groupCount).contains(index) {
            return index
        }
        throw JinjaError("'regex_search': no group \(pythonQuoted(text))")
    }
}

extension RoutineCall {
    /// Compiles a pattern under the flags the call was given.
    func regex(_ pattern: String) throws -> Regex {
        var flags: Regex.Flags = []
        func isSet(_ name: String) throws -> Bool {
            try (self[name] ?? rest.named[name]).map { try evaluation.isTruthy($0) } ?? false
        }
        if try isSet("ignorecase") { flags.insert(.ignoreCase) }
        if try isSet("multiline") { flags.insert(.multiline) }
        return try Regex(pattern, flags: flags)
    }
}

/// What stands for a match: text with `\1`, `\g<1>` and `\g<name>`.
struct RegexReplacement {
    private enum Part {
        case text([Unicode.Scalar])
        case group(Int)
    }

    private var parts: [Part] = []

    init(_ template: String, for regex: Regex) throws {
        let scalars = Array(template.unicodeScalars)
        var index = 0
        while index < scalars.count {
            guard scalars[index] == "\\" else {
                parts.append(.text([scalars[index]]))
                index += 1
                continue
            }
            guard index + 1 < scalars.count else { throw JinjaError("a replacement that ends in '\\'") }
            let next = scalars[index + 1]
            index += 2
            switch next {
            case "g":
                guard index < scalars.count, scalars[index] == "<", let end = scalars[index...].firstIndex(of: ">")
                else {
                    throw JinjaError("a replacement with '\\g' but no group")
                }
                let name = String(scalars: scalars[(index + 1)..<end])
                guard let group = regex.names[name] ?? Int(name), (0...regex.groupCount).contains(group) else {
                    throw JinjaError("a replacement with an unknown group '\(name)'")
                }
                parts.append(.group(group))
                index = end + 1
            case "1"..."9":
                var group = Int(next.value - 0x30)
                if index < scalars.count, (0x30...0x39).contains(scalars[index].value) {
                    group = group * 10 + Int(scalars[index].value - 0x30)
                    index += 1
                }
                guard group <= regex.groupCount else {
                    throw JinjaError("a replacement with an unknown group \(group)")
                }
                parts.append(.group(group))
            case "n": parts.append(.text(["\n"]))
            case "r": parts.append(.text(["\r"]))
            case "t": parts.append(.text(["\t"]))
            case "0": parts.append(.text(["\0"]))
            case "a"..."z", "A"..."Z": throw JinjaError("a replacement with an unknown escape '\\\(next)'")
            case "\\": parts.append(.text(["\\"]))
            default: parts.append(.text(["\\", next]))
            }
        }
    }

    func text(for match: Regex.Match, in text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        parts.flatMap { part in
            switch part {
            case .text(let scalars): scalars
            case .group(let index): match.groups[index].map { Array(text[$0]) } ?? []
            }
        }
    }
}

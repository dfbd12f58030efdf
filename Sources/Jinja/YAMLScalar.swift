/// Decides how a string is written in YAML so that it is read back as the same string.
struct YAMLScalar {
    enum Style {
        case plain, singleQuoted, doubleQuoted
    }

    private let string: String

    init(_ string: String) {
        self.string = string
    }

    func style(isSimpleKey: Bool, inFlow: Bool) -> Style {
        let scalars = Array(string.unicodeScalars)
        guard let first = scalars.first, let last = scalars.last else { return .singleQuoted }
        let hasLineEnds = scalars.contains("\n")
        let isSpecial = scalars.contains { scalar in
            switch scalar.value {
            case 0x0A, 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: false
            default: true
            }
        }
        var spaceAtLineEnd = false
        for (one, two) in zip(scalars, scalars.dropFirst()) {
            if (one == " " && two == "\n") || (one == "\n" && two == " ") { spaceAtLineEnd = true }
        }
        if isSpecial || spaceAtLineEnd { return .doubleQuoted }
        let isPlain =
            !hasLineEnds && first != " " && last != " " && hasPlainForm(scalars, inFlow: inFlow) && !resolvesToOther
        if isPlain { return .plain }
        return hasLineEnds && isSimpleKey ? .doubleQuoted : .singleQuoted
    }

    /// Whether no character, where it stands, has a meaning of its own.
    private func hasPlainForm(_ scalars: [Unicode.Scalar], inFlow: Bool) -> Bool {
        let text = String(scalars: scalars.prefix(3))
        if text.hasPrefix("---") || text.hasPrefix("...") { return false }
        for (index, scalar) in scalars.enumerated() {
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            let isFollowedBySpace = next.map { " \t\n\r\0\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) } ?? true
            if index == 0 {
                if "#,[]{}&*!|>'\"%@`".unicodeScalars.contains(scalar) { return false }
                if scalar == "?" || scalar == ":" { if inFlow || isFollowedBySpace { return false } }
                if scalar == "-", isFollowedBySpace { return false }
            } else {
                if ",?[]{}".unicodeScalars.contains(scalar), inFlow { return false }
                if scalar == ":", inFlow || isFollowedBySpace { return false }
                if scalar == "#", scalars[index - 1] == " " { return false }
            }
        }
        return true
    }

    private static let resolvers: [Regex] = [
        "(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)",
        "(?:[-+]?(?:[0-9][0-9_]*)\\.[0-9_]*(?:[eE][-+][0-9]+)?|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
            + "|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))",
        "(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+"
            + "|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)",
        "(?:<<)", "(?:=)", "(?:~|null|Null|NULL)",
        "(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \\t]+)[0-9][0-9]?"
            + ":[0-9]{2}:[0-9]{2}(?:\\.[0-9]*)?(?:[ \\t]*(?:Z|[-+][0-9][0-9]?(?::[0-9]{2})?))?)",
    ].compactMap { try? Regex($0 + "\\Z") }

    /// Whether a reader would take the bare word for something other than a string.
    private var resolvesToOther: Bool {
        let scalars = Array(string.unicodeScalars)
        guard scalars.count < 64 else { return scalars.allSatisfy { "0123456789_".unicodeScalars.contains($0) } }
        return Self.resolvers.contains { ((try? $0.match(scalars)) ?? nil) != nil }
    }

    static func isPlainInDoubleQuotes(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x22, 0x5C, 0x85, 0x2028, 0x2029, 0xFEFF: false
        case 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD: true
        default: false
        }
    }

    static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x00: "\\0"
        case 0x07: "\\a"
        case 0x08: "\\b"
        case 0x09: "\\t"
        case 0x0A: "\\n"
        case 0x0B: "\\v"
        case 0x0C: "\\f"
        case 0x0D: "\\r"
        case 0x1B: "\\e"
        case 0x22: "\\\""
        case 0x5C: "\\\\"
        case 0x85: "\\N"
        case 0xA0: "\\_"
        case 0x2028: "\\L"
        case 0x2029: "\\P"
        case 0...0xFF: "\\x" + hexadecimal(scalar.value, digits: 2).uppercased()
        case 0...0xFFFF: "\\u" + hexadecimal(scalar.value, digits: 4).uppercased()
        default: "\\U" + hexadecimal(scalar.value, digits: 8).uppercased()
        }
    }
}

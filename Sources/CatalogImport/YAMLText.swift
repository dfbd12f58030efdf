public import Catalog
import Jinja

/// A configuration file as text, in the block style that operators write.
public enum YAMLText {
    public static func of(_ tree: SourceTree) -> String {
        var lines: [String] = []
        write(tree, indent: 0, to: &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func write(_ tree: SourceTree, indent: Int, to lines: inout [String]) {
        let space = String(repeating: " ", count: indent)
        switch tree.content {
        case .scalar(let text, let plain):
            lines.append(space + scalar(text, plain: plain))
        case .list(let items):
            if items.isEmpty { lines.append(space + "[]") }
            for item in items {
                var inner: [String] = []
                write(item, indent: indent + 2, to: &inner)
                if case .scalar(let text, let plain) = item.content {
                    inner = block(text, plain: plain, indent: indent + 2).map { [$0.head] + $0.lines } ?? inner
                }
                guard let first = inner.first else { continue }
                lines.append(space + "- " + first.drop(while: { $0 == " " }))
                lines += inner.dropFirst()
            }
        case .map(let entries):
            if entries.isEmpty { lines.append(space + "{}") }
            for entry in entries {
                let key = space + scalar(entry.key.text ?? "", plain: false) + ":"
                switch entry.value.content {
                case .scalar(let text, let plain):
                    if let block = block(text, plain: plain, indent: indent + 2) {
                        lines.append(key + " " + block.head)
                        lines += block.lines
                    } else {
                        lines.append(key + " " + scalar(text, plain: plain))
                    }
                case .list(let items) where items.isEmpty: lines.append(key + " []")
                case .map(let inner) where inner.isEmpty: lines.append(key + " {}")
                case .list, .map:
                    lines.append(key)
                    write(entry.value, indent: indent + 2, to: &lines)
                }
            }
        }
    }

    /// A text of several lines as it is, where YAML gives it back so.
    private static func block(_ text: String, plain: Bool, indent: Int) -> (head: String, lines: [String])? {
        guard !plain, text.contains("\n"), let first = text.first, !first.isWhitespace else { return nil }
        let isPlain = text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value < 0x7F) }
        guard isPlain, !text.hasSuffix("\n\n") else { return nil }
        var parts = text.split(separator: "\n", omittingEmptySubsequences: false)
        let endsLine = parts.last?.isEmpty ?? false
        if endsLine { parts.removeLast() }
        guard !parts.contains(where: { $0.allSatisfy { $0 == " " } && !$0.isEmpty }) else { return nil }
        let space = String(repeating: " ", count: indent)
        return (endsLine ? "|" : "|-", parts.map { $0.isEmpty ? "" : space + $0 })
    }

    private static func scalar(_ text: String, plain: Bool) -> String {
        if plain { return text.isEmpty ? "null" : isSafe(text) || !isText(text) ? text : quoted(text) }
        return isSafe(text) && isText(text) ? text : quoted(text)
    }

    /// Whether an unquoted word would be read as a text.
    private static func isText(_ text: String) -> Bool {
        let place = SourceLocation(file: "", line: 1, column: 1)
        guard case .string = SourceTree(.scalar(text, plain: true), at: place).value else { return false }
        return true
    }

    private static func isSafe(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last, last != " ", last != ":"
        else {
            return false
        }
        let starts =
            first == "/" || first == "_" || first == "." || (first.isASCII && first.properties.isAlphabetic)
            || ("0"..."9").contains(first)
        let inside = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F }
        return starts && inside && !text.contains(": ") && !text.contains(" #") && text != "<<"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _
            where scalar.value < 0x20 || scalar.value == 0x7F || (0x80...0x9F).contains(scalar.value)
                || scalar.value == 0x2028 || scalar.value == 0x2029 || scalar.value == 0xFEFF:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

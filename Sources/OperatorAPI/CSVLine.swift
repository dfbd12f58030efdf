/// A line of a CSV table (RFC 4180, without line breaks in fields).
public enum CSVLine {
    /// The fields of a line; nil when a quote is never closed. Only what is not quoted loses the spaces around it.
    public static func fields(_ line: some StringProtocol) -> [String]? {
        var fields: [String] = []
        var rest = Substring(line)
        while true {
            while let first = rest.first, first.isWhitespace { rest.removeFirst() }
            var field = ""
            if rest.first == "\"" {
                rest.removeFirst()
                while true {
                    guard let character = rest.popFirst() else { return nil }
                    if character == "\"" {
                        guard rest.first == "\"" else { break }
                        rest.removeFirst()
                    }
                    field.append(character)
                }
                while let first = rest.first, first != "," {
                    guard first.isWhitespace else { return nil }
                    rest.removeFirst()
                }
            } else {
                let end = rest.firstIndex(of: ",") ?? rest.endIndex
                field = String(rest[..<end])
                while field.last?.isWhitespace == true { field.removeLast() }
                rest = rest[end...]
            }
            fields.append(field)
            guard rest.popFirst() == "," else { return fields }
        }
    }

    /// A line that reads as these fields; nil when one holds a line break.
    public static func text(_ fields: [String]) -> String? {
        guard !fields.contains(where: { $0.contains(where: \.isNewline) }) else { return nil }
        return fields.map { field in
            let isPlain = field.allSatisfy { !$0.isWhitespace && $0 != "," && $0 != "\"" && $0 != "#" }
            return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ",")
    }
}

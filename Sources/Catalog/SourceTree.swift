import Jinja

/// Where something was written: a file, a line and a column, both from 1.
public struct SourceLocation: Hashable, Sendable, Codable, CustomStringConvertible {
    public var file: String
    public var line: Int
    public var column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    public var description: String { "\(file):\(line):\(column)" }
}

/// A configuration file as it was written: scalars, lists and maps that know where they stand.
///
/// The reader of YAML makes it; everything here decides on it without touching a file.
public struct SourceTree: Hashable, Sendable {
    public var content: Content
    public var location: SourceLocation

    public init(_ content: Content, at location: SourceLocation) {
        self.content = content
        self.location = location
    }

    public indirect enum Content: Hashable, Sendable {
        /// A text; `plain` when it was written without quotes and may mean a number, a truth value or nothing.
        case scalar(String, plain: Bool)
        case list([SourceTree])
        case map([Entry])
    }

    public struct Entry: Hashable, Sendable {
        public var key: SourceTree
        public var value: SourceTree

        public init(key: SourceTree, value: SourceTree) {
            self.key = key
            self.value = value
        }
    }
}

extension SourceTree {
    /// The value under a key, where this is a map that has it.
    public subscript(key: String) -> SourceTree? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key.text == key }?.value
    }

    /// The text of a scalar.
    public var text: String? {
        guard case .scalar(let text, _) = content else { return nil }
        return text
    }

    /// What is here, in words for an error.
    var kind: String {
        switch content {
        case .scalar(let text, let plain):
            if plain {
                Self.isNull(text) ? "nothing" : "'\(text)'"
            } else if case .string = Self.resolve(text) {
                "'\(text)'"
            } else {
                // `"2"` is no number.
                "the text \"\(text)\""
            }
        case .list: "a list"
        case .map(let entries):
            // `{{ port }}` without quotes is a map that has a map as its key.
            if let first = entries.first, case .map = first.key.content {
                "a map: a value that begins with {{ must stand in quotes"
            } else {
                "a map"
            }
        }
    }

    static func isNull(_ text: String) -> Bool {
        text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
    }
}

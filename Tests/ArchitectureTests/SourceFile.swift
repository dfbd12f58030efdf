/// A Swift file of a target, as far as the rules look at it.
struct SourceFile {
    var target: String
    var path: String
    var lineCount: Int
    /// Modules and the lines that import them.
    var imports: [(module: String, line: Int)] = []
    /// Types and the lines that declare them.
    var types: [(name: String, line: Int)] = []
    /// The lines that use the type `Process`.
    var foundationProcesses: [Int] = []

    private static let importKinds: Set<String> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "var", "let", "actor",
    ]
    private static let typeKinds: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "actor"]
    private static let modifiers: Set<String> = [
        "public", "package", "internal", "fileprivate", "private", "open", "final", "indirect", "nonisolated", "unsafe",
        "distributed",
    ]

    init(target: String, path: String, text: String) {
        self.target = target
        self.path = path
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        lineCount = lines.count
        var isText = false
        for (index, line) in lines.enumerated() {
            let marks = Self.textMarks(in: line)
            defer { if marks % 2 == 1 { isText.toggle() } }
            guard !isText else { continue }
            read(line, number: index + 1)
            if Self.usesProcess(line) { foundationProcesses.append(index + 1) }
        }
    }

    private mutating func read(_ line: Substring, number: Int) {
        let separators = Array(" \t{:<(".utf8)
        var words = line.utf8.split { separators.contains($0) }.map { Substring($0) }[...]
        while let word = words.first, word.hasPrefix("@") || Self.modifiers.contains(String(word)) {
            words = words.dropFirst()
            // The argument of an attribute or modifier, as in `@_spi(Testing)` and `private(set)`.
            if let next = words.first, next.hasSuffix(")") { words = words.dropFirst() }
        }
        guard let first = words.first, let second = words.dropFirst().first else { return }
        if first == "import" {
            let name = Self.importKinds.contains(String(second)) ? words.dropFirst(2).first ?? second : second
            imports.append((String(name.prefix { $0 != "." && $0 != ";" }), number))
        } else if Self.typeKinds.contains(String(first)) {
            types.append((String(second), number))
        }
    }

    /// Whether there is a `Process(` or `Process.run(`, in code and as a word of its own.
    private static func usesProcess(_ line: Substring) -> Bool {
        var rest = Array(line.utf8)[...]
        if let comment = zip(rest, rest.dropFirst()).enumerated().first(where: { $1 == (0x2F, 0x2F) }) {
            rest = rest.prefix(comment.offset)
        }
        let word = Array("Process".utf8)
        func isInWord(_ octet: UInt8?) -> Bool {
            octet.map { $0 == UInt8(ascii: "_") || Character(Unicode.Scalar($0)).isLetter } ?? false
        }
        for start in rest.indices where rest[start...].starts(with: word) {
            let after = rest[start...].dropFirst(word.count)
            guard !isInWord(rest[..<start].last) else { continue }
            if after.first == UInt8(ascii: "(") { return true }
            if after.first == UInt8(ascii: "."), isInWord(after.dropFirst().first) { return true }
        }
        return false
    }

    /// How many marks of texts of several lines there are.
    private static func textMarks(in line: Substring) -> Int {
        var marks = 0
        var quotes = 0
        for octet in line.utf8 {
            quotes = octet == UInt8(ascii: "\"") ? quotes + 1 : 0
            if quotes == 3 {
                marks += 1
                quotes = 0
            }
        }
        return marks
    }
}

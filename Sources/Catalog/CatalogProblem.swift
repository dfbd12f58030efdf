/// Something wrong in the catalogue, where it stands and what to do.
public struct CatalogProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public var location: SourceLocation
    public var message: String
    /// What was probably meant.
    public var suggestion: String?

    public init(_ message: String, at location: SourceLocation, suggestion: String? = nil) {
        self.message = message
        self.location = location
        self.suggestion = suggestion
    }

    public var description: String {
        "\(location): \(message)" + Spelling.hint(suggestion)
    }
}

/// All that is wrong with a catalogue at once.
public struct CatalogProblems: Error, Hashable, Sendable, CustomStringConvertible {
    public var problems: [CatalogProblem]

    public init(_ problems: [CatalogProblem] = []) {
        self.problems = problems
    }

    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }

    /// In the order of the files; what was found twice, as in a list that two others include, once.
    func sorted() -> Self {
        Self(
            Set(problems).sorted {
                ($0.location.file, $0.location.line, $0.location.column, $0.message)
                    < ($1.location.file, $1.location.line, $1.location.column, $1.message)
            }
        )
    }

    mutating func add(_ message: String, at location: SourceLocation, suggestion: String? = nil) {
        problems.append(CatalogProblem(message, at: location, suggestion: suggestion))
    }
}

/// The nearest of some names to one that is not among them.
public enum Spelling {
    /// The candidate within two edits (a third of the word at most), the nearest first.
    public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let candidates = Array(candidates)
        return
            candidates
            .map { (name: $0, distance: distance(word.lowercased(), $0.lowercased())) }
            .filter { $0.distance <= max(1, min(3, word.count / 3 + 1)) }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?
            .name ?? longer(word, candidates)
    }

    /// What is asked behind a message when a name is near; nothing when none is.
    public static func hint(_ nearest: String?) -> String { nearest.map { "; did you mean '\($0)'?" } ?? "" }

    /// The same of the nearest of some candidates.
    public static func hint(for word: String, among candidates: some Sequence<String>) -> String {
        hint(nearest(to: word, among: candidates))
    }

    /// The candidate that a word begins with, or that begins with it: `dest` for `destination`.
    private static func longer(_ word: String, _ candidates: some Sequence<String>) -> String? {
        let word = word.lowercased()
        return
            candidates.filter { candidate in
                let name = candidate.lowercased()
                return min(name.count, word.count) >= 3 && (name.hasPrefix(word) || word.hasPrefix(name))
            }
            .min { (-$0.count, $0) < (-$1.count, $1) }
    }

    /// Levenshtein's distance.
    static func distance(_ a: String, _ b: String) -> Int {
        let left = Array(a)
        let right = Array(b)
        var row = Array(0...right.count)
        for (i, x) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in right.enumerated() {
                let substituted = diagonal + (x == y ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}

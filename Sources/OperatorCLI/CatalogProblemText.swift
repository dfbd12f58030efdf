public import Catalog

/// What is wrong in a catalogue: where, the line itself with a mark under it, and what was probably meant.
public enum CatalogProblemText {
    /// - Parameter source: the lines of a file of the catalogue; nil where it cannot be read.
    public static func text(
        _ problems: [CatalogProblem],
        _ look: Appearance,
        source: (String) -> [Substring]?
    ) -> String {
        problems.map { problem in
            let place = problem.location
            let hint = problem.suggestion.map { "; did you mean " + look.tinted("'\($0.oneLine)'", .green) + "?" } ?? ""
            let head = look.tinted("\(place)".oneLine, .bold) + ": " + problem.message.oneLine + hint
            guard let lines = source(place.file), lines.indices.contains(place.line - 1) else { return head }
            let line = String(lines[place.line - 1])
            // A tab stays a tab, so that the mark stands under its letter.
            let before = line.prefix(max(0, place.column - 1)).map { $0 == "\t" ? "\t" : " " }.joined()
            let shown = line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0).oneLine }
            return head + "\n  " + shown.joined(separator: "\t") + "\n  " + before + look.tinted("^", .red)
        }.joined(separator: "\n")
    }

    /// The same for programs.
    public static func json(_ problems: [CatalogProblem]) throws -> String {
        try JSONText.of(problems.map(Listed.init))
    }

    private struct Listed: Encodable {
        var file: String
        var line: Int
        var column: Int
        var message: String
        var suggestion: String?

        init(_ problem: CatalogProblem) {
            file = problem.location.file
            line = problem.location.line
            column = problem.location.column
            message = problem.message
            suggestion = problem.suggestion
        }
    }
}

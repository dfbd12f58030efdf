public import OrderedCollections

/// A parsed Jinja expression: what stands between `{{` and `}}`, or in a condition.
public struct Expression: Sendable, Hashable, CustomStringConvertible {
    /// The text it was parsed from.
    public let source: String
    /// What it is called in errors.
    public let name: String
    let clause: Clause
    private let table: NameTable

    /// Parses the text; refuses unknown filters and tests at once.
    public init(_ source: String, name: String = "expression") throws(JinjaError) {
        self.source = source
        self.name = name
        let names = NameCollector()
        clause = try throwingJinjaError {
            let text = Source(source, name: name)
            var lexer = ExpressionLexer(source: text)
            var parser = ExpressionParser(source: text, tokens: try lexer.tokens(until: .endOfText), names: names)
            let start = parser.current.offset
            let root = try parser.expression()
            try parser.expectEnd()
            return Clause(root, source: text, from: start, to: text.octets.count)
        }
        table = names.table
    }

    public var description: String { source }

    /// The value for the given variables. A result that is undefined is an error when `environment` is strict.
    public func evaluate(
        _ variables: OrderedDictionary<String, Value>,
        in environment: Environment = Environment()
    ) throws(JinjaError) -> Value {
        try throwingJinjaError {
            try Evaluation(variables, table, environment).value(of: clause)
        }
    }

    /// The names of the variables that the expression reads; the built-in functions are not among them.
    public var names: Set<String> {
        var names: Set<String> = []
        clause.root.collectNames(into: &names)
        return names.subtracting(GlobalFunction.allCases.map(\.rawValue))
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.source == right.source && left.name == right.name
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(source)
        hasher.combine(name)
    }
}

/// An expression's tree with its text and place, for errors.
final class Clause: Sendable {
    let root: Node
    let text: String
    let template: String
    let line: Int
    let column: Int

    init(_ root: Node, source: Source, from start: Int, to end: Int) {
        self.root = root
        text = trimmed(source.text(start..<max(start, end)))
        template = source.name
        (line, column) = source.place(of: start)
    }

    /// An error that came up in this, with its place.
    func located(_ error: any Error) -> any Error {
        guard let error = error as? JinjaError else { return error }
        return error.located(template: template, line: line, column: column, expression: text)
    }
}

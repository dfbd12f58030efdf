/// Builds a template's statements from its pieces.
struct TemplateParser {
    static let maximumDepth = 60

    private let source: Source
    private let pieces: [TemplatePiece]
    private let names: NameCollector
    private var index = 0
    private var depth = 0
    private var blockNames: Set<String> = []

    init(source: Source, pieces: [TemplatePiece], names: NameCollector) {
        self.source = source
        self.pieces = pieces
        self.names = names
    }

    mutating func parse() throws -> [Statement] {
        let (body, end) = try statements(until: [])
        guard end == nil else { throw source.failure("an end without a start", at: 0) }
        return body
    }

    private func clause(_ root: Node, _ parser: ExpressionParser, from start: Int) -> Clause {
        Clause(root, source: source, from: start, to: parser.current.offset)
    }

    private func expression(
        _ parser: inout ExpressionParser,
        allowsConditional: Bool = true,
        endingAt words: [String] = []
    )
        throws -> Clause
    {
        let start = parser.current.offset
        let root = try parser.tuple(allowsConditional: allowsConditional, endingAt: words)
        return clause(root, parser, from: start)
    }

    /// The statements up to a tag that starts with one of the words, and that tag's parser, past the word.
    private mutating func statements(until ends: [String]) throws -> (
        [Statement], (word: String, parser: ExpressionParser)?
    ) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw source.failure("statements are nested too deep", at: 0) }
        var body: [Statement] = []
        while index < pieces.count {
            let piece = pieces[index]
            index += 1
            switch piece {
            case .text(let text):
                var octets = Array(text.utf8)
                if case .text(let before) = body.last {
                    body.removeLast()
                    octets = before.octets + octets
                }
                body.append(.text(Literal(octets)))
            case .output(let tokens):
                var parser = ExpressionParser(source: source, tokens: tokens, names: names)
                let clause = try expression(&parser)
                if case .text(let before) = body.last {
                    body[body.count - 1] = .output(Written(before.octets, clause))
                } else {
                    body.append(.output(Written([], clause)))
                }
                try parser.expectEnd()
            case .block(let tokens):
                var parser = ExpressionParser(source: source, tokens: tokens, names: names)
                let word = try parser.expectName()
                if ends.contains(word) { return (body, (word, parser)) }
                try body += statement(word, parser)
            }
        }
        guard let wanted = ends.last else { return (body, nil) }
        throw source.failure("the template ends where '\(wanted)' was expected", at: source.octets.count)
    }

    /// The statements up to the one end tag, which must hold nothing more.
    private mutating func body(until end: String) throws -> [Statement] {
        let (body, tag) = try statements(until: [end])
        try tag?.parser.expectEnd()
        return body
    }

    private mutating func statement(_ word: String, _ start: ExpressionParser) throws -> [Statement] {
        var parser = start
        switch word {
        case "if": return [try condition(parser)]
        case "for": return [try loop(parser)]
        case "set": return [try set(parser)]
        case "with": return [try with(parser)]
        case "filter":
            let start = parser.current.offset
            let root = try parser.filterChain()
            let clause = clause(root, parser, from: start)
            try parser.expectEnd()
            return [.filtered(clause, body: try body(until: "endfilter"))]
        case "macro": return [try macro(parser)]
        case "call": return [try callBlock(parser)]
        case "include":
            let name = try expression(&parser, allowsConditional: true, endingAt: ["ignore", "with", "without"])
            var ignoresMissing = false
            if parser.take(word: "ignore") {
                try parser.expect(word: "missing")
                ignoresMissing = true
            }
            let withContext = try context(&parser) ?? true
            try parser.expectEnd()
            return [.include(name, ignoresMissing: ignoresMissing, withContext: withContext)]
        case "import":
            let template = try expression(&parser, endingAt: ["as"])
            try parser.expect(word: "as")
            let name = try parser.expectName()
            let withContext = try context(&parser) ?? false
            try parser.expectEnd()
            return [.importModule(template, name: names.table.name(name), withContext: withContext)]
        case "from": return [try importNames(parser)]
        case "extends":
            let template = try expression(&parser)
            try parser.expectEnd()
            return [.extends(template)]
        case "block": return [try block(parser)]
        default: throw parser.failure("no statement named '\(word)'")
        }
    }

    private mutating func condition(_ start: ExpressionParser) throws -> Statement {
        var parser = start
        var branches: [(test: Clause, body: [Statement])] = []
        while true {
            let test = try expression(&parser, allowsConditional: false)
            try parser.expectEnd()
            let (body, tag) = try statements(until: ["elif", "else", "endif"])
            branches.append((test, body))
            guard let tag else { break }
            parser = tag.parser
            if tag.word == "elif" { continue }
            try parser.expectEnd()
            return .condition(
                Condition(branches, otherwise: tag.word == "else" ? try self.body(until: "endif") : [])
            )
        }
        return .condition(Condition(branches, otherwise: []))
    }

    private mutating func loop(_ start: ExpressionParser) throws -> Statement {
        var parser = start
        let target = try target(&parser, allowsAttribute: false, endingAt: ["in"])
        try parser.expect(word: "in")
        let items = try expression(&parser, allowsConditional: false, endingAt: ["recursive"])
        var filter: Clause?
        if parser.take(word: "if") { filter = try expression(&parser, endingAt: ["recursive"]) }
        guard !parser.isAt(word: "recursive") else { throw parser.failure("recursive loops are not known") }
        try parser.expectEnd()
        let (body, tag) = try statements(until: ["else", "endfor"])
        try tag?.parser.expectEnd()
        let otherwise = tag?.word == "else" ? try self.body(until: "endfor") : []
        return .loop(LoopStatement(target: target, items: items, filter: filter, body: body, otherwise: otherwise))
    }

    private func target(_ parser: inout ExpressionParser, allowsAttribute: Bool, endingAt words: [String] = []) throws
        -> AssignmentTarget
    {
        var targets: [AssignmentTarget] = []
        var isTuple = false
        repeat {
            if words.contains(where: { parser.isAt(word: $0) }) || parser.isAt(.assign)
                || parser.isAt(.rightParenthesis)
            {
                break
            }
            if parser.take(.leftParenthesis) {
                targets.append(try target(&parser, allowsAttribute: false))
                try parser.expect(.rightParenthesis)
            } else {
                let name = try parser.expectName()
                guard !["true", "false", "none", "True", "False", "None"].contains(name) else {
                    throw parser.failure("'\(name)' cannot be assigned to")
                }
                if allowsAttribute, parser.take(.dot) {
                    targets.append(.attribute(of: names.table.name(name), try parser.expectName()))
                } else {
                    targets.append(.name(names.table.name(name)))
                }
            }
            if parser.isAt(.comma) { isTuple = true }
        } while parser.take(.comma)
        guard let first = targets.first else { throw parser.unexpected("a name") }
        return isTuple ? .tuple(targets) : first
    }

    private mutating func set(_ start: ExpressionParser) throws -> Statement {
        var parser = start
        let target = try target(&parser, allowsAttribute: true)
        if parser.take(.assign) {
            let value = try expression(&parser)
            try parser.expectEnd()
            return .set(Assignment(target, value))
        }
        var filters: Clause?
        if parser.isAt(.pipe) {
            let start = parser.current.offset
            filters = clause(try parser.filters(.name(.filtered)), parser, from: start)
        }
        try parser.expectEnd()
        return .setBlock(target, filters: filters, body: try body(until: "endset"))
    }

    private mutating func with(_ start: ExpressionParser) throws -> Statement {
        var parser = start
        var pairs: [(target: AssignmentTarget, value: Clause)] = []
        while parser.current.kind != .end {
            if !pairs.isEmpty { try parser.expect(.comma) }
            let target = AssignmentTarget.name(names.table.name(try parser.expectName()))
            try parser.expect(.assign)
            let start = parser.current.offset
            let root = try parser.expression()
            pairs.append((target, clause(root, parser, from: start)))
        }
        return .with(pairs, body: try body(until: "endwith"))
    }

    private mutating func macro(_ start: ExpressionParser) throws -> Statement {
        var parser = start
        let name = names.table.name(try parser.expectName())
        let parameters = try parameters(&parser)
        try parser.expectEnd()
        return .macro(MacroDefinition(name, parameters, try body(until: "endmacro")))
    }

    private func parameters(_ parser: inout ExpressionParser) throws -> [(name: Name, fallback: Clause?)] {
        var parameters: [(name: Name, fallback: Clause?)] = []
        try parser.expect(.leftParenthesis)
        while !parser.isAt(.rightParenthesis) {
            if !parameters.isEmpty { try parser.expect(.comma) }
            let name = names.table.name(try parser.expectName())
            guard !parameters.contains(where: { $0.name.number == name.number }) else {
                throw parser.failure("parameter '\(name.text)' given twice")
            }
            if parser.take(.assign) {
                let start = parser.current.offset
                let root = try parser.expression()
                parameters.append((name, clause(root, parser, from: start)))
            } else {
                guard parameters.last?.fallback == nil else {
                    throw parser.failure("parameter '\(name.text)' without a default follows one with a default")
                }
                parameters.append((name, nil))
            }
        }
        parser.advance()
        return parameters
    }

    private mutating func callBlock(_ start: ExpressionParser) throws -> Statement {
        var parser = start
        let parameters = parser.isAt(.leftParenthesis) ? try parameters(&parser) : []
        let start = parser.current.offset
        let root = try parser.expression()
        guard case .call = root else { throw parser.failure("'call' needs a call") }
        let clause = clause(root, parser, from: start)
        try parser.expectEnd()
        return .callBlock(MacroDefinition(.caller, parameters, try body(until: "endcall")), clause)
    }

    /// `with context` or `without context`.
    private func context(_ parser: inout ExpressionParser) throws -> Bool? {
        guard parser.isAt(word: "with") || parser.isAt(word: "without") else { return nil }
        let isWith = parser.isAt(word: "with")
        parser.advance()
        try parser.expect(word: "context")
        return isWith
    }

    private mutating func importNames(_ start: ExpressionParser) throws -> Statement {
        var parser = start
        let template = try expression(&parser, endingAt: ["import"])
        try parser.expect(word: "import")
        var imported: [(name: String, alias: Name)] = []
        var withContext: Bool?
        while parser.current.kind != .end {
            if !imported.isEmpty, withContext == nil {
                withContext = try context(&parser)
                if withContext != nil { break }
                try parser.expect(.comma)
                if parser.current.kind == .end { break }
                withContext = try context(&parser)
                if withContext != nil { break }
            }
            let name = try parser.expectName()
            guard !name.hasPrefix("_") else {
                throw parser.failure("names starting with an underscore are not exported")
            }
            let alias = parser.take(word: "as") ? try parser.expectName() : name
            imported.append((name, names.table.name(alias)))
        }
        try parser.expectEnd()
        guard !imported.isEmpty else { throw parser.unexpected("a name") }
        return .importNames(template, names: imported, withContext: withContext ?? false)
    }

    private mutating func block(_ start: ExpressionParser) throws -> Statement {
        var parser = start
        let name = try parser.expectName()
        guard blockNames.insert(name).inserted else { throw parser.failure("block '\(name)' defined twice") }
        let isScoped = parser.take(word: "scoped")
        let isRequired = parser.take(word: "required")
        try parser.expectEnd()
        let (body, tag) = try statements(until: ["endblock"])
        if var end = tag?.parser {
            _ = end.take(word: name)
            try end.expectEnd()
        }
        return .block(
            BlockDefinition(name: name, isScoped: isScoped, isRequired: isRequired, body: body)
        )
    }
}

extension ExpressionParser {
    /// `upper | replace('a', 'b')`, as `{% filter %}` has it.
    mutating func filterChain() throws -> Node {
        try filters(.name(.filtered), startsWithName: true)
    }
}

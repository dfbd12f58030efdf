/// Builds an expression's tree from its tokens, by Jinja's grammar.
struct ExpressionParser {
    /// The tallest tree taken; evaluation recurses as deep.
    static let maximumHeight = 150

    let source: Source
    let tokens: [Token]
    let names: NameCollector
    private var index = 0
    private var nesting = 0
    /// The height of the tree built last.
    var height = 0

    init(source: Source, tokens: [Token], names: NameCollector) {
        self.source = source
        self.tokens = tokens
        self.names = names
    }

    // MARK: Tokens

    var current: Token { tokens[min(index, tokens.count - 1)] }

    var following: Token { tokens[min(index + 1, tokens.count - 1)] }

    mutating func advance() {
        index = min(index + 1, tokens.count - 1)
    }

    func isAt(_ symbol: Token.Symbol) -> Bool { current.kind == .symbol(symbol) }

    func isAt(word: String) -> Bool { current.kind == .name(word) }

    mutating func take(_ symbol: Token.Symbol) -> Bool {
        guard isAt(symbol) else { return false }
        advance()
        return true
    }

    mutating func take(word: String) -> Bool {
        guard isAt(word: word) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: Token.Symbol) throws {
        guard take(symbol) else { throw unexpected("'\(symbol.rawValue)'") }
    }

    mutating func expect(word: String) throws {
        guard take(word: word) else { throw unexpected("'\(word)'") }
    }

    mutating func expectName() throws -> String {
        guard case .name(let name) = current.kind else { throw unexpected("a name") }
        advance()
        return name
    }

    func expectEnd() throws {
        guard current.kind == .end else { throw unexpected("the end") }
    }

    func unexpected(_ wanted: String) -> JinjaError {
        failure("expected \(wanted), found \(current.text)")
    }

    func failure(_ message: String) -> JinjaError {
        let start = tokens.first?.offset ?? 0
        let end = tokens.last?.offset ?? start
        return source.failure(message, at: current.offset, expression: trimmed(source.text(start..<max(start, end))))
    }

    // MARK: Height

    /// Notes a node over parts of the given height.
    mutating func raise(over heights: Int...) throws {
        height = (heights.max() ?? 0) + 1
        guard height <= Self.maximumHeight else { throw failure("the expression is nested too deep") }
    }

    mutating func nested<Result>(_ body: (inout Self) throws -> Result) throws -> Result {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maximumHeight else { throw failure("the expression is nested too deep") }
        return try body(&self)
    }

    // MARK: Grammar

    mutating func expression(allowsConditional: Bool = true) throws -> Node {
        try nested { parser in
            allowsConditional ? try parser.conditional() : try parser.disjunction()
        }
    }

    /// An expression, or several parted by commas.
    mutating func tuple(allowsConditional: Bool = true, endingAt words: [String] = [], inParentheses: Bool = false)
        throws
        -> Node
    {
        var items: [Node] = []
        var tallest = 0
        var isTuple = false
        while true {
            if !items.isEmpty {
                guard take(.comma) else { break }
                isTuple = true
            }
            if current.kind == .end || isAt(.rightParenthesis) || words.contains(where: { isAt(word: $0) }) { break }
            items.append(try expression(allowsConditional: allowsConditional))
            tallest = max(tallest, height)
        }
        if !isTuple {
            if let only = items.first { return only }
            guard inParentheses else { throw unexpected("an expression") }
        }
        try raise(over: tallest)
        return .tuple(items)
    }

    private mutating func conditional() throws -> Node {
        var node = try disjunction()
        while take(word: "if") {
            let tall = height
            let test = try disjunction()
            var tallest = max(tall, height)
            var otherwise: Node?
            if take(word: "else") {
                otherwise = try nested { parser in try parser.conditional() }
                tallest = max(tallest, height)
            }
            try raise(over: tallest)
            node = .conditional(Conditional(test: test, then: node, otherwise: otherwise))
        }
        return node
    }

    private mutating func disjunction() throws -> Node {
        var left = try conjunction()
        while take(word: "or") {
            let tall = height
            left = .or(Operands(left, try conjunction()))
            try raise(over: tall, height)
        }
        return left
    }

    private mutating func conjunction() throws -> Node {
        var left = try negation()
        while take(word: "and") {
            let tall = height
            left = .and(Operands(left, try negation()))
            try raise(over: tall, height)
        }
        return left
    }

    private mutating func negation() throws -> Node {
        guard take(word: "not") else { return try comparison() }
        let node = Node.not(Operand(try nested { parser in try parser.negation() }))
        try raise(over: height)
        return node
    }

    private mutating func comparison() throws -> Node {
        let first = try arithmetic(level: 0)
        var tallest = height
        var rest: [(comparison: ComparisonOperator, operand: Node)] = []
        while let comparison = takeComparison() {
            rest.append((comparison, try arithmetic(level: 0)))
            tallest = max(tallest, height)
        }
        guard !rest.isEmpty else { return first }
        try raise(over: tallest)
        return .comparison(Comparisons(first, rest))
    }

    private mutating func takeComparison() -> ComparisonOperator? {
        switch current.kind {
        case .symbol(let symbol):
            guard let comparison = ComparisonOperator(rawValue: symbol.rawValue) else { return nil }
            advance()
            return comparison
        case .name("in"):
            advance()
            return .isIn
        case .name("not") where following.kind == .name("in"):
            advance()
            advance()
            return .isNotIn
        default: return nil
        }
    }

    private static let levels: [[BinaryOperator]] = [
        [.add, .subtract], [], [.multiply, .divide, .floorDivide, .remainder], [.power],
    ]

    /// The operators that join two operands, loosest first; every one groups to the left, `**` too.
    private mutating func arithmetic(level: Int) throws -> Node {
        guard level < Self.levels.count else { return try unary(allowsFilters: true) }
        var left = try arithmetic(level: level + 1)
        guard level != 1 else { return try concatenation(from: left) }
        while case .symbol(let symbol) = current.kind, let binary = BinaryOperator(rawValue: symbol.rawValue),
            Self.levels[level].contains(binary)
        {
            advance()
            let tall = height
            left = .binary(Operation(binary, left, try arithmetic(level: level + 1)))
            try raise(over: tall, height)
        }
        return left
    }

    private mutating func concatenation(from first: Node) throws -> Node {
        guard isAt(.tilde) else { return first }
        var items = [first]
        var tallest = height
        while take(.tilde) {
            items.append(try arithmetic(level: 2))
            tallest = max(tallest, height)
        }
        try raise(over: tallest)
        return .concatenation(items)
    }

    private mutating func unary(allowsFilters: Bool) throws -> Node {
        var node: Node
        if isAt(.minus) || isAt(.plus) {
            let isMinus = isAt(.minus)
            advance()
            let operand = try nested { parser in try parser.unary(allowsFilters: false) }
            node = isMinus ? .negate(Operand(operand)) : .positive(Operand(operand))
            try raise(over: height)
        } else {
            node = try primary()
        }
        node = try postfix(node)
        return allowsFilters ? try filters(node) : node
    }

    mutating func primary() throws -> Node {
        let token = current
        height = 1
        switch token.kind {
        case .name(let name):
            advance()
            return switch name {
            case "true", "True": .constant(.bool(true))
            case "false", "False": .constant(.bool(false))
            case "none", "None": .constant(Value.none)
            default: .name(names.table.name(name))
            }
        case .string(var text):
            advance()
            while case .string(let more) = current.kind {
                text += more
                advance()
            }
            return .constant(.string(text))
        case .int(let number):
            advance()
            return .constant(.int(number))
        case .double(let number):
            advance()
            return .constant(.double(number))
        case .symbol(.leftParenthesis):
            advance()
            let node = try tuple(inParentheses: true)
            try expect(.rightParenthesis)
            return node
        case .symbol(.leftBracket): return try list()
        case .symbol(.leftBrace): return try dictionary()
        case .symbol, .end: throw unexpected("an expression")
        }
    }

    private mutating func list() throws -> Node {
        advance()
        var items: [Node] = []
        var tallest = 0
        while !isAt(.rightBracket) {
            if !items.isEmpty { try expect(.comma) }
            if isAt(.rightBracket) { break }
            items.append(try expression())
            tallest = max(tallest, height)
        }
        try expect(.rightBracket)
        try raise(over: tallest)
        return .list(items)
    }

    private mutating func dictionary() throws -> Node {
        advance()
        var pairs: [(key: Node, value: Node)] = []
        var tallest = 0
        while !isAt(.rightBrace) {
            if !pairs.isEmpty { try expect(.comma) }
            if isAt(.rightBrace) { break }
            let key = try expression()
            tallest = max(tallest, height)
            try expect(.colon)
            pairs.append((key, try expression()))
            tallest = max(tallest, height)
        }
        try expect(.rightBrace)
        try raise(over: tallest)
        return .dict(pairs)
    }
}

/// What follows an operand: attributes, subscripts, calls, filters and tests.
extension ExpressionParser {
    mutating func postfix(_ start: Node) throws -> Node {
        var node = start
        while case .symbol(let symbol) = current.kind {
            let tall = height
            switch symbol {
            case .dot: node = try attribute(of: node)
            case .leftBracket: node = try subscripted(node)
            case .leftParenthesis:
                if case .name(let name) = node, ["lookup", "query"].contains(name.text) { throw outside(name.text) }
                node = .call(Call(node, try callArguments()))
            default: return node
            }
            try raise(over: tall, height)
        }
        return node
    }

    private mutating func attribute(of node: Node) throws -> Node {
        advance()
        switch current.kind {
        case .name(let name):
            advance()
            return .attribute(Attribute(node, name))
        case .int(let number):
            advance()
            return .subscripted(Operands(node, .constant(.int(number))))
        default: throw unexpected("a name after '.'")
        }
    }

    private mutating func subscripted(_ node: Node) throws -> Node {
        advance()
        var parts: [Node?] = [nil]
        var tallest = 0
        while !isAt(.rightBracket) {
            if take(.colon) {
                guard parts.count < 3 else { throw unexpected("']'") }
                parts.append(nil)
            } else {
                guard parts[parts.count - 1] == nil else { throw unexpected("']'") }
                parts[parts.count - 1] = try expression()
                tallest = max(tallest, height)
            }
        }
        advance()
        height = tallest
        if parts.count == 1 {
            guard let key = parts[0] else { throw failure("expected a subscript") }
            return .subscripted(Operands(node, key))
        }
        return .slice(node, from: parts[0], to: parts[1], step: parts.count > 2 ? parts[2] : nil)
    }

    /// Filters, tests and calls that follow one another to the right.
    mutating func filters(_ start: Node, startsWithName: Bool = false) throws -> Node {
        var node = start
        var isAtName = startsWithName
        while true {
            let tall = height
            if isAtName || take(.pipe) {
                isAtName = false
                let name = try dottedName()
                height = 0
                let filter = try known(filter: name)
                let arguments = isAt(.leftParenthesis) ? try callArguments() : CallArguments()
                node = .filter(Application(node, filter, arguments))
            } else if take(word: "is") {
                node = try test(of: node)
            } else if isAt(.leftParenthesis) {
                node = .call(Call(node, try callArguments()))
            } else {
                return node
            }
            try raise(over: tall, height)
        }
    }

    private mutating func dottedName() throws -> String {
        var name = try expectName()
        while take(.dot) { name += "." + (try expectName()) }
        return name
    }

    private func known(filter name: String) throws -> NamedRoutine {
        guard let filter = Filters.named(name) else { throw failure("no filter named '\(name)'") }
        return filter
    }

    private mutating func test(of node: Node) throws -> Node {
        let isNegated = take(word: "not")
        let written = try dottedName()
        guard let routine = Tests.named(written) else { throw failure("no test named '\(written)'") }
        var arguments = CallArguments()
        height = 0
        if isAt(.leftParenthesis) {
            arguments = try callArguments()
        } else if startsTestArgument {
            if isAt(word: "is") { throw failure("tests cannot follow one another without parentheses") }
            let argument = try nested { parser in try parser.postfix(parser.primary()) }
            arguments = CallArguments([argument])
        }
        let test = Node.test(Application(node, routine, arguments))
        height += isNegated ? 1 : 0
        return isNegated ? .not(Operand(test)) : test
    }

    private var startsTestArgument: Bool {
        switch current.kind {
        case .name(let word): !["else", "or", "and"].contains(word)
        case .string, .int, .double, .symbol(.leftBracket), .symbol(.leftBrace): true
        case .symbol, .end: false
        }
    }

    /// Refused where it is read, so that a catalogue says so and not a node.
    private func outside(_ name: String) -> JinjaError {
        let advice = "use a parameter, or a task that registers it"
        return JinjaError("'\(name)' is not available here: it would reach outside; \(advice)")
    }

    mutating func callArguments() throws -> CallArguments {
        try expect(.leftParenthesis)
        var positional: [Node] = []
        var named: [(name: String, value: Node)] = []
        var list: Node?
        var dictionary: Node?
        var tallest = 0
        var isFirst = true
        while !isAt(.rightParenthesis) {
            if !isFirst { try expect(.comma) }
            isFirst = false
            if isAt(.rightParenthesis) { break }
            if take(.multiply) {
                guard list == nil, dictionary == nil else { throw failure("a second '*'") }
                list = try expression()
            } else if take(.powerOf) {
                guard dictionary == nil else { throw failure("a second '**'") }
                dictionary = try expression()
            } else if case .name(let name) = current.kind, following.kind == .symbol(.assign) {
                guard dictionary == nil else { throw failure("an argument after '**'") }
                advance()
                advance()
                guard !named.contains(where: { $0.name == name }) else {
                    throw failure("argument '\(name)' given twice")
                }
                named.append((name, try expression()))
            } else {
                guard named.isEmpty, list == nil, dictionary == nil else {
                    throw failure("a positional argument after named ones")
                }
                positional.append(try expression())
            }
            tallest = max(tallest, height)
        }
        advance()
        height = tallest
        return CallArguments(positional, named: named, list: list, dictionary: dictionary)
    }
}

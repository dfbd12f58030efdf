/// A variable that a template or an expression reads, with the attributes that it asks of it by name.
public struct Reference: Hashable, Sendable {
    /// `services`, `web`, `port` for `services.web.port` and `services['web'].port`.
    public var path: [String]
    /// Where each word of the path stands in the template.
    public var places: [Place]
    /// Whether the template asks whether it is there, or says what to take when it is not.
    public var isOptional: Bool

    public struct Place: Hashable, Sendable {
        /// From 1.
        public var line: Int
        /// In octets, from 1.
        public var column: Int
    }
}

extension Template {
    /// The variables that the template reads and does not set itself; the built-in functions are not among them. What
    /// it includes or imports is not looked into.
    public var references: [Reference] {
        var found: [Reference] = []
        let free = names
        body.forEachClause { $0.collectReferences(into: &found) }
        return found.filter { free.contains($0.path[0]) }
    }
}

extension Expression {
    /// The variables that the expression reads; the built-in functions are not among them.
    public var references: [Reference] {
        var found: [Reference] = []
        clause.collectReferences(into: &found)
        let free = names
        return found.filter { free.contains($0.path[0]) }
    }
}

extension Clause {
    fileprivate func collectReferences(into found: inout [Reference]) {
        var read: [(path: [String], isOptional: Bool)] = []
        root.collectPaths(isOptional: false, into: &read)
        for (path, isOptional) in read {
            found.append(Reference(path: path, places: places(of: path), isOptional: isOptional))
        }
    }

    /// Where the words of a path stand, as far as that can be told from the text.
    private func places(of path: [String]) -> [Reference.Place] {
        let octets = Array(text.utf8)
        var place = Reference.Place(line: line, column: column)
        var passed = 0
        return path.map { word in
            guard let index = Self.index(of: Array(word.utf8), in: octets, from: passed) else { return place }
            for octet in octets[passed..<index] {
                if octet == 0x0A { place = Reference.Place(line: place.line + 1, column: 1) } else { place.column += 1 }
            }
            passed = index
            return place
        }
    }

    private static func index(of word: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        func isLetter(_ octet: UInt8) -> Bool {
            octet == 0x5F || octet >= 0x80 || (0x30...0x39).contains(octet) || (0x41...0x5A).contains(octet)
                || (0x61...0x7A).contains(octet)
        }
        guard !word.isEmpty, text.count >= word.count else { return nil }
        for index in start..<max(start, text.count - word.count + 1) {
            let end = index + word.count
            guard text[index..<end].elementsEqual(word), index == 0 || !isLetter(text[index - 1]),
                end == text.count || !isLetter(text[end])
            else { continue }
            return index
        }
        return nil
    }
}

extension Node {
    fileprivate func collectPaths(isOptional: Bool, into found: inout [(path: [String], isOptional: Bool)]) {
        switch self {
        case .name, .attribute, .subscripted:
            if let path = constantPath {
                found.append((path, isOptional))
                return
            }
            for child in children { child.collectPaths(isOptional: isOptional, into: &found) }
        case .call(let call):
            // A method of a value, `x.items()`, is no attribute of it.
            var function = call.function
            if case .attribute(let attribute) = function { function = attribute.object }
            function.collectPaths(isOptional: isOptional, into: &found)
            for argument in call.arguments.nodes { argument.collectPaths(isOptional: isOptional, into: &found) }
        case .filter(let application):
            application.collectPaths(["default", "d"], isOptional, into: &found)
        case .test(let application):
            application.collectPaths(["defined", "undefined"], isOptional, into: &found)
        default:
            for child in children { child.collectPaths(isOptional: isOptional, into: &found) }
        }
    }

    /// `[services, web, port]`; nil where something in it is known only when it is worked out.
    private var constantPath: [String]? {
        switch self {
        case .name(let name): [name.text]
        case .attribute(let attribute): attribute.object.constantPath.map { $0 + [attribute.key] }
        case .subscripted(let both):
            if case .constant(let constant) = both.right, case .string(let key) = constant.value {
                both.left.constantPath.map { $0 + [key] }
            } else {
                nil
            }
        default: nil
        }
    }
}

extension Application {
    /// - Parameter asking: routines that make what is asked for optional
    fileprivate func collectPaths(
        _ asking: [String],
        _ isOptional: Bool,
        into found: inout [(path: [String], isOptional: Bool)]
    ) {
        input.collectPaths(isOptional: isOptional || asking.contains(routine.name), into: &found)
        for argument in arguments.nodes { argument.collectPaths(isOptional: isOptional, into: &found) }
    }
}

extension [Statement] {
    /// All expressions, in the order of the text.
    fileprivate func forEachClause(_ visit: (Clause) -> Void) {
        for statement in self {
            switch statement {
            case .text: break
            case .output(let written): visit(written.clause)
            case .set(let assignment): visit(assignment.value)
            case .extends(let clause), .include(let clause, _, _), .importModule(let clause, _, _),
                .importNames(let clause, _, _):
                visit(clause)
            case .setBlock(_, let filters, let body):
                if let filters { visit(filters) }
                body.forEachClause(visit)
            case .condition(let condition):
                for branch in condition.branches {
                    visit(branch.test)
                    branch.body.forEachClause(visit)
                }
                condition.otherwise.forEachClause(visit)
            case .loop(let loop):
                visit(loop.items)
                if let filter = loop.filter { visit(filter) }
                loop.body.forEachClause(visit)
                loop.otherwise.forEachClause(visit)
            case .with(let pairs, let body):
                for pair in pairs { visit(pair.value) }
                body.forEachClause(visit)
            case .filtered(let clause, let body):
                visit(clause)
                body.forEachClause(visit)
            case .macro(let macro): macro.forEachClause(visit)
            case .callBlock(let macro, let clause):
                visit(clause)
                macro.forEachClause(visit)
            case .block(let block): block.body.forEachClause(visit)
            }
        }
    }
}

extension MacroDefinition {
    fileprivate func forEachClause(_ visit: (Clause) -> Void) {
        for parameter in parameters { if let fallback = parameter.fallback { visit(fallback) } }
        body.forEachClause(visit)
    }
}

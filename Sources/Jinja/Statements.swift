/// A part of a template.
enum Statement: Sendable {
    case text(Literal)
    case output(Written)
    case condition(Condition)
    case loop(LoopStatement)
    case set(Assignment)
    indirect case setBlock(AssignmentTarget, filters: Clause?, body: [Statement])
    indirect case with([(target: AssignmentTarget, value: Clause)], body: [Statement])
    indirect case filtered(Clause, body: [Statement])
    case macro(MacroDefinition)
    indirect case callBlock(MacroDefinition, Clause)
    indirect case include(Clause, ignoresMissing: Bool, withContext: Bool)
    indirect case importModule(Clause, name: Name, withContext: Bool)
    indirect case importNames(Clause, names: [(name: String, alias: Name)], withContext: Bool)
    case extends(Clause)
    indirect case block(BlockDefinition)
}

final class Literal: Sendable {
    let octets: [UInt8]

    init(_ octets: [UInt8]) {
        self.octets = octets
    }
}

/// An expression to be written, with the text before it.
final class Written: Sendable {
    let before: [UInt8]
    let clause: Clause

    init(_ before: [UInt8], _ clause: Clause) {
        self.before = before
        self.clause = clause
    }
}

final class Condition: Sendable {
    let branches: [(test: Clause, body: [Statement])]
    let otherwise: [Statement]

    init(_ branches: [(test: Clause, body: [Statement])], otherwise: [Statement]) {
        self.branches = branches
        self.otherwise = otherwise
    }
}

final class Assignment: Sendable {
    let target: AssignmentTarget
    let value: Clause

    init(_ target: AssignmentTarget, _ value: Clause) {
        self.target = target
        self.value = value
    }
}

final class LoopStatement: Sendable {
    let target: AssignmentTarget
    let items: Clause
    let filter: Clause?
    let body: [Statement]
    let otherwise: [Statement]

    init(target: AssignmentTarget, items: Clause, filter: Clause?, body: [Statement], otherwise: [Statement]) {
        self.target = target
        self.items = items
        self.filter = filter
        self.body = body
        self.otherwise = otherwise
    }
}

enum AssignmentTarget: Sendable {
    case name(Name)
    case tuple([AssignmentTarget])
    case attribute(of: Name, String)
}

final class MacroDefinition: Sendable {
    let name: Name
    let parameters: [(name: Name, fallback: Clause?)]
    let body: [Statement]
    let usesCaller: Bool
    let usesVarargs: Bool
    let usesKwargs: Bool

    init(_ name: Name, _ parameters: [(name: Name, fallback: Clause?)], _ body: [Statement]) {
        self.name = name
        self.parameters = parameters
        self.body = body
        func uses(_ name: String) -> Bool {
            body.reads(name) && !parameters.contains { $0.name.text == name }
        }
        usesCaller = uses("caller")
        usesVarargs = uses("varargs")
        usesKwargs = uses("kwargs")
    }
}

struct BlockDefinition: Sendable {
    var name: String
    var isScoped: Bool
    var isRequired: Bool
    var body: [Statement]
}

extension [Statement] {
    /// Whether an expression in these reads a name.
    func reads(_ name: String) -> Bool {
        contains { statement in
            switch statement {
            case .text: false
            case .output(let written): written.clause.reads(name)
            case .extends(let clause), .include(let clause, _, _),
                .importModule(let clause, _, _), .importNames(let clause, _, _):
                clause.reads(name)
            case .set(let assignment): assignment.value.reads(name)
            case .condition(let condition):
                condition.branches.contains { $0.test.reads(name) || $0.body.reads(name) }
                    || condition.otherwise.reads(name)
            case .loop(let loop):
                loop.items.reads(name) || loop.filter?.reads(name) ?? false || loop.body.reads(name)
                    || loop.otherwise.reads(name)
            case .setBlock(_, let filters, let body): filters?.reads(name) ?? false || body.reads(name)
            case .with(let pairs, let body): pairs.contains { $0.value.reads(name) } || body.reads(name)
            case .filtered(let clause, let body): clause.reads(name) || body.reads(name)
            case .macro(let macro): macro.body.reads(name)
            case .callBlock(let macro, let clause): macro.body.reads(name) || clause.reads(name)
            case .block(let block): block.body.reads(name)
            }
        }
    }

    /// The blocks in these, outermost first.
    var blocks: [BlockDefinition] {
        flatMap { statement -> [BlockDefinition] in
            switch statement {
            case .block(let block): [block] + block.body.blocks
            case .condition(let condition):
                condition.branches.flatMap(\.body.blocks) + condition.otherwise.blocks
            case .loop(let loop): loop.body.blocks + loop.otherwise.blocks
            case .with(_, let body), .filtered(_, let body), .setBlock(_, _, let body): body.blocks
            case .macro(let macro), .callBlock(let macro, _): macro.body.blocks
            case .text, .output, .set, .include, .importModule, .importNames, .extends: []
            }
        }
    }
}

extension Clause {
    func reads(_ name: String) -> Bool {
        var names: Set<String> = []
        root.collectNames(into: &names)
        return names.contains(name)
    }
}

/// A part of a template.
indirect enum Statement: Sendable {
    case text(String)
    case output(Clause)
    case condition([(test: Clause, body: [Statement])], otherwise: [Statement])
    case loop(LoopStatement)
    case set(AssignmentTarget, Clause)
    case setBlock(AssignmentTarget, filters: Clause?, body: [Statement])
    case with([(target: AssignmentTarget, value: Clause)], body: [Statement])
    case filtered(Clause, body: [Statement])
    case macro(MacroDefinition)
    case callBlock(MacroDefinition, Clause)
    case include(Clause, ignoresMissing: Bool, withContext: Bool)
    case importModule(Clause, name: String, withContext: Bool)
    case importNames(Clause, names: [(name: String, alias: String)], withContext: Bool)
    case extends(Clause)
    case block(BlockDefinition)
}

struct LoopStatement: Sendable {
    var target: AssignmentTarget
    var items: Clause
    var filter: Clause?
    var body: [Statement]
    var otherwise: [Statement]
}

indirect enum AssignmentTarget: Sendable {
    case name(String)
    case tuple([AssignmentTarget])
    case attribute(of: String, String)
}

struct MacroDefinition: Sendable {
    var name: String
    var parameters: [(name: String, fallback: Clause?)]
    var body: [Statement]
    var usesCaller: Bool
    var usesVarargs: Bool
    var usesKwargs: Bool
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
            case .output(let clause), .extends(let clause), .include(let clause, _, _),
                .importModule(let clause, _, _), .importNames(let clause, _, _), .set(_, let clause):
                clause.reads(name)
            case .condition(let branches, let otherwise):
                branches.contains { $0.test.reads(name) || $0.body.reads(name) } || otherwise.reads(name)
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
            case .condition(let branches, let otherwise): branches.flatMap(\.body.blocks) + otherwise.blocks
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

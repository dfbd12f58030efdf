/// One part of a parsed expression.
enum Node: Sendable {
    case constant(Constant)
    case name(Name)
    case list([Node])
    case tuple([Node])
    indirect case dict([(key: Node, value: Node)])
    case negate(Operand)
    case positive(Operand)
    case not(Operand)
    case and(Operands)
    case or(Operands)
    case binary(Operation)
    case concatenation([Node])
    case comparison(Comparisons)
    case conditional(Conditional)
    case attribute(Attribute)
    case subscripted(Operands)
    indirect case slice(Node, from: Node?, to: Node?, step: Node?)
    case call(Call)
    case filter(Application)
    case test(Application)
}

enum BinaryOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case remainder = "%"
    case power = "**"
}

enum ComparisonOperator: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isIn = "in"
    case isNotIn = "not in"
}

extension Node {
    static func constant(_ value: Value) -> Node { .constant(Constant(value)) }

    var children: [Node] {
        switch self {
        case .constant, .name: []
        case .list(let items), .tuple(let items), .concatenation(let items): items
        case .dict(let pairs): pairs.flatMap { [$0.key, $0.value] }
        case .negate(let operand), .positive(let operand), .not(let operand): [operand.node]
        case .attribute(let attribute): [attribute.object]
        case .and(let both), .or(let both), .subscripted(let both): [both.left, both.right]
        case .binary(let operation): [operation.left, operation.right]
        case .comparison(let comparisons): [comparisons.first] + comparisons.rest.map(\.operand)
        case .conditional(let conditional):
            [conditional.test, conditional.then] + (conditional.otherwise.map { [$0] } ?? [])
        case .slice(let node, let from, let to, let step): [node] + [from, to, step].compactMap { $0 }
        case .call(let call): [call.function] + call.arguments.nodes
        case .filter(let application), .test(let application): [application.input] + application.arguments.nodes
        }
    }

    /// The names read here and below.
    func collectNames(into names: inout Set<String>) {
        if case .name(let name) = self { names.insert(name.text) }
        for child in children { child.collectNames(into: &names) }
    }

    /// How an undefined value found here is called in messages.
    var path: String? {
        switch self {
        case .name(let name): return name.text
        case .attribute(let attribute): return attribute.object.path.map { "\($0).\(attribute.key)" }
        case .subscripted(let both):
            guard case .constant(let key) = both.right else { return nil }
            return both.left.path.map { "\($0)[\(key.value.representation)]" }
        default: return nil
        }
    }
}

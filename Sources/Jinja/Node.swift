/// One part of a parsed expression.
indirect enum Node: Sendable {
    case constant(Value)
    case name(String)
    case list([Node])
    case tuple([Node])
    case dict([(key: Node, value: Node)])
    case negate(Node)
    case positive(Node)
    case not(Node)
    case and(Node, Node)
    case or(Node, Node)
    case binary(BinaryOperator, Node, Node)
    case concatenation([Node])
    case comparison(Node, [(comparison: ComparisonOperator, operand: Node)])
    case conditional(test: Node, then: Node, otherwise: Node?)
    case attribute(Node, String)
    case subscripted(Node, Node)
    case slice(Node, from: Node?, to: Node?, step: Node?)
    case call(Node, CallArguments)
    case filter(Node, name: String, CallArguments)
    case test(Node, name: String, CallArguments)
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

/// The arguments of a call, filter or test, as written.
struct CallArguments: Sendable {
    var positional: [Node] = []
    var named: [(name: String, value: Node)] = []
    /// `*list`
    var list: Node?
    /// `**dictionary`
    var dictionary: Node?

    var nodes: [Node] {
        positional + named.map(\.value) + [list, dictionary].compactMap { $0 }
    }
}

extension Node {
    var children: [Node] {
        switch self {
        case .constant, .name: []
        case .list(let items), .tuple(let items), .concatenation(let items): items
        case .dict(let pairs): pairs.flatMap { [$0.key, $0.value] }
        case .negate(let node), .positive(let node), .not(let node), .attribute(let node, _): [node]
        case .and(let left, let right), .or(let left, let right), .binary(_, let left, let right),
            .subscripted(let left, let right):
            [left, right]
        case .comparison(let first, let rest): [first] + rest.map(\.operand)
        case .conditional(let test, let then, let otherwise): [test, then] + (otherwise.map { [$0] } ?? [])
        case .slice(let node, let from, let to, let step): [node] + [from, to, step].compactMap { $0 }
        case .call(let node, let arguments), .filter(let node, _, let arguments), .test(let node, _, let arguments):
            [node] + arguments.nodes
        }
    }

    /// The names read here and below.
    func collectNames(into names: inout Set<String>) {
        if case .name(let name) = self { names.insert(name) }
        for child in children { child.collectNames(into: &names) }
    }

    /// How an undefined value found here is called in messages.
    var path: String? {
        switch self {
        case .name(let name): name
        case .attribute(let node, let key): node.path.map { "\($0).\(key)" }
        case .subscripted(let node, .constant(let key)): node.path.map { "\($0)[\(key.representation)]" }
        default: nil
        }
    }
}

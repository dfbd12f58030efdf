import OrderedCollections

/// What the nodes of an expression hold. Each is an object, as evaluation then follows it without counting references.

final class Constant: Sendable {
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}

final class Operand: Sendable {
    let node: Node

    init(_ node: Node) {
        self.node = node
    }
}

final class Operands: Sendable {
    let left: Node
    let right: Node

    init(_ left: Node, _ right: Node) {
        self.left = left
        self.right = right
    }
}

final class Operation: Sendable {
    let kind: BinaryOperator
    let left: Node
    let right: Node

    init(_ kind: BinaryOperator, _ left: Node, _ right: Node) {
        self.kind = kind
        self.left = left
        self.right = right
    }
}

final class Comparisons: Sendable {
    let first: Node
    let rest: [(comparison: ComparisonOperator, operand: Node)]

    init(_ first: Node, _ rest: [(comparison: ComparisonOperator, operand: Node)]) {
        self.first = first
        self.rest = rest
    }
}

final class Conditional: Sendable {
    let test: Node
    let then: Node
    let otherwise: Node?

    init(test: Node, then: Node, otherwise: Node?) {
        self.test = test
        self.then = then
        self.otherwise = otherwise
    }
}

/// What follows a dot, with what it means for the things that have attributes of their own.
final class Attribute: Sendable {
    let object: Node
    let key: String
    /// Whether Python's dictionaries have a method by this name: then it is never a key.
    let isDictionaryMethod: Bool
    let ofLoop: Loop.Attribute?
    let stringMethod: NamedRoutine?

    init(_ object: Node, _ key: String) {
        self.object = object
        self.key = key
        isDictionaryMethod = Evaluation.dictionaryMethods.contains(key)
        ofLoop = Loop.Attribute(rawValue: key)
        stringMethod = Evaluation.stringMethods[key]
    }
}

final class Call: Sendable {
    let function: Node
    let arguments: CallArguments

    init(_ function: Node, _ arguments: CallArguments) {
        self.function = function
        self.arguments = arguments
    }
}

/// The arguments of a call, filter or test, as written.
final class CallArguments: Sendable {
    let positional: [Node]
    let named: [(name: String, value: Node)]
    /// `*list`
    let list: Node?
    /// `**dictionary`
    let dictionary: Node?

    init(
        _ positional: [Node] = [],
        named: [(name: String, value: Node)] = [],
        list: Node? = nil,
        dictionary: Node? = nil
    ) {
        self.positional = positional
        self.named = named
        self.list = list
        self.dictionary = dictionary
    }

    var nodes: [Node] {
        positional + named.map(\.value) + [list, dictionary].compactMap { $0 }
    }

    var isEmpty: Bool { positional.isEmpty && named.isEmpty && list == nil && dictionary == nil }

    /// The values where all are constants.
    var constants: Arguments? {
        guard list == nil, dictionary == nil else { return nil }
        var result = Arguments()
        for node in positional {
            guard case .constant(let constant) = node else { return nil }
            result.positional.append(constant.value)
        }
        for (name, node) in named {
            guard case .constant(let constant) = node else { return nil }
            result.named[name] = constant.value
        }
        return result
    }
}

/// A filter or test with its input and arguments.
final class Application: Sendable {
    let input: Node
    let routine: NamedRoutine
    let arguments: CallArguments
    /// What the routine does with its input, where it is given nothing else.
    let direct: Routine.Direct?
    /// The arguments where all are constants that the routine takes.
    let constants: BoundArguments?
    /// The arguments in their order, and the parameters that take them when that can be told from how they are written.
    let values: [Node]
    let places: [Int]?

    init(_ input: Node, _ routine: NamedRoutine, _ arguments: CallArguments) {
        self.input = input
        self.routine = routine
        self.arguments = arguments
        direct = arguments.isEmpty ? routine.direct : nil
        constants = arguments.constants.flatMap { try? BoundArguments($0, of: routine) { _ in } }
        values = arguments.positional + arguments.named.map(\.value)
        places = Self.places(of: arguments, in: routine)
    }

    private static func places(of arguments: CallArguments, in routine: NamedRoutine) -> [Int]? {
        let parameters = routine.parameters
        guard arguments.list == nil, arguments.dictionary == nil,
            arguments.positional.count <= parameters.count, !routine.isVariadic
        else { return nil }
        var places = Array(arguments.positional.indices)
        for (name, _) in arguments.named {
            guard let index = parameters.firstIndex(of: name), index >= arguments.positional.count else { return nil }
            places.append(index)
        }
        return places
    }
}

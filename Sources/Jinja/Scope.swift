import OrderedCollections

/// The names that are known at a place; what is not found here is looked for in the parent.
final class Scope {
    var bindings: [String: Binding] = [:]
    let variables: OrderedDictionary<String, Value>
    let parent: Scope?

    init(variables: OrderedDictionary<String, Value> = [:]) {
        self.variables = variables
        parent = nil
    }

    init(inside parent: Scope) {
        variables = [:]
        self.parent = parent
    }

    func lookUp(_ name: String) -> Binding? {
        var scope = self
        while true {
            if let binding = scope.bindings[name] { return binding }
            guard let parent = scope.parent else { return scope.variables[name].map { .value($0) } }
            scope = parent
        }
    }

    func set(_ name: String, _ value: Value) {
        bindings[name] = .value(value)
    }
}

/// What a name stands for. Only values can be passed around; the others are used by name.
enum Binding {
    case value(Value)
    case namespace(Namespace)
    case loop(Loop)
    case macro(Macro)
    case module(Module)
    case blocks
    case parentBlock(name: String, level: Int)

    var word: String {
        switch self {
        case .value: "value"
        case .namespace: "namespace"
        case .loop: "loop"
        case .macro: "macro"
        case .module: "module"
        case .blocks, .parentBlock: "block"
        }
    }
}

/// The object that `namespace()` makes: its attributes can be set from inner scopes.
final class Namespace {
    var attributes: OrderedDictionary<String, Value>

    init(attributes: OrderedDictionary<String, Value>) {
        self.attributes = attributes
    }
}

/// What an imported template exports.
final class Module {
    let scope: Scope

    init(scope: Scope) {
        self.scope = scope
    }
}

/// The `loop` variable.
final class Loop {
    let items: [Value]
    let depth: Int
    var index = 0
    /// What `loop.changed` saw last.
    var seen: [Value]?

    init(items: [Value], depth: Int) {
        self.items = items
        self.depth = depth
    }

    func attribute(_ name: String) -> Value? {
        switch name {
        case "index": .int(index + 1)
        case "index0": .int(index)
        case "revindex": .int(items.count - index)
        case "revindex0": .int(items.count - index - 1)
        case "first": .bool(index == 0)
        case "last": .bool(index == items.count - 1)
        case "length": .int(items.count)
        case "depth": .int(depth)
        case "depth0": .int(depth - 1)
        case "previtem": index > 0 ? items[index - 1] : .undefined("loop.previtem")
        case "nextitem": index + 1 < items.count ? items[index + 1] : .undefined("loop.nextitem")
        default: nil
        }
    }
}

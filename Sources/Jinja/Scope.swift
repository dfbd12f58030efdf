import OrderedCollections

/// The names that are bound at a place; what is not found here is looked for in the parent.
final class Scope {
    private struct Entry {
        var name: Int
        var binding: Binding
    }

    @safe @exclusivity(unchecked) private var entries: [Entry] = []
    /// Where each name is, once there are many.
    @safe @exclusivity(unchecked) private var places: [Int: Int]?
    private static let fewest = 16
    let parent: Scope?
    /// Whether the variables that were given can be seen from here.
    let seesVariables: Bool

    init(seesVariables: Bool) {
        parent = nil
        self.seesVariables = seesVariables
    }

    init(inside parent: Scope) {
        self.parent = parent
        seesVariables = parent.seesVariables
    }

    @inline(__always)
    private func place(of name: Int) -> Int? {
        if let places { return places[name] }
        for index in entries.indices where entries[index].name == name { return index }
        return nil
    }

    /// What is bound to a name in this very scope.
    func own(_ name: Name) -> Binding? {
        place(of: name.number).map { entries[$0].binding }
    }

    func lookUp(_ name: Name) -> Binding? {
        if let place = place(of: name.number) { return entries[place].binding }
        return parent?.lookUp(name)
    }

    /// An attribute of what is bound to a name, which itself is not copied for that; nil where nothing is bound.
    func attribute(_ attribute: Attribute, of name: Name, _ evaluation: Evaluation) throws -> Value? {
        guard let place = place(of: name.number) else {
            return try parent?.attribute(attribute, of: name, evaluation)
        }
        let entries = entries
        return try evaluation.attribute(attribute, of: entries.span[place].binding, name)
    }

    func bind(_ name: Name, to binding: consuming Binding) {
        if let place = place(of: name.number) {
            entries[place].binding = binding
            return
        }
        if entries.isEmpty { entries.reserveCapacity(3) }
        entries.append(Entry(name: name.number, binding: binding))
        if places != nil {
            places?[name.number] = entries.count - 1
        } else if entries.count > Self.fewest {
            places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
        }
    }

    func set(_ name: Name, _ value: Value) {
        bind(name, to: .value(value))
    }

    var count: Int { entries.count }

    /// Forgets all but the names that were bound first.
    func removeAll(after count: Int = 0) {
        guard entries.count > count else { return }
        places = places?.filter { $0.value < count }
        entries.removeLast(entries.count - count)
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
    @safe @exclusivity(unchecked) var index = 0
    /// What `loop.changed` saw last.
    var seen: [Value]?

    enum Attribute: String {
        case index, index0, revindex, revindex0, first, last, length, depth, depth0, previtem, nextitem
    }

    init(items: [Value], depth: Int) {
        self.items = items
        self.depth = depth
    }

    func value(of attribute: Attribute) -> Value {
        switch attribute {
        case .index: .int(index + 1)
        case .index0: .int(index)
        case .revindex: .int(items.count - index)
        case .revindex0: .int(items.count - index - 1)
        case .first: .bool(index == 0)
        case .last: .bool(index == items.count - 1)
        case .length: .int(items.count)
        case .depth: .int(depth)
        case .depth0: .int(depth - 1)
        case .previtem: index > 0 ? items[index - 1] : .undefined("loop.previtem")
        case .nextitem: index + 1 < items.count ? items[index + 1] : .undefined("loop.nextitem")
        }
    }
}

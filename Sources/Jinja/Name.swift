/// A name that expressions read or statements make, with its number among all names of a template.
final class Name: Sendable {
    let text: String
    let number: Int
    /// The function that is meant where nothing was bound to the name.
    let function: GlobalFunction?

    init(_ text: String, number: Int) {
        self.text = text
        self.number = number
        function = GlobalFunction(rawValue: text)
    }

    private static func reserved(_ number: Int) -> Name { Name(NameTable.reserved[number], number: number) }

    static let blocks = reserved(0)
    static let parentBlock = reserved(1)
    static let loop = reserved(2)
    static let caller = reserved(3)
    static let positional = reserved(4)
    static let named = reserved(5)
    static let filtered = reserved(6)
}

/// The names of a template by number. A template that is loaded by another goes on with that one's table, so that a
/// number means the same name all through an evaluation.
struct NameTable: Sendable {
    /// What is bound without being written as a target; no template can write the last.
    fileprivate static let reserved = ["self", "super", "loop", "caller", "varargs", "kwargs", " text"]

    static let start = NameTable()

    private(set) var names: [Name]
    private var numbers: [String: Int]

    private init() {
        names = [.blocks, .parentBlock, .loop, .caller, .positional, .named, .filtered]
        numbers = Dictionary(uniqueKeysWithValues: Self.reserved.enumerated().map { ($1, $0) })
    }

    /// The name of a text, made when there is none.
    mutating func name(_ text: String) -> Name {
        if let known = find(text) { return known }
        let name = Name(text, number: names.count)
        names.append(name)
        numbers[text] = name.number
        return name
    }

    func find(_ text: String) -> Name? {
        numbers[text].map { names[$0] }
    }
}

/// A table of names that grows while a template is parsed.
final class NameCollector {
    var table: NameTable

    init(_ table: NameTable = .start) {
        self.table = table
    }
}

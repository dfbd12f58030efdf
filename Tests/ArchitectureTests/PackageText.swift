/// A target as `Package.swift` declares it.
struct DeclaredTarget: Hashable {
    var name: String
    /// Targets of this package that it may import.
    var targets: Set<String> = []
    /// Products of other packages that it may import.
    var products: Set<String> = []
    /// A module map over a C library.
    var isSystemLibrary = false
}

/// What `Package.swift` says about the rooms, read from its text: lists of targets, in order.
struct PackageText {
    /// `wire`, `domain`, … with their targets, from the top of the file.
    private(set) var lists: [(name: String, targets: [DeclaredTarget])] = []

    init(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String(Self.code(of: $0)) }
        var products: [String: String] = [:]
        for line in lines {
            // static let nioCore = product(name: "NIOCore", package: "swift-nio")
            guard let name = Self.word(after: "static let ", in: line), line.contains("= product(name:"),
                let product = Self.quoted(line).first
            else { continue }
            products[name] = product
        }
        var body: [String]?
        for line in lines {
            if line.hasPrefix("let "), line.hasSuffix(": [Target] = ["), let name = Self.word(after: "let ", in: line) {
                lists.append((name, []))
                body = []
            } else if line == "]", let whole = body {
                lists[lists.count - 1].targets = Self.targets(in: whole.joined(separator: " "), products: products)
                body = nil
            } else {
                body?.append(line)
            }
        }
    }

    func targets(of list: String) -> [DeclaredTarget] {
        lists.first { $0.name == list }?.targets ?? []
    }

    var allTargets: [DeclaredTarget] { lists.flatMap(\.targets) }

    /// All targets that the target reaches, itself left out.
    func closure(of name: String) -> Set<String> {
        let byName = Dictionary(allTargets.map { ($0.name, $0) }) { first, _ in first }
        var reached: Set<String> = []
        var waiting = [name]
        while let next = waiting.popLast() {
            for target in byName[next]?.targets ?? [] where reached.insert(target).inserted { waiting.append(target) }
        }
        return reached
    }

    /// The entries of a list: each begins with a dot and ends with its closing parenthesis.
    private static func targets(in body: String, products: [String: String]) -> [DeclaredTarget] {
        var targets: [DeclaredTarget] = []
        var entry = ""
        var depth = 0
        for character in body {
            if character == "(" { depth += 1 }
            if depth > 0 || !character.isWhitespace { entry.append(character) }
            guard character == ")" else { continue }
            depth -= 1
            if depth == 0 {
                if let target = target(in: entry, products: products) { targets.append(target) }
                entry = ""
            }
        }
        return targets
    }

    private static func target(in entry: String, products: [String: String]) -> DeclaredTarget? {
        guard let name = quoted(entry).first else { return nil }
        var target = DeclaredTarget(name: name)
        target.isSystemLibrary = entry.contains(".systemLibrary(")
        guard let list = between("dependencies: [", "]", in: entry) else { return target }
        for item in list.split(separator: ",") {
            let item = item.drop { $0.isWhitespace }.prefix { !$0.isWhitespace }
            if item.hasPrefix("\"") {
                target.targets.insert(String(item.dropFirst().dropLast()))
            } else if item.hasPrefix(".") {
                let name = String(item.dropFirst())
                target.products.insert(products[name] ?? name)
            }
        }
        return target
    }

    /// The line without the comment that a `//` begins outside a text.
    private static func code(of line: Substring) -> Substring {
        var isText = false
        var previous: Character = " "
        for index in line.indices {
            if line[index] == "\"" { isText.toggle() }
            if !isText, line[index] == "/", previous == "/" { return line[..<line.index(before: index)] }
            previous = line[index]
        }
        return line
    }

    private static func quoted(_ text: String) -> [String] {
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        return stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
    }

    private static func word(after prefix: String, in line: String) -> String? {
        let line = line.drop { $0.isWhitespace }
        guard line.hasPrefix(prefix) else { return nil }
        return String(line.dropFirst(prefix.count).prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    }

    private static func between(_ start: String, _ end: Character, in text: String) -> String? {
        var rest = text[...]
        while !rest.isEmpty, !rest.hasPrefix(start) { rest = rest.dropFirst() }
        return rest.isEmpty ? nil : String(rest.dropFirst(start.count).prefix { $0 != end })
    }
}

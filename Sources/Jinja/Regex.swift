/// A regular expression of Python's `re` kind, matched by a backtracking machine with bounded steps.
///
/// Known: classes, groups (captured, named, plain), alternation, greedy and lazy quantifiers, anchors, `\b`,
/// `\d \w \s`, back references, look-ahead, look-behind of a fixed width, flags `i`, `m`, `s`, `x`.
struct Regex: Sendable {
    struct Match: Sendable {
        /// Start and end of each group, in code points; nil where a group took no part.
        var groups: [Range<Int>?]
        var range: Range<Int> { groups[0] ?? 0..<0 }
    }

    struct Flags: OptionSet, Sendable {
        let rawValue: Int
        static let ignoreCase = Flags(rawValue: 1)
        static let multiline = Flags(rawValue: 2)
        static let dotMatchesAll = Flags(rawValue: 4)
        static let verbose = Flags(rawValue: 8)
    }

    static let maximumSteps = 1_000_000

    let program: [RegexInstruction]
    let groupCount: Int
    let names: [String: Int]

    init(_ pattern: String, flags: Flags = []) throws {
        var parser = try RegexParser(pattern, flags: flags)
        let root = try parser.parse()
        var compiler = RegexCompiler()
        program = try compiler.compile(root)
        groupCount = parser.groupCount
        names = parser.names
    }

    /// The first match at or after a place.
    func search(_ text: [Unicode.Scalar], from start: Int = 0) throws -> Match? {
        var machine = RegexMachine(program: program, text: text, groupCount: groupCount)
        for place in stride(from: start, through: text.count, by: 1) {
            if let match = try machine.match(at: place) { return match }
        }
        return nil
    }

    /// The match that starts exactly at a place.
    func match(_ text: [Unicode.Scalar], at start: Int = 0) throws -> Match? {
        var machine = RegexMachine(program: program, text: text, groupCount: groupCount)
        return try machine.match(at: start)
    }

    /// All matches that do not overlap, as `re.finditer` gives them.
    func matches(_ text: [Unicode.Scalar], limit: Int = .max) throws -> [Match] {
        var matches: [Match] = []
        var place = 0
        var machine = RegexMachine(program: program, text: text, groupCount: groupCount)
        var lastEnd = -1
        while place <= text.count, matches.count < limit {
            // After a match that was not empty an empty one may follow at once, but not where one ended empty.
            if let match = try machine.match(
                at: place,
                forbidsEmpty: place == lastEnd && matches.last?.range.isEmpty == true
            ) {
                matches.append(match)
                lastEnd = match.range.upperBound
                place = match.range.upperBound
            } else {
                place += 1
            }
        }
        return matches
    }
}

/// A parsed regular expression.
indirect enum RegexNode: Sendable {
    case empty
    case set(RegexSet)
    case sequence([RegexNode])
    case alternatives([RegexNode])
    case group(RegexNode, index: Int)
    case repetition(RegexNode, minimum: Int, maximum: Int?, isGreedy: Bool)
    case backReference(Int, ignoresCase: Bool)
    case assertion(RegexAssertion)
    case look(RegexNode, isAhead: Bool, isNegative: Bool)

    /// How many code points it takes, where that is always the same.
    var width: Int? {
        switch self {
        case .empty, .assertion, .look: return 0
        case .set: return 1
        case .backReference: return nil
        case .group(let node, _): return node.width
        case .sequence(let nodes):
            return nodes.reduce(0) { sum, node in
                guard let sum, let width = node.width, sum < 100_000 else { return nil }
                return sum + width
            }
        case .alternatives(let nodes):
            guard let first = nodes.first?.width, nodes.allSatisfy({ $0.width == first }) else { return nil }
            return first
        case .repetition(let node, let minimum, let maximum, _):
            guard minimum == maximum, let width = node.width, width < 100_000 else { return nil }
            return width * minimum
        }
    }
}

enum RegexAssertion: Sendable {
    case textStart, textEnd, lineStart, lineEnd, textEndOrLastLineEnd, wordBoundary, notWordBoundary
}

/// A set of code points.
struct RegexSet: Sendable {
    enum Item: Sendable {
        case range(ClosedRange<UInt32>)
        case digit(Bool)
        case word(Bool)
        case space(Bool)
        case any
        case anyButLineEnd
    }

    var items: [Item]
    var isNegative = false
    var ignoresCase = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        if has(scalar) { return !isNegative }
        if ignoresCase {
            for other in scalar.caseVariants where has(other) { return !isNegative }
        }
        return isNegative
    }

    private func has(_ scalar: Unicode.Scalar) -> Bool {
        for item in items {
            let found =
                switch item {
                case .range(let range): range.contains(scalar.value)
                case .digit(let wanted): scalar.isDecimalDigit == wanted
                case .word(let wanted): scalar.isWord == wanted
                case .space(let wanted): scalar.isPythonSpace == wanted
                case .any: true
                case .anyButLineEnd: scalar != "\n"
                }
            if found { return true }
        }
        return false
    }
}

extension Unicode.Scalar {
    fileprivate var caseVariants: [Unicode.Scalar] {
        [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { mapping in
            mapping.unicodeScalars.count == 1 ? mapping.unicodeScalars.first : nil
        }
    }

    /// Whether two code points are the same letter, whatever its case.
    func isSame(as other: Unicode.Scalar, ignoringCase: Bool) -> Bool {
        self == other || (ignoringCase && properties.lowercaseMapping == other.properties.lowercaseMapping)
    }
}

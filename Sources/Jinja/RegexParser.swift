/// Reads the notation of regular expressions.
struct RegexParser {
    static let maximumDepth = 60

    private let pattern: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var flags: Regex.Flags
    private(set) var groupCount = 0
    private(set) var names: [String: Int] = [:]
    private var openGroups: Set<Int> = []

    init(_ pattern: String, flags: Regex.Flags) throws {
        self.pattern = Array(pattern.unicodeScalars)
        self.flags = flags
        guard self.pattern.count <= 20_000 else { throw JinjaError("a regular expression that is too long") }
    }

    mutating func parse() throws -> RegexNode {
        let node = try alternatives()
        guard position == pattern.count else { throw failure("')' without '('") }
        return node
    }

    private func failure(_ message: String) -> JinjaError {
        JinjaError("regular expression \(pythonQuoted(String(scalars: pattern))): \(message) at \(position)")
    }

    private var current: Unicode.Scalar? { position < pattern.count ? pattern[position] : nil }

    private mutating func take(_ text: String) -> Bool {
        guard pattern[position...].starts(with: text.unicodeScalars) else { return false }
        position += text.unicodeScalars.count
        return true
    }

    private mutating func alternatives() throws -> RegexNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw failure("nested too deep") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws -> RegexNode {
        var nodes: [RegexNode] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            if flags.contains(.verbose) {
                if scalar.isPythonSpace {
                    position += 1
                    continue
                }
                if scalar == "#" {
                    while position < pattern.count, pattern[position] != "\n" { position += 1 }
                    continue
                }
            }
            let start = position
            let atom = try self.atom()
            nodes.append(try quantified(atom, from: start))
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func quantified(_ atom: RegexNode, from start: Int) throws -> RegexNode {
        guard let (minimum, maximum) = try takeQuantifier() else { return atom }
        if case .assertion = atom { throw failure("nothing to repeat") }
        if case .empty = atom { throw failure("nothing to repeat") }
        let isGreedy = !take("?")
        if isGreedy, take("+") { throw failure("possessive quantifiers are not known") }
        let place = position
        if try takeQuantifier() != nil {
            position = place
            throw failure("multiple repeat")
        }
        return .repetition(atom, minimum: minimum, maximum: maximum, isGreedy: isGreedy)
    }

    private mutating func takeQuantifier() throws -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = position
        guard take("{") else { return nil }
        let low = number()
        var high = low
        if take(",") { high = number() }
        let hasComma = pattern[start..<position].contains(",")
        guard take("}"), low != nil || hasComma else {
            position = start
            return nil
        }
        let maximum = hasComma ? high : low
        guard (maximum ?? 0) <= 1000, (low ?? 0) <= 1000 else { throw failure("a repetition of more than 1000") }
        if let maximum, maximum < low ?? 0 { throw failure("min repeat greater than max repeat") }
        return (low ?? 0, maximum)
    }

    private mutating func number() -> Int? {
        let start = position
        var value = 0
        while let scalar = current, (0x30...0x39).contains(scalar.value) {
            value = min(value * 10 + Int(scalar.value - 0x30), 1_000_000)
            position += 1
        }
        return position > start ? value : nil
    }

    private func set(_ items: [RegexSet.Item], isNegative: Bool = false) -> RegexNode {
        .set(RegexSet(items: items, isNegative: isNegative, ignoresCase: flags.contains(.ignoreCase)))
    }

    private func literal(_ scalar: Unicode.Scalar) -> RegexNode {
        set([.range(scalar.value...scalar.value)])
    }

    private mutating func atom() throws -> RegexNode {
        guard let scalar = current else { return .empty }
        switch scalar {
        case "(": return try group()
        case "[": return try characterClass()
        case "\\": return try escape()
        case "*", "+", "?": throw failure("nothing to repeat")
        default: position += 1
        }
        switch scalar {
        case ".": return set([flags.contains(.dotMatchesAll) ? .any : .anyButLineEnd])
        case "^": return .assertion(flags.contains(.multiline) ? .lineStart : .textStart)
        case "$": return .assertion(flags.contains(.multiline) ? .lineEnd : .textEndOrLastLineEnd)
        default: return literal(scalar)
        }
    }

    // MARK: Groups

    private mutating func group() throws -> RegexNode {
        position += 1
        let outerFlags = flags
        defer { flags = outerFlags }
        var node: RegexNode
        if take("?:") {
            // Wrapped, so that what must not be repeated bare may be repeated in a group.
            node = .sequence([try alternatives()])
        } else if take("?=") {
            node = .look(try alternatives(), isAhead: true, isNegative: false)
        } else if take("?!") {
            node = .look(try alternatives(), isAhead: true, isNegative: true)
        } else if take("?<=") {
            node = try lookBehind(isNegative: false)
        } else if take("?<!") {
            node = try lookBehind(isNegative: true)
        } else if take("?#") {
            while position < pattern.count, pattern[position] != ")" { position += 1 }
            node = .empty
        } else if take("?P=") {
            let name = try groupName(until: ")")
            guard let index = names[name] else { throw failure("unknown group name '\(name)'") }
            return .backReference(index, ignoresCase: flags.contains(.ignoreCase))
        } else if take("?P<") {
            let name = try groupName(until: ">")
            guard names[name] == nil else { throw failure("group name '\(name)' given twice") }
            names[name] = groupCount + 1
            node = try captured()
        } else if take("?") {
            return try flagGroup(outerFlags: outerFlags)
        } else {
            node = try captured()
        }
        guard take(")") else { throw failure("'(' without ')'") }
        return node
    }

    private mutating func captured() throws -> RegexNode {
        groupCount += 1
        guard groupCount <= 200 else { throw failure("more than 200 groups") }
        let index = groupCount
        openGroups.insert(index)
        let node = RegexNode.group(try alternatives(), index: index)
        openGroups.remove(index)
        return node
    }

    private mutating func lookBehind(isNegative: Bool) throws -> RegexNode {
        let node = try alternatives()
        guard node.width != nil else { throw failure("look-behind requires fixed-width pattern") }
        return .look(node, isAhead: false, isNegative: isNegative)
    }

    private mutating func groupName(until end: Unicode.Scalar) throws -> String {
        let start = position
        while let scalar = current, scalar != end {
            guard scalar.isWord, position > start || !scalar.isDecimalDigit else { throw failure("a bad group name") }
            position += 1
        }
        let name = String(scalars: pattern[start..<position])
        guard current == end, !name.isEmpty else { throw failure("a bad group name") }
        // The closing parenthesis of a named back reference is consumed here as well.
        position += 1
        return name
    }

    /// `(?i)` at the start for all that follows, `(?i:…)` for a part.
    private mutating func flagGroup(outerFlags: Regex.Flags) throws -> RegexNode {
        let atStart = position == 2
        var removes = false
        while let scalar = current {
            position += 1
            let flag: Regex.Flags
            switch scalar {
            case "i": flag = .ignoreCase
            case "m": flag = .multiline
            case "s": flag = .dotMatchesAll
            case "x": flag = .verbose
            case "u": flag = []
            case "-":
                removes = true
                flag = []
            case ":":
                let node = try alternatives()
                guard take(")") else { throw failure("'(' without ')'") }
                return node
            case ")":
                guard atStart, !removes else { throw failure("flags are not at the start of the expression") }
                return try alternatives()
            default: throw failure("unknown extension ?\(scalar)")
            }
            if removes { flags.subtract(flag) } else { flags.formUnion(flag) }
        }
        throw failure("'(' without ')'")
    }

    // MARK: Classes and escapes

    private mutating func characterClass() throws -> RegexNode {
        position += 1
        let isNegative = take("^")
        var items: [RegexSet.Item] = []
        var isFirst = true
        while let scalar = current, scalar != "]" || isFirst {
            isFirst = false
            let low = try classItem()
            guard position + 1 < pattern.count, pattern[position] == "-", pattern[position + 1] != "]" else {
                items.append(low)
                continue
            }
            position += 1
            guard case .range(let start) = low, case .range(let end) = try classItem(),
                start.lowerBound <= end.lowerBound
            else { throw failure("bad character range") }
            items.append(.range(start.lowerBound...end.lowerBound))
        }
        guard take("]") else { throw failure("unterminated character set") }
        return set(items, isNegative: isNegative)
    }

    private mutating func classItem() throws -> RegexSet.Item {
        guard let scalar = current else { throw failure("unterminated character set") }
        position += 1
        guard scalar == "\\" else { return .range(scalar.value...scalar.value) }
        guard let escaped = current else { throw failure("bad escape (end of pattern)") }
        if let item = Self.classEscape(escaped) {
            position += 1
            return item
        }
        if escaped == "b" {
            position += 1
            return .range(8...8)
        }
        let value = try escapedScalar()
        return .range(value...value)
    }

    private static func classEscape(_ scalar: Unicode.Scalar) -> RegexSet.Item? {
        switch scalar {
        case "d": .digit(true)
        case "D": .digit(false)
        case "w": .word(true)
        case "W": .word(false)
        case "s": .space(true)
        case "S": .space(false)
        default: nil
        }
    }

    private mutating func escape() throws -> RegexNode {
        position += 1
        guard let scalar = current else { throw failure("bad escape (end of pattern)") }
        if let item = Self.classEscape(scalar) {
            position += 1
            return set([item])
        }
        switch scalar {
        case "b":
            position += 1
            return .assertion(.wordBoundary)
        case "B":
            position += 1
            return .assertion(.notWordBoundary)
        case "A":
            position += 1
            return .assertion(.textStart)
        case "Z":
            position += 1
            return .assertion(.textEnd)
        case "1"..."9":
            let index = number() ?? 0
            guard index <= groupCount else { throw failure("invalid group reference \(index)") }
            guard !openGroups.contains(index) else { throw failure("cannot refer to an open group") }
            return .backReference(index, ignoresCase: flags.contains(.ignoreCase))
        default:
            let value = try escapedScalar()
            return set([.range(value...value)])
        }
    }

    private mutating func escapedScalar() throws -> UInt32 {
        guard let scalar = current else { throw failure("bad escape (end of pattern)") }
        position += 1
        switch scalar {
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "f": return 0x0C
        case "v": return 0x0B
        case "a": return 0x07
        case "0": return 0
        case "x": return try code(digits: 2)
        case "u": return try code(digits: 4)
        case "U": return try code(digits: 8)
        case "a"..."z", "A"..."Z", "1"..."9": throw failure("bad escape \\\(scalar)")
        default: return scalar.value
        }
    }

    private mutating func code(digits: Int) throws -> UInt32 {
        let end = position + digits
        guard end <= pattern.count,
            let value = UInt32(String(scalars: pattern[position..<end]), radix: 16), Unicode.Scalar(value) != nil
        else { throw failure("incomplete escape") }
        position = end
        return value
    }
}

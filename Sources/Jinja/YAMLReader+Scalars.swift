import OrderedCollections

extension YAMLReader {
    // MARK: Flow

    /// `[…]` or `{…}`, over lines as it may be.
    mutating func flow(_ depth: Int) throws -> Value {
        guard depth < 100 else { throw failure("lists and maps nested too deep") }
        let isList = current == "["
        position += 1
        var items: [Value] = []
        var entries: OrderedDictionary<String, Value> = [:]
        var merged: [Value] = []
        while true {
            try skipInFlow()
            if current == (isList ? "]" : "}") { break }
            let isExplicit = current == "?" && isBlank(at(1))
            if isExplicit { position += 1 }
            try skipInFlow()
            let isPlain = current.map { !"\"'[{*&!".unicodeScalars.contains($0) } ?? false
            let start = position
            let key = current == ":" ? Value.none : try flowNode(depth + 1)
            let isMerge = isPlain && String(scalars: text[start..<position]) == "<<"
            try skipInFlow()
            if current == ":", isBlank(at(1)) || !isPlain || at(1).map({ ",]}".unicodeScalars.contains($0) }) == true {
                position += 1
                try skipInFlow()
                let isEmpty = current == "," || current == "]" || current == "}"
                let value = isEmpty ? Value.none : try flowNode(depth + 1)
                if isList {
                    items.append(.dict([try name(of: key): value]))
                } else if isMerge {
                    merged += value.asList ?? [value]
                } else {
                    entries[try name(of: key)] = value
                }
            } else if isList {
                items.append(key)
            } else {
                entries[try name(of: key)] = .some(.none)
            }
            try skipInFlow()
            if current == "," {
                position += 1
            } else if current != (isList ? "]" : "}") {
                throw failure("neither ',' nor the end of a flow collection was found")
            }
        }
        position += 1
        return isList ? .list(items) : .dict(try merging(merged, into: entries))
    }

    private mutating func skipInFlow() throws {
        while endsLine() {
            guard current != nil else { throw failure("the text ends inside a flow collection") }
            position += 1
        }
    }

    private mutating func flowNode(_ depth: Int) throws -> Value {
        try note()
        var isText = false
        while current == "!" {
            isText = try tag() || isText
            try skipInFlow()
        }
        switch current {
        case "[", "{": return try flow(depth)
        case "\"", "'": return .string(try quoted())
        case "*": return try alias()
        case "&":
            position += 1
            let name = word()
            try skipInFlow()
            let value = try flowNode(depth + 1)
            // What it unfolds to is at most what is written here.
            anchors[name] = (value, 1 + text.count / 2)
            return value
        default:
            var words = try plain(inFlow: true)
            while endsLine(), current != nil {
                let breaks = skipBreaks()
                guard let scalar = current, !",[]{}#:".unicodeScalars.contains(scalar) else { break }
                words += breaks + (try plain(inFlow: true))
            }
            return isText ? .string(words) : YAMLScalar.resolved(words)
        }
    }

    // MARK: Plain

    /// One line of a plain text, without spaces at its end.
    mutating func plain(inFlow: Bool) throws -> String {
        let start = position
        guard let first = current, !",[]{}#&*!|>'\"%@`".unicodeScalars.contains(first) else {
            throw failure("a value cannot begin with '\(current.map(String.init) ?? "the end")'")
        }
        if "-?:".unicodeScalars.contains(first) {
            let next = at(1)
            if isBlank(next) || inFlow && ",[]{}".unicodeScalars.contains(next ?? " ") {
                throw failure("a value cannot begin with '\(first)'")
            }
        }
        var end = position
        while let scalar = current, scalar != "\n" {
            let next = at(1)
            if scalar == ":", isBlank(next) || inFlow && ",[]{}".unicodeScalars.contains(next ?? " ") { break }
            if scalar == "#", isBlank(text[position - 1]) { break }
            if inFlow, ",[]{}".unicodeScalars.contains(scalar) { break }
            position += 1
            if scalar != " ", scalar != "\t" { end = position }
        }
        position = end
        return String(scalars: text[start..<end])
    }

    /// The further lines of a plain text that stand to the right of `parent`.
    mutating func foldPlain(_ words: inout String, in parent: Int) throws {
        while true {
            let start = position
            skipSpaces()
            guard current == "\n" else {
                position = start
                return
            }
            let breaks = skipBreaks()
            guard let scalar = current, scalar != "#", column > parent, !isMarker("---"), !isMarker("...") else {
                position = start
                return
            }
            let line = position
            while let scalar = current, scalar != "\n" {
                if scalar == ":", isBlank(at(1)) { throw failure("a map's value where none is allowed") }
                if scalar == "#", position > line, isBlank(text[position - 1]) { break }
                position += 1
            }
            var end = position
            while end > line, isBlank(text[end - 1]) { end -= 1 }
            position = end
            words += breaks + String(scalars: text[line..<end])
        }
    }

    /// From a line's end to the next text: one line end is a space, each further one is kept.
    mutating func skipBreaks() -> String {
        var count = 0
        while current == "\n" || current == " " || current == "\t" {
            if current == "\n" { count += 1 }
            position += 1
        }
        return count < 2 ? " " : String(repeating: "\n", count: count - 1)
    }

    // MARK: Quoted

    mutating func quoted() throws -> String {
        let quote = current
        position += 1
        var result: [Unicode.Scalar] = []
        // What was escaped stays, spaces too.
        var kept = 0
        while let scalar = current {
            position += 1
            if scalar == quote {
                guard quote == "'", current == "'" else { return String(scalars: result[...]) }
                position += 1
                result.append("'")
            } else if scalar == "\n" {
                while result.count > kept, result.last == " " || result.last == "\t" { result.removeLast() }
                position -= 1
                result += Array(skipBreaks().unicodeScalars)
            } else if scalar == "\\", quote == "\"" {
                try escape(into: &result)
                kept = result.count
            } else {
                result.append(scalar)
            }
        }
        throw failure("the text ends inside a quoted text")
    }

    private mutating func escape(into result: inout [Unicode.Scalar]) throws {
        guard let letter = current else { throw failure("the text ends inside a quoted text") }
        position += 1
        switch letter {
        case "\n":
            // A line end that is escaped is none; further ones are.
            position -= 1
            let breaks = skipBreaks()
            if breaks != " " { result += Array(breaks.unicodeScalars) }
        case "x": result.append(try hexadecimal(2))
        case "u": result.append(try hexadecimal(4))
        case "U": result.append(try hexadecimal(8))
        default:
            let known: [Unicode.Scalar: Unicode.Scalar] = [
                "0": "\0", "a": "\u{7}", "b": "\u{8}", "t": "\t", "\t": "\t", "n": "\n", "v": "\u{B}", "f": "\u{C}",
                "r": "\r", "e": "\u{1B}", " ": " ", "\"": "\"", "\\": "\\", "/": "/", "N": "\u{85}", "_": "\u{A0}",
                "L": "\u{2028}", "P": "\u{2029}",
            ]
            guard let scalar = known[letter] else { throw failure("'\\\(letter)' means nothing") }
            result.append(scalar)
        }
    }

    private mutating func hexadecimal(_ count: Int) throws -> Unicode.Scalar {
        let digits = String(scalars: text[position..<min(position + count, text.count)])
        guard digits.count == count, let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) else {
            throw failure("'\(digits)' is not a character's number")
        }
        position += count
        return scalar
    }

    // MARK: Blocks

    /// `|` or `>` with the lines below it.
    mutating func blockScalar(in parent: Int) throws -> String {
        let folds = current == ">"
        position += 1
        var chomping: Unicode.Scalar?
        var indent: Int?
        while let mark = current, !isBlank(mark) {
            if mark == "+" || mark == "-" {
                chomping = mark
            } else if let digit = Int(String(mark)), digit > 0 {
                indent = max(parent, 0) + digit
            } else {
                throw failure("'\(mark)' after '|' or '>'")
            }
            position += 1
        }
        guard endsLine() else { throw failure("a text after '|' or '>'") }
        var lines: [String] = []
        while current == "\n" {
            let start = position
            position += 1
            var spaces = 0
            while current == " ", indent.map({ spaces < $0 }) ?? true {
                spaces += 1
                position += 1
            }
            if current == "\n" || current == nil {
                // Nothing after the last line end is no line.
                if current == nil, spaces == 0 { break }
                lines.append("")
                continue
            }
            if indent == nil { indent = max(spaces, parent + 1) }
            guard let wanted = indent, spaces >= wanted, !isMarker("---"), !isMarker("...") else {
                position = start
                break
            }
            let first = position
            skipLine()
            lines.append(String(scalars: text[first..<position]))
        }
        return Self.joined(lines, folds: folds, chomping)
    }

    private static func joined(_ lines: [String], folds: Bool, _ chomping: Unicode.Scalar?) -> String {
        var body = lines[...]
        while body.last?.isEmpty == true { body.removeLast() }
        let trailing = lines.count - body.count
        var result = ""
        var pending = 0
        var last: String?
        for line in body {
            guard !line.isEmpty else {
                pending += 1
                continue
            }
            if let last {
                // Lines that stand further in keep their ends.
                let isKept = !folds || isFurtherIn(last) || isFurtherIn(line)
                result += isKept ? "\n" : pending == 0 ? " " : ""
            }
            result += String(repeating: "\n", count: pending) + line
            pending = 0
            last = line
        }
        guard last != nil else { return chomping == "+" ? String(repeating: "\n", count: trailing) : "" }
        switch chomping {
        case "-": return result
        case "+": return result + String(repeating: "\n", count: trailing + 1)
        default: return result + "\n"
        }
    }

    private static func isFurtherIn(_ line: String) -> Bool { line.first == " " || line.first == "\t" }
}

extension YAMLScalar {
    /// What a plain text means by YAML 1.1: nothing, a truth value, a number; else it is a text.
    static func resolved(_ text: String) -> Value {
        switch text {
        case "", "~", "null", "Null", "NULL": return .none
        case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return true
        case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return false
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .double(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .double(-.infinity)
        case ".nan", ".NaN", ".NAN": return .double(.nan)
        default: break
        }
        guard let first = text.unicodeScalars.first, "+-.0123456789".unicodeScalars.contains(first) else {
            return .string(text)
        }
        return number(text).map { $0 } ?? .string(text)
    }

    private static func number(_ text: String) -> Value? {
        let isNegative = text.hasPrefix("-")
        let plain = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        let digits = plain.filter { $0 != "_" }
        guard let first = plain.first, first != "_", digits.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return nil }
        if digits.contains(":") {
            let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
            guard first != "0", !digits.contains("."), let head = parts.first.flatMap({ Int($0) }) else { return nil }
            var sum = head
            for part in parts.dropFirst() {
                guard part.count < 3, let next = Int(part), (0..<60).contains(next), sum < Int.max / 100 else {
                    return nil
                }
                sum = sum * 60 + next
            }
            return .int(isNegative ? -sum : sum)
        }
        let magnitude: Int?
        if digits.hasPrefix("0x") {
            magnitude = unsigned(digits.dropFirst(2), 16)
        } else if digits.hasPrefix("0b") {
            magnitude = unsigned(digits.dropFirst(2), 2)
        } else if digits.count > 1, first == "0", !digits.contains(".") {
            magnitude = unsigned(digits.dropFirst(1), 8)
        } else {
            magnitude = unsigned(digits[...], 10)
        }
        if let magnitude { return .int(isNegative ? -magnitude : magnitude) }
        guard digits.contains("."), digits.allSatisfy({ $0.isNumber || ".eE+-".contains($0) }) else { return nil }
        if let mark = digits.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            // YAML 1.1 asks for the sign of an exponent.
            guard let sign = digits[mark...].dropFirst().first, sign == "+" || sign == "-" else { return nil }
        }
        guard digits != ".", let double = Double(digits) else { return nil }
        return .double(isNegative ? -double : double)
    }

    private static func unsigned(_ digits: Substring, _ radix: Int) -> Int? {
        guard let first = digits.first, first != "-", first != "+" else { return nil }
        return Int(digits, radix: radix)
    }
}

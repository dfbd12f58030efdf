import OrderedCollections

/// Python's `str.format`.
struct BraceFormat {
    private let format: [Unicode.Scalar]
    private let arguments: Arguments
    private let evaluation: Evaluation
    private var automatic = 0

    init(_ format: String, _ arguments: Arguments, _ evaluation: Evaluation) {
        self.format = Array(format.unicodeScalars)
        self.arguments = arguments
        self.evaluation = evaluation
    }

    mutating func apply() throws -> String { try expand(format, depth: 0) }

    private mutating func expand(_ format: [Unicode.Scalar], depth: Int) throws -> String {
        guard depth < 2 || format.isEmpty else { throw JinjaError("max string recursion exceeded") }
        var text = String.UnicodeScalarView()
        var index = 0
        while index < format.count {
            let scalar = format[index]
            let isDoubled = index + 1 < format.count && format[index + 1] == scalar
            if (scalar == "{" || scalar == "}") && isDoubled && depth == 0 {
                text.append(scalar)
                index += 2
            } else if scalar == "{" {
                var end = index + 1
                var open = 1
                while end < format.count {
                    if format[end] == "{" { open += 1 }
                    if format[end] == "}" { open -= 1 }
                    if open == 0 { break }
                    end += 1
                }
                guard end < format.count else { throw JinjaError("expected '}' before end of string") }
                let piece = try field(Array(format[(index + 1)..<end]), depth: depth)
                try evaluation.charge(1, times: piece.utf8.count)
                text.append(contentsOf: piece.unicodeScalars)
                index = end + 1
            } else if scalar == "}" {
                throw JinjaError("single '}' in format string")
            } else {
                text.append(scalar)
                index += 1
            }
        }
        return String(text)
    }

    private mutating func field(_ text: [Unicode.Scalar], depth: Int) throws -> String {
        var nameEnd = 0
        var brackets = 0
        while nameEnd < text.count, brackets > 0 || (text[nameEnd] != ":" && text[nameEnd] != "!") {
            if text[nameEnd] == "[" { brackets += 1 }
            if text[nameEnd] == "]" { brackets -= 1 }
            nameEnd += 1
        }
        var value = try lookUp(Array(text[..<nameEnd]))
        var rest = text[nameEnd...]
        if rest.first == "!" {
            let conversion = rest.dropFirst().first
            rest = rest.dropFirst(2)
            switch conversion {
            case "r": value = .string(try evaluation.used(value).representation)
            case "s": value = .string(try evaluation.text(of: value))
            default: throw JinjaError("unknown conversion in a format string")
            }
            guard rest.isEmpty || rest.first == ":" else { throw JinjaError("expected ':' after conversion specifier") }
        }
        let specification = try expand(Array(rest.dropFirst()), depth: depth + 1)
        return try Self.format(value, specification, evaluation)
    }

    private mutating func lookUp(_ path: [Unicode.Scalar]) throws -> Value {
        var index = path.firstIndex { $0 == "." || $0 == "[" } ?? path.count
        let name = String(scalars: path[..<index])
        var value: Value
        if name.isEmpty || Int(name) != nil {
            guard name.isEmpty == (automatic >= 0) || automatic == 0 else {
                throw JinjaError("automatic and manual field numbers in one format string")
            }
            let number = name.isEmpty ? automatic : Int(name) ?? 0
            automatic = name.isEmpty ? automatic + 1 : -1
            guard arguments.positional.indices.contains(number) else {
                throw JinjaError("replacement index \(number) out of range for positional args")
            }
            value = arguments.positional[number]
        } else {
            guard let named = arguments.named[name] else {
                throw JinjaError("no value for '\(name)' in a format string")
            }
            value = named
        }
        while index < path.count {
            let isAttribute = path[index] == "."
            let end =
                isAttribute
                ? path[(index + 1)...].firstIndex { $0 == "." || $0 == "[" } ?? path.count
                : path[index...].firstIndex(of: "]") ?? path.count
            let key = String(scalars: path[(index + 1)..<end])
            guard !isAttribute else { throw JinjaError("no attribute '\(key)' in a format string") }
            let found = try evaluation.subscripted(value, by: Int(key).map { .int($0) } ?? .string(key), path: key)
            guard !found.isUndefined else { throw JinjaError("no value for '\(key)' in a format string") }
            value = found
            index = end + 1
        }
        return try evaluation.defined(value)
    }

    private static func format(_ value: Value, _ specification: String, _ evaluation: Evaluation) throws -> String {
        let field = try parse(Array(specification.unicodeScalars)).checked()
        switch value {
        case .string(let text):
            guard field.type == nil || field.type == "s", field.plus == nil, field.alignment != "=" else {
                throw JinjaError("format '\(specification)' of a string")
            }
            return field.padded(
                field.precision.map { String(scalars: text.unicodeScalars.prefix($0)) } ?? text,
                isNumber: false
            )
        case .bool where specification.isEmpty: return value.description
        case .int, .bool:
            guard case .int(let whole) = value.number else { return value.description }
            if let type = field.type, "eEfFgG%".unicodeScalars.contains(type) {
                return try field.text(of: Double(whole))
            }
            guard field.precision == nil else { throw JinjaError("precision not allowed in integer format specifier") }
            return try field.text(of: whole)
        case .double(let number): return try field.text(of: number)
        case .undefined, .none, .list, .dict:
            guard specification.isEmpty else { throw JinjaError("format '\(specification)' of \(value.typeName)") }
            return try evaluation.text(of: value)
        }
    }

    private static func parse(_ text: [Unicode.Scalar]) throws -> FieldFormat {
        var field = FieldFormat()
        var index = 0
        func at(_ index: Int) -> Unicode.Scalar? { index < text.count ? text[index] : nil }
        func isAlignment(_ scalar: Unicode.Scalar?) -> Bool { scalar.map("<>=^".unicodeScalars.contains) ?? false }
        if isAlignment(at(1)) {
            (field.fill, field.alignment) = (text[0], at(1))
            index = 2
        } else if isAlignment(at(0)) {
            field.alignment = at(0)
            index = 1
        }
        if let sign = at(index), "+- ".unicodeScalars.contains(sign) {
            field.plus = sign == "-" ? nil : sign
            index += 1
        }
        if at(index) == "#" {
            field.isAlternate = true
            index += 1
        }
        if at(index) == "0" {
            if index < 2 || !isAlignment(at(1)) { field.fill = "0" }
            field.padsNumbers = true
            index += 1
        }
        func number() -> Int? {
            var number: Int?
            while let scalar = at(index), (0x30...0x39).contains(scalar.value) {
                number = min((number ?? 0) * 10 + Int(scalar.value - 0x30), 1_000_000)
                index += 1
            }
            return number
        }
        field.width = number() ?? 0
        if at(index) == "," || at(index) == "_" {
            field.grouping = at(index)
            index += 1
        }
        if at(index) == "." {
            index += 1
            guard let precision = number() else { throw JinjaError("format specifier missing precision") }
            field.precision = precision
        }
        if let type = at(index) {
            field.type = type
            index += 1
        }
        guard index == text.count else { throw JinjaError("invalid format specifier '\(String(scalars: text))'") }
        return field
    }
}

import OrderedCollections

/// Python's `format % values`.
struct PercentFormat {
    private let format: [Unicode.Scalar]

    init(_ format: String) {
        self.format = Array(format.unicodeScalars)
    }

    func apply(_ values: [Value], isTuple: Bool, _ evaluation: Evaluation) throws -> String {
        var reader = Reader(format: format, values: values, isTuple: isTuple, evaluation: evaluation)
        return try reader.apply()
    }

    private struct Reader {
        let format: [Unicode.Scalar]
        let values: [Value]
        let isTuple: Bool
        let evaluation: Evaluation
        var position = 0
        var used = 0
        var usedNames = false

        init(format: [Unicode.Scalar], values: [Value], isTuple: Bool, evaluation: Evaluation) {
            self.format = format
            self.values = values
            self.isTuple = isTuple
            self.evaluation = evaluation
        }

        mutating func apply() throws -> String {
            var text = String.UnicodeScalarView()
            while position < format.count {
                let scalar = format[position]
                position += 1
                if scalar != "%" {
                    text.append(scalar)
                } else if position < format.count, format[position] == "%" {
                    text.append("%")
                    position += 1
                } else {
                    let piece = try field()
                    try evaluation.charge(1, times: piece.utf8.count)
                    text.append(contentsOf: piece.unicodeScalars)
                }
            }
            let takesNone = !isTuple && values.first.map { $0.asDict != nil || $0.asList != nil } ?? true
            guard used == values.count || usedNames || (used == 0 && takesNone) else {
                throw JinjaError("not all arguments converted during string formatting")
            }
            return String(text)
        }

        private mutating func next() throws -> Value {
            guard used < values.count else { throw JinjaError("not enough arguments for format string") }
            used += 1
            return try evaluation.defined(values[used - 1])
        }

        private mutating func number() throws -> Int? {
            if position < format.count, format[position] == "*" {
                position += 1
                guard case .int(let number) = try next() else { throw JinjaError("'*' wants a whole number") }
                guard abs(clamped(number)) <= FieldFormat.maximumWidth else {
                    throw JinjaError("a format that is too wide")
                }
                return number
            }
            var number: Int?
            while position < format.count, (0x30...0x39).contains(format[position].value) {
                number = min((number ?? 0) * 10 + Int(format[position].value - 0x30), 1_000_000)
                position += 1
            }
            return number
        }

        private func clamped(_ number: Int) -> Int { min(max(number, -1_000_000), 1_000_000) }

        private mutating func name() throws -> String? {
            guard position < format.count, format[position] == "(" else { return nil }
            guard let end = format[position...].firstIndex(of: ")") else { throw JinjaError("incomplete format key") }
            defer { position = end + 1 }
            return String(scalars: format[(position + 1)..<end])
        }

        private mutating func field() throws -> String {
            var value: Value?
            if let name = try name() {
                guard !isTuple, let entries = values.first?.asDict else {
                    throw JinjaError("format requires a mapping")
                }
                guard let entry = entries[name] else { throw JinjaError("no value for %(\(name))") }
                value = try evaluation.defined(entry)
                usedNames = true
            }
            var field = FieldFormat()
            var isLeft = false
            var hasZeros = false
            while position < format.count {
                switch format[position] {
                case "-": isLeft = true
                case "0": hasZeros = true
                case "+": field.plus = "+"
                case " ": field.plus = field.plus ?? " "
                case "#": field.isAlternate = true
                default:
                    return try rest(value, field, isLeft: isLeft, hasZeros: hasZeros)
                }
                position += 1
            }
            throw JinjaError("incomplete format")
        }

        private mutating func rest(_ named: Value?, _ start: FieldFormat, isLeft: Bool, hasZeros: Bool) throws -> String
        {
            var field = start
            var isLeft = isLeft
            if let width = try number() {
                if width < 0 { isLeft = true }
                field.width = abs(width)
            }
            if position < format.count, format[position] == "." {
                position += 1
                field.precision = max(0, try number() ?? 0)
            }
            while position < format.count, "hlL".unicodeScalars.contains(format[position]) { position += 1 }
            guard position < format.count else { throw JinjaError("incomplete format") }
            let type = format[position]
            position += 1
            field.alignment = isLeft ? "<" : ">"
            let value = try named ?? next()
            if "srac".unicodeScalars.contains(type) {
                field.type = "s"
                return try string(value, type, field.checked())
            }
            if hasZeros, !isLeft { (field.fill, field.alignment) = ("0", "=") }
            field.type = type
            return try numeric(value, field.checked())
        }

        private func string(_ value: Value, _ type: Unicode.Scalar, _ field: FieldFormat) throws -> String {
            var text: String
            switch type {
            case "s": text = try evaluation.text(of: value)
            case "c":
                if case .int(let code) = value, let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) {
                    text = String(scalar)
                } else if case .string(let one) = value, one.unicodeScalars.count == 1 {
                    text = one
                } else {
                    throw JinjaError("%c requires int or char")
                }
            default:
                text = try evaluation.used(value).representation
                if type == "a" {
                    text = text.unicodeScalars.map { $0.isASCII ? String($0) : $0.pythonEscape }.joined()
                }
            }
            if let precision = field.precision, type != "c" {
                text = String(scalars: text.unicodeScalars.prefix(precision))
            }
            return field.padded(text, isNumber: true)
        }

        private func numeric(_ value: Value, _ field: FieldFormat) throws -> String {
            guard let number = value.number else {
                throw JinjaError(
                    "%\(field.type.map { String($0) } ?? "") format: a number is required, not \(value.typeName)"
                )
            }
            switch field.type {
            case "d", "i", "u":
                var plain = field
                plain.isAlternate = false
                let whole = if case .int(let whole) = number { whole } else { try Filters.wholePart(of: number.double) }
                return try plain.text(of: whole, minimumDigits: field.precision ?? 0)
            case "x", "X", "o":
                guard case .int(let whole) = number else { throw JinjaError("%x format: an integer is required") }
                return try field.text(of: whole, minimumDigits: field.precision ?? 0)
            case "f", "F", "e", "E", "g", "G": return try field.text(of: number.double)
            default: throw JinjaError("unsupported format character '\(field.type.map { String($0) } ?? "")'")
            }
        }
    }
}

extension Filters {
    static let numbers: [String: Routine] = [
        "abs": Routine { call in
            switch call.input.number {
            case .int(let number):
                guard number != .min else { throw JinjaError("'abs' of \(number) does not fit 64 bits") }
                return .int(abs(number))
            case .double(let number): return .double(abs(number))
            case nil: throw JinjaError("'abs' of \(call.input.typeName)")
            }
        },
        "int": Routine(["default", "base"]) { call in
            let fallback = call["default"] ?? 0
            switch call.input {
            case .int, .bool: return call.input.number?.value ?? fallback
            case .double(let number): return .int(try wholePart(of: number))
            case .string(let text):
                let base = try call.int("base") ?? 10
                if let number = try wholeNumber(text, base: base) { return .int(number) }
                guard let number = pythonDouble(text), number.isFinite else { return fallback }
                return .int(try wholePart(of: number))
            case .undefined, .none, .list, .dict: return fallback
            }
        },
        "float": Routine(["default"]) { call in
            switch call.input {
            case .int, .bool, .double: return .double(call.input.number?.double ?? 0)
            case .string(let text): return pythonDouble(text).map { .double($0) } ?? call["default"] ?? 0.0
            case .undefined, .none, .list, .dict: return call["default"] ?? 0.0
            }
        },
        "round": Routine(["precision", "method"]) { call in
            let precision = try call.int("precision") ?? 0
            guard let number = call.input.number else { throw JinjaError("'round' of \(call.input.typeName)") }
            guard (-400...400).contains(precision) else { throw JinjaError("'round' to \(precision) places") }
            switch try call.string("method") ?? "common" {
            case "common":
                guard case .double(let double) = number else { return try roundedWhole(number, precision) }
                guard double.isFinite else { return .double(double) }
                return .double(Double(DecimalDigits(double).rounded(places: precision).plainText) ?? double)
            case let method where method == "ceil" || method == "floor":
                let scale = raise(10, to: Double(precision))
                let scaled = number.double * scale
                guard scaled.isFinite, scale != 0 else {
                    throw JinjaError("'round' of \(number.double) is out of range")
                }
                return .double(Double(try wholePart(of: scaled.rounded(method == "ceil" ? .up : .down))) / scale)
            case let method: throw JinjaError("'round' has no method '\(method)'")
            }
        },
        "filesizeformat": Routine(["binary"]) { call in
            guard let size = call.input.number?.double ?? call.input.asString.flatMap(pythonDouble) else {
                throw JinjaError("'filesizeformat' of \(call.input.typeName)")
            }
            return .string(fileSize(size, isBinary: try call.flag("binary")))
        },
    ]

    static func wholePart(of number: Double) throws -> Int {
        guard let whole = Int(exactly: number.rounded(.towardZero)) else {
            throw JinjaError("\(pythonText(of: number)) does not fit 64 bits")
        }
        return whole
    }

    private static func roundedWhole(_ number: Number, _ precision: Int) throws -> Value {
        guard case .int(let whole) = number, precision < 0 else { return number.value }
        guard precision > -19, let unit = Int("1" + String(repeating: "0", count: -precision)) else { return 0 }
        let half = unit / 2
        let remainder = ((whole % unit) + unit) % unit
        let (low, overflow) = whole.subtractingReportingOverflow(remainder)
        guard !overflow else { throw JinjaError("'round' of \(whole) does not fit 64 bits") }
        let isUp = remainder > half || (remainder == half && (low / unit) % 2 != 0)
        let (result, overflowAbove) = low.addingReportingOverflow(isUp ? unit : 0)
        guard !overflowAbove else { throw JinjaError("'round' of \(whole) does not fit 64 bits") }
        return .int(result)
    }

    private static func fileSize(_ size: Double, isBinary: Bool) -> String {
        let base: Double = isBinary ? 1024 : 1000
        if size == 1 { return "1 Byte" }
        if size < base { return "\(pythonText(of: size.rounded(.towardZero)).split(separator: ".")[0]) Bytes" }
        let units =
            isBinary
            ? ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]
            : ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]
        var unit = base
        for name in units {
            unit *= base
            if size < unit || name == units.last {
                return DecimalDigits(base * size / unit).rounded(places: 1).fixedText(places: 1) + " " + name
            }
        }
        return ""
    }
}

/// What Python's `int(text, base)` reads: white space around, a sign, underscores between digits, `0x` and its like.
func wholeNumber(_ text: String, base: Int) throws -> Int? {
    guard base == 0 || (2...36).contains(base) else { return nil }
    var digits = Substring(trimmed(text))
    var isNegative = false
    if digits.hasPrefix("-") || digits.hasPrefix("+") {
        isNegative = digits.hasPrefix("-")
        digits = digits.dropFirst()
    }
    var radix = base
    for (prefix, value) in [("0x", 16), ("0o", 8), ("0b", 2)] where base == value || base == 0 {
        guard digits.prefix(2).lowercased() == prefix else { continue }
        digits = digits.dropFirst(2)
        if digits.hasPrefix("_") { digits = digits.dropFirst() }
        radix = value
    }
    if radix == 0 {
        guard !digits.hasPrefix("0") || digits.allSatisfy({ $0 == "0" || $0 == "_" }) else { return nil }
        radix = 10
    }
    guard let plain = withoutUnderscores(digits), !plain.isEmpty,
        plain.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isLetter || Character(Unicode.Scalar($0)).isNumber })
    else { return nil }
    guard plain.allSatisfy({ Int(String($0), radix: radix) != nil }) else { return nil }
    guard let number = Int((isNegative ? "-" : "") + plain, radix: radix) else {
        throw JinjaError("\(text) does not fit 64 bits")
    }
    return number
}

func withoutUnderscores(_ digits: Substring) -> String? {
    let parts = digits.split(separator: "_", omittingEmptySubsequences: false)
    return parts.contains("") ? nil : parts.joined()
}

/// What Python's `float(text)` reads.
func pythonDouble(_ text: String) -> Double? {
    let text = trimmed(text).lowercased()
    let magnitude = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : Substring(text)
    switch magnitude {
    case "inf", "infinity": return text.hasPrefix("-") ? -.infinity : .infinity
    case "nan": return .nan
    default: break
    }
    guard let first = magnitude.utf8.first, first == UInt8(ascii: ".") || (0x30...0x39).contains(first),
        magnitude.utf8.allSatisfy({ (0x30...0x39).contains($0) || "._e+-".utf8.contains($0) })
    else { return nil }
    let parts = magnitude.split(separator: "_", omittingEmptySubsequences: false)
    for (left, right) in zip(parts, parts.dropFirst()) {
        guard let before = left.utf8.last, let after = right.utf8.first, (0x30...0x39).contains(before),
            (0x30...0x39).contains(after)
        else { return nil }
    }
    var plain = parts.joined()
    if plain.hasPrefix(".") { plain = "0" + plain }
    if let point = plain.firstIndex(of: "."), !(plain[plain.index(after: point)...].first?.isNumber ?? false) {
        plain.insert("0", at: plain.index(after: point))
    }
    return Double((text.hasPrefix("-") ? "-" : "") + plain)
}

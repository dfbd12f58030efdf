extension Value: CustomStringConvertible {
    /// What Python's `str()` would give: `True`, `None`, strings bare outside and quoted inside lists.
    /// What is undefined is empty here; strict evaluation refuses it.
    public var description: String {
        switch self {
        case .undefined: ""
        case .none: "None"
        case .bool(let flag): flag ? "True" : "False"
        case .int(let number): String(number)
        case .double(let number): pythonText(of: number)
        case .string(let text): text
        case .list, .dict: representation
        }
    }

    /// What Python's `repr()` would give.
    var representation: String {
        var text = ""
        writeRepresentation(to: &text)
        return text
    }

    private func writeRepresentation(to text: inout String) {
        switch self {
        case .undefined: text += "Undefined"
        case .none, .bool, .int, .double: text += description
        case .string(let string): text += pythonQuoted(string)
        case .list(let items):
            text += "["
            for (index, item) in items.enumerated() {
                if index > 0 { text += ", " }
                item.writeRepresentation(to: &text)
            }
            text += "]"
        case .dict(let entries):
            text += "{"
            for (index, entry) in entries.enumerated() {
                if index > 0 { text += ", " }
                text += pythonQuoted(entry.key) + ": "
                entry.value.writeRepresentation(to: &text)
            }
            text += "}"
        }
    }
}

/// A string as Python's `repr()` writes it.
func pythonQuoted(_ string: String) -> String {
    let quote: Unicode.Scalar = string.utf8.contains(0x27) && !string.utf8.contains(0x22) ? "\"" : "'"
    var text = String.UnicodeScalarView()
    text.append(quote)
    for scalar in string.unicodeScalars {
        switch scalar {
        case quote, "\\":
            text.append("\\")
            text.append(scalar)
        case "\n": text.append(contentsOf: "\\n".unicodeScalars)
        case "\r": text.append(contentsOf: "\\r".unicodeScalars)
        case "\t": text.append(contentsOf: "\\t".unicodeScalars)
        case " "..."~": text.append(scalar)
        default:
            if scalar.isPrintable {
                text.append(scalar)
            } else {
                text.append(contentsOf: scalar.pythonEscape.unicodeScalars)
            }
        }
    }
    text.append(quote)
    return String(text)
}

extension Unicode.Scalar {
    /// Python's idea of printable: not a separator other than space, and not of the "other" categories.
    var isPrintable: Bool {
        if self == " " { return true }
        return switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }

    /// Python's idea of white space.
    var isPythonSpace: Bool {
        switch value {
        case 0x09...0x0D, 0x1C...0x20: true
        case 0...0x7F: false
        default: properties.isWhitespace
        }
    }

    /// `\xNN`, `\uNNNN` or `\UNNNNNNNN`.
    var pythonEscape: String {
        switch value {
        case 0...0xFF: "\\x" + hexadecimal(value, digits: 2)
        case 0...0xFFFF: "\\u" + hexadecimal(value, digits: 4)
        default: "\\U" + hexadecimal(value, digits: 8)
        }
    }
}

/// A number in lower-case hexadecimal with at least so many digits.
func hexadecimal(_ number: UInt32, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}

/// The shortest text that reads back as the same number, laid out as Python does.
func pythonText(of number: Double) -> String {
    if number.isNaN { return "nan" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    if number == 0 { return number.sign == .minus ? "-0.0" : "0.0" }
    // Swift also gives the shortest digits; only their layout may differ.
    var digits: [UInt8] = []
    var exponent = 0
    var pointSeen = false
    var fraction = 0
    let text = Array(number.magnitude.description.utf8)
    for (index, octet) in text.enumerated() {
        switch octet {
        case UInt8(ascii: "."): pointSeen = true
        case UInt8(ascii: "e"):
            exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
        default:
            if exponent == 0, !text[..<index].contains(UInt8(ascii: "e")) {
                digits.append(octet)
                if pointSeen { fraction += 1 }
            }
        }
    }
    var point = digits.count - fraction + exponent  // Digits before the decimal point.
    while digits.count > 1, digits.first == UInt8(ascii: "0") {
        digits.removeFirst()
        point -= 1
    }
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    let sign = number < 0 ? "-" : ""
    let all = String(decoding: digits, as: UTF8.self)
    if point > 16 || point < -3 {
        let power = point - 1
        let mantissa = digits.count > 1 ? "\(all.prefix(1)).\(all.dropFirst())" : all
        let magnitude = power.magnitude < 10 ? "0\(power.magnitude)" : "\(power.magnitude)"
        return "\(sign)\(mantissa)e\(power < 0 ? "-" : "+")\(magnitude)"
    }
    if point <= 0 { return "\(sign)0.\(String(repeating: "0", count: -point))\(all)" }
    if point >= digits.count { return "\(sign)\(all)\(String(repeating: "0", count: point - digits.count)).0" }
    return "\(sign)\(all.prefix(point)).\(all.dropFirst(point))"
}

/// The layout of one formatted value: what stands between `%` and its letter, or after the `:` in `{:…}`.
struct FieldFormat {
    var fill: Unicode.Scalar = " "
    /// `<`, `>`, `^` or `=`; nil for what the type has by nature.
    var alignment: Unicode.Scalar?
    /// A zero before the width: numbers are filled between sign and digits.
    var padsNumbers = false
    var plus: Unicode.Scalar?
    var isAlternate = false
    var width = 0
    var grouping: Unicode.Scalar?
    var precision: Int?
    var type: Unicode.Scalar?

    /// Widths and precisions above this are refused.
    static let maximumWidth = 100_000

    func checked() throws -> FieldFormat {
        if grouping == ",", let type, "xXob".unicodeScalars.contains(type) {
            throw JinjaError("a format with ',' and '\(type)'")
        }
        guard width <= Self.maximumWidth, precision ?? 0 <= 1000 || type == "s" || type == nil else {
            throw JinjaError("a format with a width of \(width)")
        }
        return self
    }

    private func effectiveAlignment(isNumber: Bool) -> Unicode.Scalar {
        alignment ?? (isNumber ? padsNumbers ? "=" : ">" : "<")
    }

    func padded(_ text: String, sign: String = "", isNumber: Bool) -> String {
        let missing = max(0, width - text.unicodeScalars.count - sign.unicodeScalars.count)
        let fill = String(fill)
        switch effectiveAlignment(isNumber: isNumber) {
        case "<": return sign + text + String(repeating: fill, count: missing)
        case "^":
            let left = missing / 2
            return String(repeating: fill, count: left) + sign + text + String(repeating: fill, count: missing - left)
        case "=": return sign + String(repeating: fill, count: missing) + text
        default: return String(repeating: fill, count: missing) + sign + text
        }
    }

    private func sign(isNegative: Bool) -> String {
        isNegative ? "-" : plus.map { String($0) } ?? ""
    }

    /// Parts the leading digits in groups; zeros that fill the width are grouped as well.
    private func grouped(_ text: String, sign: String) -> String {
        guard let grouping else { return text }
        let size = type == "x" || type == "X" || type == "b" || type == "o" ? 4 : 3
        let scalars = Array(text.unicodeScalars)
        let end = scalars.firstIndex { !$0.properties.isHexDigit || (size == 3 && !$0.isDecimalDigit) } ?? scalars.count
        let rest = String(scalars: scalars[end...])
        var whole = Array(scalars[..<end])
        if fill == "0", effectiveAlignment(isNumber: true) == "=" {
            let room = width - rest.unicodeScalars.count - sign.unicodeScalars.count
            while whole.count + (whole.count - 1) / size < room { whole.insert("0", at: 0) }
        }
        var index = whole.count - size
        while index > 0 {
            whole.insert(grouping, at: index)
            index -= size
        }
        return String(scalars: whole) + rest
    }

    /// An integer in decimal, hexadecimal, octal or binary.
    func text(of number: Int, minimumDigits: Int = 0) throws -> String {
        let radix: Int
        var prefix = ""
        switch type {
        case "x": (radix, prefix) = (16, "0x")
        case "X": (radix, prefix) = (16, "0X")
        case "o": (radix, prefix) = (8, "0o")
        case "b": (radix, prefix) = (2, "0b")
        case "d", "i", "u", "n", nil: radix = 10
        default: throw JinjaError("format '\(type.map { String($0) } ?? "")' of a whole number")
        }
        var digits = String(number.magnitude, radix: radix, uppercase: type == "X")
        digits = String(repeating: "0", count: max(0, minimumDigits - digits.utf8.count)) + digits
        let sign = sign(isNegative: number < 0) + (isAlternate ? prefix : "")
        return padded(grouped(digits, sign: sign), sign: sign, isNumber: true)
    }

    /// A double in fixed, scientific or general form.
    func text(of number: Double) throws -> String {
        let negative = number.sign == .minus && !number.isNaN
        guard number.isFinite else {
            let text = number.isNaN ? "nan" : "inf"
            let isUpper = type == "F" || type == "E" || type == "G"
            return padded(isUpper ? text.uppercased() : text, sign: sign(isNegative: negative), isNumber: true)
        }
        let text = try magnitudeText(of: number)
        let sign = sign(isNegative: negative)
        return padded(grouped(text, sign: sign), sign: sign, isNumber: true)
    }

    private func magnitudeText(of number: Double) throws -> String {
        let exact = DecimalDigits(number)
        let precision = precision ?? 6
        switch type {
        case "f", "F": return withPoint(exact.rounded(places: precision).magnitudeText(places: precision))
        case "e", "E":
            let text = withPoint(exact.rounded(significant: precision + 1).scientificText(places: precision))
            return type == "E" ? text.uppercased() : text
        case "g", "n": return general(exact, max(1, precision), keepsPoint: false)
        case "G": return general(exact, max(1, precision), keepsPoint: false).uppercased()
        case "%":
            return DecimalDigits(number * 100).rounded(places: precision).magnitudeText(places: precision) + "%"
        case nil:
            guard let wanted = self.precision else { return pythonText(of: number.magnitude) }
            return general(exact, max(1, wanted), keepsPoint: true)
        default: throw JinjaError("format '\(type.map { String($0) } ?? "")' of a number")
        }
    }

    /// The alternate form has a point even where no digit follows it.
    private func withPoint(_ text: String) -> String {
        guard isAlternate, !text.contains(".") else { return text }
        let end = text.firstIndex(of: "e") ?? text.endIndex
        return text[..<end] + "." + text[end...]
    }

    private func general(_ exact: DecimalDigits, _ count: Int, keepsPoint: Bool) -> String {
        let rounded = exact.rounded(significant: count)
        let power = rounded.power
        guard power >= -4, power < (keepsPoint ? count - 1 : count) || (keepsPoint && rounded.isZero) else {
            let text = rounded.scientificText(places: count - 1)
            guard !isAlternate, let mark = text.firstIndex(of: "e") else { return withPoint(text) }
            return withoutTrailingZeros(String(text[..<mark])) + text[mark...]
        }
        let text = rounded.magnitudeText(places: max(0, count - 1 - power))
        let plain = isAlternate ? withPoint(text) : withoutTrailingZeros(text)
        return keepsPoint && !plain.contains(".") ? plain + ".0" : plain
    }

    private func withoutTrailingZeros(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}

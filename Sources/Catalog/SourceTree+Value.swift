public import Jinja
import OrderedCollections

extension SourceTree {
    /// The value as Ansible's YAML reader (YAML 1.1) would see it.
    public var value: Value {
        switch content {
        case .scalar(let text, let plain):
            return plain ? Self.resolve(text) : .string(text)
        case .list(let items):
            return .list(items.map(\.value))
        case .map(let entries):
            var dictionary: OrderedDictionary<String, Value> = [:]
            for entry in entries {
                dictionary[entry.key.text ?? entry.key.kind] = entry.value.value
            }
            return .dict(dictionary)
        }
    }

    /// YAML 1.1's implicit types: nothing, truth values, integers, floats; else a text.
    static func resolve(_ text: String) -> Value {
        if isNull(text) { return .none }
        switch text {
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
        default: break
        }
        if let integer = integer(text) { return .int(integer) }
        if let float = float(text) { return .double(float) }
        return .string(text)
    }

    private static func integer(_ text: String) -> Int? {
        var digits = Substring(text)
        var negative = false
        if let sign = digits.first, sign == "-" || sign == "+" {
            negative = sign == "-"
            digits.removeFirst()
        }
        guard let first = digits.first, first.isASCII, first.isNumber else { return nil }
        guard digits.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else { return nil }
        digits.removeAll { $0 == "_" }
        let magnitude: Int?
        if digits.hasPrefix("0x") {
            magnitude = Int(digits.dropFirst(2), radix: 16)
        } else if digits.hasPrefix("0b") {
            magnitude = Int(digits.dropFirst(2), radix: 2)
        } else if digits.count > 1, first == "0" {
            magnitude = Int(digits, radix: 8)
        } else {
            magnitude = Int(digits)
        }
        return magnitude.map { negative ? -$0 : $0 }
    }

    private static func float(_ text: String) -> Double? {
        switch text {
        case ".inf", "+.inf", ".Inf", "+.Inf", ".INF", "+.INF": return .infinity
        case "-.inf", "-.Inf", "-.INF": return -.infinity
        case ".nan", ".NaN", ".NAN": return .nan
        default: break
        }
        guard text.contains("."), text.contains(where: { $0.isASCII && $0.isNumber }),
            text.allSatisfy({ ($0.isASCII && $0.isNumber) || "+-.eE_".contains($0) })
        else { return nil }
        // YAML 1.1 asks for the sign of an exponent.
        if let exponent = text.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            guard let sign = text[exponent...].dropFirst().first, sign == "+" || sign == "-" else { return nil }
        }
        return Double(text.filter { $0 != "_" })
    }
}

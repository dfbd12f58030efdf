/// Text for operators, made of what strangers sent.
extension String {
    /// One line that a terminal can show: other than printable ASCII is replaced, and what is long is cut.
    var printable: String {
        let octets = utf8.prefix(121)
        let shown = octets.prefix(120).map { (32...126).contains($0) ? $0 : UInt8(ascii: "?") }
        return String(decoding: shown, as: UTF8.self) + (octets.count > 120 ? "..." : "")
    }
}

/// Octets as hexadecimal digits, `none` when there are none.
func hex(_ octets: [UInt8]) -> String {
    guard !octets.isEmpty else { return "none" }
    let shown = octets.prefix(40).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    return shown + (octets.count > 40 ? "..." : "")
}

/// `once`, `2 times`.
func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

/// `1 client`, `2 clients`.
func number(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }

/// Values in a sentence: `a`, `a and b`, `a, b and c`.
func list(_ values: [String]) -> String {
    guard values.count > 1, let last = values.last else { return values.first ?? "none" }
    return values.dropLast().joined(separator: ", ") + " and " + last
}

/// Seconds with one decimal; any number is taken.
func seconds(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "?" }
    let tenths = Int(abs(value) * 10 + 0.5)
    return "\(value < 0 && tenths > 0 ? "-" : "")\(tenths / 10).\(tenths % 10)"
}

extension Array where Element: Equatable {
    /// Appends what is not in it yet, up to `limit` elements.
    mutating func note(_ element: Element?, upTo limit: Int) {
        guard let element, count < limit, !contains(element) else { return }
        append(element)
    }
}

import Glibc

/// Numbers as C's `printf` writes them: rounded as the number truly is, halves to the even digit.
enum DecimalText {
    /// With so many places after the point, at most nine.
    static func fixed(_ value: Double, places: Int) -> String {
        let places = min(max(places, 0), 9)
        let scale = pow(10, Double(places))
        let scaled = value.magnitude * scale
        guard scaled < 1e15 else { return value.isFinite ? "\(value)" : "-" }
        var whole = scaled.rounded(.toNearestOrEven)
        // The product may have been rounded to a half that it is not.
        if (scaled - whole).magnitude == 0.5 {
            let error = fma(value.magnitude, scale, -scaled)
            if error > 0 { whole = scaled.rounded(.up) }
            if error < 0 { whole = scaled.rounded(.down) }
        }
        let digits = String(Int(whole))
        let sign = value < 0 && whole != 0 ? "-" : ""
        guard places > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return sign + padded.dropLast(places) + "." + padded.suffix(places)
    }

    /// Whole numbers without places, others with so many.
    static func short(_ value: Double, places: Int) -> String {
        fixed(value, places: value == value.rounded() ? 0 : places)
    }
}

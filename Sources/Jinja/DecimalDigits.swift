/// The exact decimal expansion of a finite double, for rounding as Python does: to nearest, ties to even.
struct DecimalDigits {
    var isNegative: Bool
    /// Digits, most significant first.
    private(set) var digits: [UInt8]
    /// How many of the digits stand before the decimal point; may be negative.
    private(set) var point: Int

    init(_ number: Double) {
        isNegative = number.sign == .minus
        guard number.isFinite, number != 0 else {
            digits = [0]
            point = 1
            return
        }
        let significand = number.significandBitPattern
        let isSubnormal = number.exponentBitPattern == 0
        var exponent = (isSubnormal ? -1022 : Int(number.exponentBitPattern) - 1023) - 52
        var mantissa = isSubnormal ? significand : significand | 1 << 52
        while mantissa & 1 == 0, exponent < 0 {
            mantissa >>= 1
            exponent += 1
        }
        // mantissa * 2^exponent; for a negative exponent that is mantissa * 5^-exponent / 10^-exponent.
        var limbs = Self.limbs(of: mantissa)
        for _ in 0..<abs(exponent) { Self.multiply(&limbs, by: exponent > 0 ? 2 : 5) }
        digits = Self.digits(of: limbs)
        point = digits.count + min(exponent, 0)
    }

    private static func limbs(of number: UInt64) -> [UInt32] {
        var number = number
        var limbs: [UInt32] = []
        while number > 0 {
            limbs.append(UInt32(number % 1_000_000_000))
            number /= 1_000_000_000
        }
        return limbs
    }

    private static func multiply(_ limbs: inout [UInt32], by factor: UInt64) {
        var carry: UInt64 = 0
        for index in limbs.indices {
            let product = UInt64(limbs[index]) * factor + carry
            limbs[index] = UInt32(product % 1_000_000_000)
            carry = product / 1_000_000_000
        }
        if carry > 0 { limbs.append(UInt32(carry)) }
    }

    private static func digits(of limbs: [UInt32]) -> [UInt8] {
        var text = ""
        for limb in limbs.reversed() {
            let part = String(limb)
            text += (text.isEmpty ? "" : String(repeating: "0", count: 9 - part.utf8.count)) + part
        }
        return text.utf8.map { $0 - 0x30 }
    }

    /// Rounded to so many digits after the decimal point, or before it when negative.
    func rounded(places: Int) -> DecimalDigits { rounded(keeping: point + places) }

    /// Rounded to so many digits in all.
    func rounded(significant count: Int) -> DecimalDigits { rounded(keeping: count) }

    private func rounded(keeping count: Int) -> DecimalDigits {
        guard count < digits.count else { return self }
        var result = self
        guard count >= 0 else {
            result.digits = [0]
            result.point = 1
            return result
        }
        let rest = digits[count...]
        result.digits = Array(digits[..<count])
        let isTie = rest.first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
        let isUp = isTie ? (result.digits.last ?? 0) % 2 == 1 : (rest.first ?? 0) >= 5
        if isUp {
            var index = count - 1
            while index >= 0, result.digits[index] == 9 {
                result.digits[index] = 0
                index -= 1
            }
            if index >= 0 {
                result.digits[index] += 1
            } else {
                result.digits.insert(1, at: 0)
                result.point += 1
            }
        }
        if result.digits.isEmpty || result.digits.allSatisfy({ $0 == 0 }) {
            result.digits = [0]
            result.point = 1
        }
        return result
    }

    var isZero: Bool { digits.allSatisfy { $0 == 0 } }

    /// The power of ten of the first digit.
    var power: Int { isZero ? 0 : point - 1 }

    /// The magnitude with exactly so many digits after the decimal point, and a sign before it when negative.
    func fixedText(places: Int) -> String {
        (isNegative ? "-" : "") + magnitudeText(places: places)
    }

    func magnitudeText(places: Int) -> String {
        func digit(_ index: Int) -> String { digits.indices.contains(index) ? String(digits[index]) : "0" }
        var text = point <= 0 ? "0" : (0..<point).map(digit).joined()
        if places > 0 { text += "." + (point..<(point + places)).map(digit).joined() }
        return text
    }

    /// The magnitude as `d.ddde+NN` with exactly so many digits after the point.
    func scientificText(places: Int) -> String {
        let shown = (0...places).map { digits.indices.contains($0) ? String(digits[$0]) : "0" }
        let mantissa = shown[0] + (places > 0 ? "." + shown[1...].joined() : "")
        return mantissa + "e" + (power < 0 ? "-" : "+") + (abs(power) < 10 ? "0" : "") + String(abs(power))
    }

    /// All digits, for reading back.
    var plainText: String {
        (isNegative ? "-" : "") + "0." + digits.map(String.init).joined() + "e" + String(point)
    }
}

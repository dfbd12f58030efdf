/// Texts in the encodings that FRU information and sensor records share (FRU Information Storage Definition 1.0
/// section 13.1, IPMI 2.0 section 43.15).
enum PackedText {
    private static let bcdDigits = Array("0123456789 -.:,_".unicodeScalars)

    /// BCD plus: two digits in an octet, the high one first; the FRU definition leaves the last three reserved.
    static func bcdPlus(_ octets: [UInt8]) -> String {
        var text = String.UnicodeScalarView()
        for octet in octets {
            text.append(bcdDigits[Int(octet >> 4)])
            text.append(bcdDigits[Int(octet & 0x0F)])
        }
        return String(text)
    }

    /// Nil when a character is none of BCD plus. An odd number of digits is filled up with a blank.
    static func bcdPlus(of text: String) -> [UInt8]? {
        var nibbles: [UInt8] = []
        for scalar in text.unicodeScalars {
            guard let index = bcdDigits.firstIndex(of: scalar) else { return nil }
            nibbles.append(UInt8(truncatingIfNeeded: index))
        }
        if nibbles.count % 2 == 1 { nibbles.append(0x0A) }
        return stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
    }

    /// Packed 6-bit ASCII: four characters in three octets, low bits first, each 0x20 above its six bits.
    static func sixBit(_ octets: [UInt8]) -> String {
        var text = String.UnicodeScalarView()
        var bits: UInt32 = 0
        var count = 0
        for octet in octets {
            bits |= UInt32(octet) << count
            count += 8
            while count >= 6 {
                text.append(Unicode.Scalar(UInt8(truncatingIfNeeded: bits & 0x3F) + 0x20))
                bits >>= 6
                count -= 6
            }
        }
        return String(text)
    }

    /// Nil when a character is none of the 64 from the blank to the underscore.
    static func sixBit(of text: String) -> [UInt8]? {
        var octets: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for scalar in text.unicodeScalars {
            guard (0x20..<0x60).contains(scalar.value) else { return nil }
            bits |= (scalar.value - 0x20) << count
            count += 6
            if count >= 8 {
                octets.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
                count -= 8
            }
        }
        if count > 0 { octets.append(UInt8(truncatingIfNeeded: bits)) }
        return octets
    }

    /// 8-bit ASCII and Latin 1.
    static func latin1(_ octets: [UInt8]) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: octets.lazy.map { Unicode.Scalar($0) })
        return String(text)
    }

    static func latin1(of text: String) -> [UInt8]? {
        var octets: [UInt8] = []
        for scalar in text.unicodeScalars {
            guard let octet = UInt8(exactly: scalar.value) else { return nil }
            octets.append(octet)
        }
        return octets
    }

    /// Two octets a character, the low one first. What is no Unicode becomes U+FFFD.
    static func unicode(_ octets: [UInt8]) -> String {
        let units = stride(from: 0, to: octets.count - 1, by: 2).map { index in
            UInt16(octets[index]) | UInt16(octets[index + 1]) << 8
        }
        return String(decoding: units, as: UTF16.self)
    }

    static func hexadecimal(_ octets: some Sequence<UInt8>) -> String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension String {
    /// Without the blanks and zeroes that fixed fields are filled with.
    var trimmed: String {
        func isFilling(_ scalar: Unicode.Scalar) -> Bool { scalar == "\0" || scalar.properties.isWhitespace }
        var scalars = unicodeScalars[...]
        while let last = scalars.last, isFilling(last) { scalars.removeLast() }
        while let first = scalars.first, isFilling(first) { scalars.removeFirst() }
        return String(scalars)
    }
}

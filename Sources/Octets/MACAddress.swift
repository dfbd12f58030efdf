/// An Ethernet address; written and encoded in lower case with colons (`52:54:00:ab:cd:ef`).
public struct MACAddress: Hashable, Sendable {
    @usableFromInline let number: UInt64

    /// Exactly six octets.
    @inlinable
    public init?(octets: some Collection<UInt8>) {
        guard octets.count == 6 else { return nil }
        var number: UInt64 = 0
        for octet in octets { number = number << 8 | UInt64(octet) }
        self.number = number
    }

    /// Twelve hexadecimal digits in any case: bare, with colons or dashes after each two, or with dots after each four.
    public init?(_ text: some StringProtocol) {
        let characters = Array(text.utf8)
        var digits: [UInt8] = []
        switch characters.count {
        case 12:
            digits = characters
        case 14:
            guard characters[4] == 0x2E, characters[9] == 0x2E else { return nil }
            digits = characters.filter { $0 != 0x2E }
        case 17:
            let separator = characters[2]
            guard separator == 0x3A || separator == 0x2D else { return nil }
            for index in stride(from: 2, to: 17, by: 3) where characters[index] != separator {
                return nil
            }
            digits = characters.filter { $0 != separator }
        default: return nil
        }
        guard digits.count == 12 else { return nil }
        var number: UInt64 = 0
        for digit in digits {
            switch digit {
            case 48...57: number = number << 4 | UInt64(digit - 48)
            case 65...70: number = number << 4 | UInt64(digit - 55)
            case 97...102: number = number << 4 | UInt64(digit - 87)
            default: return nil
            }
        }
        self.number = number
    }

    public var octets: [UInt8] {
        [
            UInt8(truncatingIfNeeded: number >> 40), UInt8(truncatingIfNeeded: number >> 32),
            UInt8(truncatingIfNeeded: number >> 24), UInt8(truncatingIfNeeded: number >> 16),
            UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number),
        ]
    }

    /// Whether all six octets are zero, which is no machine's address.
    public var isZero: Bool { number == 0 }

    /// Lower case with `separator` between the octets.
    public func text(separator: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let between = Array(separator.utf8)
        var text: [UInt8] = []
        text.reserveCapacity(12 + 5 * between.count)
        for shift in stride(from: 44, through: 0, by: -4) {
            text.append(digits[Int(truncatingIfNeeded: number >> UInt64(shift)) & 0xF])
            if shift % 8 == 0, shift > 0 { text += between }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What PXE loaders call the interface they booted from: hardware type 1, then the address (`01-52-54-00-…`).
    public var bootInterface: String { "01-" + text(separator: "-") }

    /// Whether more than one machine may be meant (the group bit).
    public var isMulticast: Bool { number >> 40 & 1 == 1 }
}

extension MACAddress: LosslessStringConvertible, CustomStringConvertible {
    public init?(_ description: String) {
        self.init(description[...])
    }

    public var description: String { text(separator: ":") }
}

extension MACAddress: Comparable {
    public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

extension MACAddress: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is no MAC address"
            )
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

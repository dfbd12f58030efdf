import Octets

/// The language of an area's texts (FRU Information Storage Definition 1.0 section 15).
public struct FRULanguage: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let english = Self(rawValue: 25)

    /// English, said or implied: texts of one octet a character. Any other language has two.
    var hasNarrowTexts: Bool { rawValue == 0 || self == .english }
}

/// A text of a FRU area: a type and length octet and the text (FRU Information Storage Definition 1.0 section 13).
public struct FRUField: Hashable, Sendable {
    /// Bits 7 and 6 of the first octet.
    public enum Encoding: UInt8, Hashable, Sendable {
        case binary, bcdPlus, sixBit, text
    }

    public var encoding: Encoding
    /// As they stand in the area, at most 63.
    public var octets: [UInt8]

    public static let empty = Self(encoding: .binary, octets: [])

    /// Stands where a field could, after the last one of an area.
    static let endMark: UInt8 = 0xC1

    init(encoding: Encoding, octets: [UInt8]) {
        self.encoding = encoding
        self.octets = octets
    }

    /// A text in English, cut at 63 characters; nil when it is not of Latin 1.
    ///
    /// One character alone would read as the end mark, so it gets a blank after it.
    public init?(_ text: String) {
        guard var octets = PackedText.latin1(of: text) else { return nil }
        if octets.count == 1 { octets.append(0x20) }
        self.init(encoding: .text, octets: [UInt8](octets.prefix(63)))
    }

    /// Nil at the end mark, which is read as well.
    init?(reading reader: inout OctetReader) throws(WireError) {
        let head: UInt8 = try reader.readInteger()
        guard head != Self.endMark else { return nil }
        octets = try [UInt8](reader.read(Int(head & 0x3F)))
        encoding = [.binary, .bcdPlus, .sixBit, .text][Int(head >> 6)]
    }

    func write(to area: inout [UInt8]) throws(WireError) {
        let isEndMark = encoding == .text && octets.count == 1
        guard octets.count <= 0x3F, !isEndMark else {
            throw .invalid(field: "length of a FRU field", value: UInt64(octets.count))
        }
        area.append(encoding.rawValue << 6 | UInt8(octets.count))
        area += octets
    }

    /// The text without the blanks that it is filled up with; binary octets as hexadecimal digits. Nil when empty.
    public func text(in language: FRULanguage = .english) -> String? {
        let text =
            switch encoding {
            case .binary: PackedText.hexadecimal(octets)
            case .bcdPlus: PackedText.bcdPlus(octets)
            case .sixBit: PackedText.sixBit(octets)
            case .text: language.hasNarrowTexts ? PackedText.latin1(octets) : PackedText.unicode(octets)
            }
        let trimmed = text.trimmed
        return trimmed.isEmpty ? nil : trimmed
    }
}

import Octets

/// The name in a record of a sensor or device (IPMI 2.0 section 43.15).
public struct SDRName: Hashable, Sendable {
    /// Bits 7 and 6 of the first octet.
    public enum Encoding: UInt8, Hashable, Sendable {
        case unicode, bcdPlus, sixBit, latin1
    }

    public var encoding: Encoding
    /// As they stand in the record: 16 by the specification, 31 by the length's bits.
    public var octets: [UInt8]

    init(encoding: Encoding, octets: [UInt8]) {
        self.encoding = encoding
        self.octets = octets
    }

    /// A name of at most 16 characters of Latin 1; what is not is cut or left out.
    public init(_ text: String) {
        encoding = .latin1
        octets = [UInt8](text.unicodeScalars.compactMap { UInt8(exactly: $0.value) }.prefix(16))
    }

    /// A name longer than its record ends with it; a record that ends before it has none.
    init(reading reader: inout OctetReader) {
        let octets = [UInt8](reader.readRemaining())
        let head = octets.first ?? 0xC0
        encoding = [.unicode, .bcdPlus, .sixBit, .latin1][Int(head >> 6)]
        self.octets = [UInt8](octets.dropFirst().prefix(Int(head & 0x1F)))
    }

    func write(to record: inout [UInt8]) {
        let octets = octets.prefix(0x1F)
        record.append(encoding.rawValue << 6 | UInt8(truncatingIfNeeded: octets.count))
        record += octets
    }

    /// Without the blanks that it may be filled up with.
    public var text: String {
        let text =
            switch encoding {
            case .unicode: PackedText.unicode(octets)
            case .bcdPlus: PackedText.bcdPlus(octets)
            case .sixBit: PackedText.sixBit(octets)
            case .latin1: PackedText.latin1(octets)
            }
        return text.trimmed
    }
}

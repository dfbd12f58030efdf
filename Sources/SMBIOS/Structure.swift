/// One structure of the table: its fields as they are, and the texts that follow them (SMBIOS section 6.1).
public struct Structure: Hashable, Sendable {
    public var type: UInt8
    public var handle: UInt16
    /// The formatted area, header included: a field's offset is the one that the specification gives.
    public var fields: [UInt8]
    /// The texts, numbered from 1 by fields that refer to them.
    public var strings: [String]

    public init(type: UInt8, handle: UInt16, fields: [UInt8], strings: [String] = []) {
        self.type = type
        self.handle = handle
        self.fields = fields
        self.strings = strings
    }

    /// The number at `offset`, or nothing where this structure is too short to have it.
    public func number<I: FixedWidthInteger & UnsignedInteger>(_: I.Type = I.self, at offset: Int) -> I? {
        fields.littleEndian(at: offset)
    }

    /// The text that the octet at `offset` refers to; nothing where it refers to none.
    public func text(at offset: Int) -> String? {
        guard let index: UInt8 = number(at: offset), index > 0, Int(index) <= strings.count else { return nil }
        return strings[Int(index) - 1]
    }
}

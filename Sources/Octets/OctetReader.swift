/// Reads the fields of a packet front to back, integers in network byte order unless asked otherwise.
public struct OctetReader: Sendable {
    private let octets: ArraySlice<UInt8>
    private var position: Int

    public init(_ octets: some Collection<UInt8>) {
        self.octets = ArraySlice(octets)
        position = self.octets.startIndex
    }

    /// How many octets are left.
    public var remaining: Int { octets.endIndex - position }

    /// How many octets have been read.
    public var offset: Int { position - octets.startIndex }

    public mutating func read(_ count: Int) throws(WireError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw .truncated(needed: count, left: remaining, at: offset)
        }
        defer { position += count }
        return octets[position..<position + count]
    }

    public mutating func readInteger<I: FixedWidthInteger>(_: I.Type = I.self) throws(WireError) -> I {
        try read(MemoryLayout<I>.size).reduce(0) { $0 << 8 | I(truncatingIfNeeded: $1) }
    }

    /// An integer with its lowest octet first, as IPMI and SMBIOS have it.
    public mutating func readLittleEndian<I: FixedWidthInteger>(_: I.Type = I.self) throws(WireError)
        -> I
    {
        try read(MemoryLayout<I>.size).reversed().reduce(0) { $0 << 8 | I(truncatingIfNeeded: $1) }
    }

    /// All that is left; may be empty.
    public mutating func readRemaining() -> ArraySlice<UInt8> {
        defer { position = octets.endIndex }
        return octets[position...]
    }

    /// The octets up to the next zero, which is read and left out.
    public mutating func readUntilZero() throws(WireError) -> ArraySlice<UInt8> {
        guard let zero = octets[position...].firstIndex(of: 0) else {
            throw .truncated(needed: remaining + 1, left: remaining, at: offset)
        }
        defer { position = zero + 1 }
        return octets[position..<zero]
    }
}

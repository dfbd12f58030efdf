/// Reads the fields of a packet front to back, integers in network byte order unless asked otherwise.
public struct OctetReader: Sendable {
    @usableFromInline let octets: ArraySlice<UInt8>
    @usableFromInline var position: Int

    @inlinable
    public init(_ octets: some Collection<UInt8>) {
        self.octets = ArraySlice(octets)
        position = self.octets.startIndex
    }

    /// How many octets are left.
    @inlinable public var remaining: Int { octets.endIndex - position }

    /// How many octets have been read.
    @inlinable public var offset: Int { position - octets.startIndex }

    @inlinable
    public mutating func read(_ count: Int) throws(WireError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw .truncated(needed: count, left: remaining, at: offset)
        }
        defer { position += count }
        return octets[position..<position + count]
    }

    @inlinable
    public mutating func readInteger<I: FixedWidthInteger>(_: I.Type = I.self) throws(WireError) -> I {
        var value: I = 0
        for octet in try read(MemoryLayout<I>.size) { value = value << 8 | I(truncatingIfNeeded: octet) }
        return value
    }

    /// An integer with its lowest octet first, as IPMI and SMBIOS have it.
    @inlinable
    public mutating func readLittleEndian<I: FixedWidthInteger>(_: I.Type = I.self) throws(WireError) -> I {
        var value: I = 0
        for octet in try read(MemoryLayout<I>.size).reversed() { value = value << 8 | I(truncatingIfNeeded: octet) }
        return value
    }

    /// All that is left; may be empty.
    @inlinable
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

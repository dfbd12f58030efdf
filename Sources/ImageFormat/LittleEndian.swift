extension [UInt8] {
    /// The little-endian integer at `offset`, or nil where the octets end before it does.
    func littleEndian<I: FixedWidthInteger>(_: I.Type = I.self, at offset: Int) -> I? {
        guard offset >= 0, count >= MemoryLayout<I>.size, offset <= count - MemoryLayout<I>.size else { return nil }
        return self[offset..<offset + MemoryLayout<I>.size].reversed().reduce(0) { $0 << 8 | I(truncatingIfNeeded: $1) }
    }

    /// Puts `value` at `offset`, where there must be room.
    mutating func put<I: FixedWidthInteger>(_ value: I, at offset: Int) {
        for index in 0..<MemoryLayout<I>.size {
            self[offset + index] = UInt8(truncatingIfNeeded: value >> I(index * 8))
        }
    }
}

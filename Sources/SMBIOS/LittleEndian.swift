extension Collection<UInt8> {
    /// The number written least significant octet first at `offset` from the start, or nothing beyond the end.
    func littleEndian<I: FixedWidthInteger & UnsignedInteger>(_: I.Type = I.self, at offset: Int) -> I? {
        let size = I.bitWidth / 8
        guard offset >= 0, offset <= count, count - offset >= size else { return nil }
        return dropFirst(offset).prefix(size).reversed().reduce(0) { $0 << 8 | I(truncatingIfNeeded: $1) }
    }
}

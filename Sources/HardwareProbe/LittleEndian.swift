extension [UInt8] {
    /// The number at `offset`, its lowest octet first; nil where the octets end before.
    func little<I: FixedWidthInteger>(at offset: Int, as _: I.Type = I.self) -> I? {
        number(at: offset, count: I.bitWidth / 8).map { I(truncatingIfNeeded: $0) }
    }

    /// The number of up to eight octets at `offset`, its lowest octet first.
    func number(at offset: Int, count: Int) -> UInt64? {
        guard offset >= 0, (1...8).contains(count), offset <= self.count, self.count - offset >= count else {
            return nil
        }
        return self[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The number of up to eight octets at `offset`, its highest octet first.
    func big(at offset: Int, count: Int) -> UInt64? {
        guard offset >= 0, (1...8).contains(count), offset <= self.count, self.count - offset >= count else {
            return nil
        }
        return self[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
    }
}

import Octets

extension [UInt8] {
    /// Appends `value` least significant octet first, as every multi-octet field of IPMI is written.
    mutating func append<I: FixedWidthInteger & UnsignedInteger>(leastFirst value: I) {
        for shift in stride(from: 0, to: I.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> I(shift)))
        }
    }
}

extension OctetReader {
    mutating func readLeastFirst<I: FixedWidthInteger>(_: I.Type = I.self) throws(WireError) -> I {
        let octets: ArraySlice<UInt8> = try read(MemoryLayout<I>.size)
        return octets.reversed().reduce(0) { $0 << 8 | I(truncatingIfNeeded: $1) }
    }
}

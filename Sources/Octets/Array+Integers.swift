extension [UInt8] {
    /// Appends `value` in network byte order.
    @inlinable
    public mutating func append<I: FixedWidthInteger & UnsignedInteger>(bigEndian value: I) {
        var shift = I.bitWidth
        while shift > 0 {
            shift -= 8
            append(UInt8(truncatingIfNeeded: value >> I(shift)))
        }
    }

    /// Appends `value` with its lowest octet first, as IPMI and SMBIOS have it.
    @inlinable
    public mutating func append<I: FixedWidthInteger & UnsignedInteger>(littleEndian value: I) {
        var shift = 0
        while shift < I.bitWidth {
            append(UInt8(truncatingIfNeeded: value >> I(shift)))
            shift += 8
        }
    }
}

extension [UInt8] {
    /// Appends `value` in network byte order.
    public mutating func append<I: FixedWidthInteger & UnsignedInteger>(bigEndian value: I) {
        for shift in stride(from: I.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> I(shift)))
        }
    }

    /// Appends `value` with its lowest octet first, as IPMI and SMBIOS have it.
    public mutating func append<I: FixedWidthInteger & UnsignedInteger>(littleEndian value: I) {
        for shift in stride(from: 0, to: I.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> I(shift)))
        }
    }
}

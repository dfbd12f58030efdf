/// Why some octets are not an SMBIOS entry point or structure table.
public enum SMBIOSError: Error, Hashable, Sendable {
    /// The octets begin with none of `_SM_`, `_SM3_` and `_DMI_`.
    case noAnchor
    /// The entry point says or needs more octets than there are.
    case truncatedEntryPoint(needed: Int, found: Int)
    /// The octets of the named area do not add up to zero.
    case checksum(area: String, sum: UInt8)
    /// A structure says that it is shorter than its own header.
    case shortStructure(length: Int, at: Int)
    /// The table ends within the structure that begins at the offset.
    case truncatedStructure(at: Int)
    /// The table ends without its last structure; `expected` is absent where only an end mark was due.
    case endMissing(found: Int, expected: Int?)
}

extension SMBIOSError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noAnchor: "no SMBIOS anchor"
        case .truncatedEntryPoint(let needed, let found): "SMBIOS entry point needs \(needed) octets, has \(found)"
        case .checksum(let area, let sum): "SMBIOS \(area) adds up to \(sum), not to 0"
        case .shortStructure(let length, let offset):
            "SMBIOS structure at offset \(offset) says its length is \(length)"
        case .truncatedStructure(let offset): "SMBIOS table ends within the structure at offset \(offset)"
        case .endMissing(let found, nil): "SMBIOS table ends without end mark after \(found) structures"
        case .endMissing(let found, let expected?): "SMBIOS table ends after \(found) of \(expected) structures"
        }
    }
}

public import Octets

/// A unified kernel image (UAPI.5): an EFI program whose sections hold kernel, initrd and command line.
///
/// Its command line is a section of fixed size, filled with spaces; each machine is served the same file with its own
/// words written over them.
public struct UnifiedKernelImage: Hashable, Sendable {
    /// The octets of the file that hold the command line.
    public var commandLine: Range<Int>

    /// Octets from the start of the file that are enough to read the section table of any image made here.
    public static let headerSize = 8192

    /// Reads the headers of a PE32+ file (Microsoft PE and COFF specification, sections 3 and 4).
    ///
    /// - Parameters:
    ///   - header: the file's first octets.
    ///   - fileSize: the size of the whole file; a section that ends beyond it is refused.
    public init(header: some Collection<UInt8>, fileSize: Int) throws(WireError) {
        var reader = OctetReader(header)
        let magic: UInt16 = try reader.readLittleEndian()
        guard magic == 0x5A4D else { throw .invalid(field: "DOS magic", value: UInt64(magic)) }
        _ = try reader.read(0x3A)
        let offset: UInt32 = try reader.readLittleEndian()
        guard offset >= 0x40, offset < 0x1_0000 else { throw .invalid(field: "e_lfanew", value: UInt64(offset)) }
        _ = try reader.read(Int(offset) - 0x40)
        let signature: UInt32 = try reader.readLittleEndian()
        guard signature == 0x4550 else { throw .invalid(field: "PE signature", value: UInt64(signature)) }
        _ = try reader.read(2)
        let sections: UInt16 = try reader.readLittleEndian()
        guard sections <= 96 else { throw .invalid(field: "NumberOfSections", value: UInt64(sections)) }
        _ = try reader.read(12)
        let optionalSize: UInt16 = try reader.readLittleEndian()
        _ = try reader.read(2)
        _ = try reader.read(Int(optionalSize))
        for _ in 0..<sections {
            let name = try reader.read(8).prefix { $0 != 0 }
            let virtualSize: UInt32 = try reader.readLittleEndian()
            _ = try reader.read(4)
            let rawSize: UInt32 = try reader.readLittleEndian()
            let rawOffset: UInt32 = try reader.readLittleEndian()
            _ = try reader.read(16)
            guard name.elementsEqual(".cmdline".utf8) else { continue }
            let size = Int(min(virtualSize, rawSize))
            let start = Int(rawOffset)
            guard size > 0, start + size <= fileSize else {
                throw .invalid(field: "size of .cmdline", value: UInt64(size))
            }
            commandLine = start..<start + size
            return
        }
        throw .invalid(field: "sections without a .cmdline", value: UInt64(sections))
    }

    /// The section's octets with `words` in it; nil when they do not fit.
    public func section(_ words: [String]) -> [UInt8]? {
        let text = Array(words.joined(separator: " ").utf8)
        guard text.count <= commandLine.count else { return nil }
        return text + [UInt8](repeating: 0x20, count: commandLine.count - text.count)
    }
}

/// The structures of one machine's SMBIOS table, in the table's order.
public struct Table: Hashable, Sendable {
    public var version: SMBIOSVersion
    /// All structures, also of types that nothing here reads.
    public var structures: [Structure]
    /// Why reading ended before the table's end; the structures are those before that place.
    public var defect: SMBIOSError?

    /// The type of the structure that ends a table.
    private static let endOfTable: UInt8 = 127

    public init(version: SMBIOSVersion, structures: [Structure], defect: SMBIOSError? = nil) {
        self.version = version
        self.structures = structures
        self.defect = defect
    }

    /// Reads the table that `entryPoint` announces. Broken tables are common, and what stands before the break is
    /// worth having, hence no error is thrown.
    public init(_ octets: some Collection<UInt8>, entryPoint: EntryPoint) {
        version = entryPoint.version
        structures = []
        let octets = Array(octets.prefix(entryPoint.tableLength))
        var position = 0
        while position < octets.count {
            switch Self.structure(in: octets, at: position) {
            case .success((let structure, let end)):
                structures.append(structure)
                position = end
            case .failure(let error):
                defect = error
                return
            }
            if let expected = entryPoint.structureCount {
                if structures.count >= expected { return }
            } else if structures.last?.type == Self.endOfTable {
                return
            }
        }
        if entryPoint.structureCount != 0 {
            defect = .endMissing(found: structures.count, expected: entryPoint.structureCount)
        }
    }

    /// The structure that begins at `start`, and where the next one does.
    private static func structure(
        in octets: [UInt8],
        at start: Int
    ) -> Result<(Structure, end: Int), SMBIOSError> {
        guard octets.count - start >= 4, let handle: UInt16 = octets.littleEndian(at: start + 2) else {
            return .failure(.truncatedStructure(at: start))
        }
        let length = Int(octets[start + 1])
        guard length >= 4 else { return .failure(.shortStructure(length: length, at: start)) }
        guard octets.count - start >= length else { return .failure(.truncatedStructure(at: start)) }
        var position = start + length
        var strings: [String] = []
        while true {
            guard let end = octets[position...].firstIndex(of: 0) else {
                return .failure(.truncatedStructure(at: start))
            }
            if end == position { break }
            strings.append(text(octets[position..<end]))
            position = end + 1
        }
        // The set of texts ends with an empty one; where there are no texts, that is two zeros.
        position += 1
        if strings.isEmpty {
            guard position < octets.count, octets[position] == 0 else {
                return .failure(.truncatedStructure(at: start))
            }
            position += 1
        }
        let fields = Array(octets[start..<start + length])
        return .success((Structure(type: octets[start], handle: handle, fields: fields, strings: strings), position))
    }

    /// Control characters become dots, as `dmidecode` shows them.
    private static func text(_ octets: ArraySlice<UInt8>) -> String {
        String(decoding: octets.map { $0 < 0x20 || $0 == 0x7F ? 0x2E : $0 }, as: UTF8.self)
    }

    public func structures(ofType type: UInt8) -> [Structure] {
        structures.filter { $0.type == type }
    }
}

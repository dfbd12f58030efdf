/// Type 0: the firmware (SMBIOS section 7.1).
public struct FirmwareInformation: Hashable, Sendable {
    public var vendor: String?
    public var version: String?
    /// `MM/DD/YYYY`; `MM/DD/YY` on the oldest machines.
    public var releaseDate: String?
}

/// Type 1: the machine (SMBIOS section 7.2).
public struct SystemInformation: Hashable, Sendable {
    public var manufacturer: String?
    public var productName: String?
    public var version: String?
    public var serialNumber: String?
    /// Lower case, `8-4-4-4-12`; absent where the firmware says that it has none.
    public var uuid: String?
    public var skuNumber: String?
    public var family: String?
}

/// Type 2: a board (SMBIOS section 7.3).
public struct BaseboardInformation: Hashable, Sendable {
    public var manufacturer: String?
    public var product: String?
    public var version: String?
    public var serialNumber: String?
    public var assetTag: String?
    /// The number of section 7.3.2: 10 is a motherboard.
    public var boardType: UInt8?
}

/// Type 3: the enclosure (SMBIOS section 7.4).
public struct EnclosureInformation: Hashable, Sendable {
    public var manufacturer: String?
    /// The number of section 7.4.1, without the bit that says whether there is a lock.
    public var chassisType: UInt8?
    public var version: String?
    public var serialNumber: String?
    public var assetTag: String?
    public var skuNumber: String?
}

extension Table {
    public var firmware: FirmwareInformation? {
        structures(ofType: 0).first.map {
            FirmwareInformation(vendor: $0.text(at: 4), version: $0.text(at: 5), releaseDate: $0.text(at: 8))
        }
    }

    public var system: SystemInformation? {
        structures(ofType: 1).first.map {
            SystemInformation(
                manufacturer: $0.text(at: 4),
                productName: $0.text(at: 5),
                version: $0.text(at: 6),
                serialNumber: $0.text(at: 7),
                uuid: uuid(of: $0),
                skuNumber: $0.text(at: 0x19),
                family: $0.text(at: 0x1A)
            )
        }
    }

    /// All boards; a blade or a riser may come before the motherboard.
    public var baseboards: [BaseboardInformation] {
        structures(ofType: 2).map {
            BaseboardInformation(
                manufacturer: $0.text(at: 4),
                product: $0.text(at: 5),
                version: $0.text(at: 6),
                serialNumber: $0.text(at: 7),
                assetTag: $0.text(at: 8),
                boardType: $0.number(at: 0x0D)
            )
        }
    }

    public var enclosures: [EnclosureInformation] {
        structures(ofType: 3).map {
            EnclosureInformation(
                manufacturer: $0.text(at: 4),
                chassisType: $0.number(UInt8.self, at: 5).map { $0 & 0x7F },
                version: $0.text(at: 6),
                serialNumber: $0.text(at: 7),
                assetTag: $0.text(at: 8),
                skuNumber: skuNumber(of: $0)
            )
        }
    }

    /// The enclosure's SKU number stands behind its contained elements, of which there are any number of any size.
    private func skuNumber(of enclosure: Structure) -> String? {
        guard let count: UInt8 = enclosure.number(at: 0x13), let size: UInt8 = enclosure.number(at: 0x14) else {
            return nil
        }
        return enclosure.text(at: 0x15 + Int(count) * Int(size))
    }

    /// Section 7.2.1: from version 2.6 the first three fields are little-endian; before, all is in the order shown.
    private func uuid(of system: Structure) -> String? {
        guard system.fields.count >= 0x18 else { return nil }
        let octets = Array(system.fields[8..<0x18])
        // All ones: there is none; all zeros: there is none yet.
        guard octets.contains(where: { $0 != 0xFF }), octets.contains(where: { $0 != 0 }) else { return nil }
        let swapped = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
        let order = version >= SMBIOSVersion(2, 6) ? swapped : Array(0..<16)
        var text = ""
        for (position, index) in order.enumerated() {
            if [4, 6, 8, 10].contains(position) { text += "-" }
            text += String(octets[index] >> 4, radix: 16) + String(octets[index] & 0x0F, radix: 16)
        }
        return text
    }
}

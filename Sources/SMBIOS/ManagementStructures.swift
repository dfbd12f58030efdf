/// Type 38: how the machine speaks with its management controller by IPMI (SMBIOS section 7.39).
public struct IPMIDevice: Hashable, Sendable {
    /// The number of section 7.39.1: 1 is KCS, 2 SMIC, 3 BT, 4 SSIF.
    public var interfaceType: UInt8?
    /// IPMI's own, such as `2.0`.
    public var version: SMBIOSVersion?

    init(_ structure: Structure) {
        interfaceType = structure.number(at: 4)
        version = structure.number(UInt8.self, at: 5).flatMap {
            $0 == 0 ? nil : SMBIOSVersion(Int($0 >> 4), Int($0 & 0x0F))
        }
    }
}

/// Type 42: another way to the management controller (SMBIOS section 7.43), of which a network within the machine is read
/// (DSP0270 section 8).
public struct ManagementHostInterface: Hashable, Sendable {
    /// The number of section 7.43.1: 0x40 is a network.
    public var type: UInt8
    /// The machine's own end of that network, six octets, where the structure tells.
    public var macAddress: [UInt8]?
    public var services: [RedfishService]

    static let network: UInt8 = 0x40

    init?(_ structure: Structure) {
        guard let type: UInt8 = structure.number(at: 4), let length: UInt8 = structure.number(at: 5) else { return nil }
        self.type = type
        services = []
        let device = structure.fields.dropFirst(6).prefix(Int(length))
        guard type == Self.network, device.count == Int(length) else { return }
        // Behind the kind of device; its descriptor says first how long it is, in the second versions.
        let place = [4: 7, 5: 10][device.first ?? 0]
        macAddress = place.flatMap { $0 + 6 <= device.count ? Array(device.dropFirst($0).prefix(6)) : nil }
        var rest = structure.fields.dropFirst(6 + Int(length))
        guard let count = rest.popFirst() else { return }
        for _ in 0..<count {
            guard let kind = rest.popFirst(), let length = rest.popFirst(), rest.count >= Int(length) else { return }
            let record = rest.prefix(Int(length))
            rest = rest.dropFirst(Int(length))
            if kind == RedfishService.protocolID, let service = RedfishService(Array(record)) {
                services.append(service)
            }
        }
    }
}

/// Where the controller's Redfish service is within the machine (DSP0270 section 8.4.1).
public struct RedfishService: Hashable, Sendable {
    static let protocolID: UInt8 = 4

    /// Four octets or sixteen; absent where it is found out at run time.
    public var address: [UInt8]?
    public var port: UInt16?
    /// Absent where there is none.
    public var hostName: String?

    init?(_ record: [UInt8]) {
        guard record.count >= 91 else { return nil }
        let (discovery, format) = (record[50], record[51])
        // 1: static, 3: chosen by the machine; otherwise the field does not count.
        if discovery == 1 || discovery == 3 {
            let length = [1: 4, 2: 16][format] ?? 0
            address = length == 0 ? nil : Array(record[52..<52 + length])
            if let address, address.allSatisfy({ $0 == 0 }) { self.address = nil }
            port = record.littleEndian(UInt16.self, at: 84).flatMap { $0 == 0 ? nil : $0 }
        }
        let name = record.dropFirst(91).prefix(Int(record[90])).prefix { $0 != 0 }
        let shown = name.map { $0 < 0x20 || $0 == 0x7F ? 0x2E : $0 }
        hostName = name.isEmpty ? nil : String(decoding: shown, as: UTF8.self)
    }
}

/// Type 43: the trusted platform module (SMBIOS section 7.44).
public struct TPMDevice: Hashable, Sendable {
    /// Four letters, blanks and zeros left out.
    public var vendor: String?
    /// The specification's, such as `2.0`.
    public var version: SMBIOSVersion?
    /// As `dmidecode` writes it; nothing for versions that are neither 1 nor 2.
    public var firmware: String?
    public var text: String?

    init?(_ structure: Structure) {
        guard structure.fields.count >= 0x13, let major: UInt8 = structure.number(at: 8),
            let minor: UInt8 = structure.number(at: 9), let revision: UInt32 = structure.number(at: 0x0A)
        else { return nil }
        let letters = structure.fields[4..<8].filter { $0 > 0x20 && $0 < 0x7F }
        vendor = letters.isEmpty ? nil : String(decoding: letters, as: UTF8.self)
        version = major == 0 ? nil : SMBIOSVersion(Int(major), Int(minor))
        firmware =
            switch major {
            // The first two octets repeat the version.
            case 1: "\(structure.fields[0x0C]).\(structure.fields[0x0D])"
            case 2: "\(revision >> 16).\(revision & 0xFFFF)"
            default: nil
            }
        text = structure.text(at: 0x12)
    }
}

extension Table {
    public var ipmiDevices: [IPMIDevice] {
        structures(ofType: 38).map { IPMIDevice($0) }
    }

    public var managementInterfaces: [ManagementHostInterface] {
        structures(ofType: 42).compactMap { ManagementHostInterface($0) }
    }

    public var tpm: TPMDevice? {
        structures(ofType: 43).compactMap { TPMDevice($0) }.first
    }
}

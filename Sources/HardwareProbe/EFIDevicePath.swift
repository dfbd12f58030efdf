import ImageFormat
import Octets

/// A UEFI device path as text (UEFI 2.10 section 10.6), such as
/// `PciRoot(0x0)/Pci(0x1,0x0)/NVMe(0x1,00-25-38-B1-91-04-5A-20)`.
enum EFIDevicePath {
    /// The nodes of all instances; nil where the octets are no device path.
    static func text(of octets: [UInt8]) -> String? {
        var instances: [[String]] = [[]]
        var offset = 0
        while offset + 4 <= octets.count {
            let (type, kind) = (octets[offset], octets[offset + 1])
            guard let length: UInt16 = octets.little(at: offset + 2), length >= 4,
                offset + Int(length) <= octets.count
            else { return nil }
            let data = Array(octets[offset + 4..<offset + Int(length)])
            offset += Int(length)
            switch (type, kind) {
            case (0x7F, 0xFF):
                let text = instances.map { $0.joined(separator: "/") }.joined(separator: ",")
                return text.isEmpty ? nil : text
            case (0x7F, _): instances.append([])
            default:
                let node = node(type, kind, data) ?? "Path(\(type),\(kind),\(hexadecimal(data)))"
                instances[instances.count - 1].append(node)
            }
        }
        return nil
    }

    /// UCS-2 without what is no text.
    static func text(_ letters: some Sequence<UInt16>) -> String? {
        let text = String(decoding: letters.prefix { $0 != 0 }, as: UTF16.self)
        return trimmed(
            String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }))
        )
    }

    private static func node(_ type: UInt8, _ kind: UInt8, _ data: [UInt8]) -> String? {
        switch type {
        case 1: hardware(kind, data)
        case 2: acpi(kind, data)
        case 3: message(kind, data)
        case 4: media(kind, data)
        case 5: kind == 1 ? bios(data) : nil
        default: nil
        }
    }

    /// Section 10.3.2.
    private static func hardware(_ kind: UInt8, _ data: [UInt8]) -> String? {
        switch kind {
        case 1 where data.count == 2: "Pci(\(hex(data[1])),\(hex(data[0])))"
        case 4 where data.count >= 16: "VenHw(\(vendor(data)))"
        case 5: number(data, 0, 4).map { "Ctrl(\(hex($0)))" }
        default: nil
        }
    }

    /// Section 10.3.3; a compressed EISA identifier has the letters PNP in its lower half.
    private static func acpi(_ kind: UInt8, _ data: [UInt8]) -> String? {
        guard let id = number(data, 0, 4), let unit = number(data, 4, 4) else { return nil }
        guard kind == 1 || kind == 2 else { return nil }
        guard id & 0xFFFF == 0x41D0 else { return "Acpi(\(hex(id)),\(hex(unit)))" }
        switch id >> 16 {
        case 0x0A03: return "PciRoot(\(hex(unit)))"
        case 0x0A08: return "PcieRoot(\(hex(unit)))"
        case 0x0604: return "Floppy(\(hex(unit)))"
        default: return "Acpi(PNP\(padded(id >> 16, 4)),\(hex(unit)))"
        }
    }

    /// Section 10.3.4.
    private static func message(_ kind: UInt8, _ data: [UInt8]) -> String? {
        switch kind {
        case 1 where data.count == 4:
            return "Ata(\(data[0] == 0 ? "Primary" : "Secondary"),\(data[1] == 0 ? "Master" : "Slave"),0x0)"
        case 2: return pair(data, 2, 2).map { "Scsi(\($0))" }
        case 3 where data.count == 20: return pair(Array(data[4...]), 8, 8).map { "Fibre(\($0))" }
        case 5 where data.count == 2: return "USB(\(hex(data[0])),\(hex(data[1])))"
        case 10 where data.count >= 16: return "VenMsg(\(vendor(data)))"
        case 11 where data.count == 33:
            // Ethernet's addresses have six octets; a longer one is another kind's.
            return "MAC(\(hexadecimal(data.prefix(data[32] <= 1 ? 6 : 32))),\(hex(data[32])))"
        case 12 where data.count >= 15:
            return "IPv4(\(address4(data[4..<8])))"
        case 13 where data.count >= 36:
            return "IPv6(\(IPv6Address(octets: data[16..<32]).map { "\($0)" } ?? ""))"
        case 17 where data.count == 1: return "Unit(\(hex(data[0])))"
        case 18:
            guard let port = number(data, 0, 2), let multiplier = number(data, 2, 2), let unit = number(data, 4, 2)
            else { return nil }
            return "Sata(\(hex(port)),\(hex(multiplier)),\(hex(unit)))"
        case 20: return number(data, 0, 2).map { "Vlan(\($0))" }
        case 23 where data.count == 12:
            guard let namespace = number(data, 0, 4) else { return nil }
            let name = data[4...].reversed().map { hexadecimal([$0]).uppercased() }.joined(separator: "-")
            return "NVMe(\(hex(namespace)),\(name))"
        case 24: return "Uri(\(trimmed(data.filter { (0x21..<0x7F).contains($0) }) ?? ""))"
        case 31 where data.count >= 1: return "Dns()"
        default: return nil
        }
    }

    /// Section 10.3.5.
    private static func media(_ kind: UInt8, _ data: [UInt8]) -> String? {
        switch kind {
        case 1:
            guard let partition = number(data, 0, 4), let start = number(data, 4, 8), let size = number(data, 12, 8),
                data.count == 38
            else { return nil }
            let (format, signature) = (data[36], data[37])
            let name =
                signature == 2
                ? GUID(octets: data[20..<36]).map { "\($0)".uppercased() } ?? ""
                : hex(number(data, 20, 4) ?? 0)
            return "HD(\(partition),\(format == 2 ? "GPT" : "MBR"),\(name),\(hex(start)),\(hex(size)))"
        case 2: return number(data, 0, 4).map { "CDROM(\(hex($0)))" }
        case 3 where data.count >= 16: return "VenMedia(\(vendor(data)))"
        case 4:
            let letters = stride(from: 0, to: data.count - data.count % 2, by: 2).map { offset in
                data.little(at: offset, as: UInt16.self) ?? 0
            }
            return text(letters).map { "File(\($0))" }
        case 6 where data.count == 16: return "FvFile(\(vendor(data)))"
        case 7 where data.count == 16: return "Fv(\(vendor(data)))"
        default: return nil
        }
    }

    /// The BIOS boot specification's kinds of devices (section 10.3.6).
    private static func bios(_ data: [UInt8]) -> String? {
        guard let type = number(data, 0, 2), data.count >= 4 else { return nil }
        let kinds: [UInt64: String] = [
            1: "Floppy", 2: "HD", 3: "CDROM", 4: "PCMCIA", 5: "USB", 6: "Network", 0x80: "BEV",
        ]
        return "BBS(\(kinds[type] ?? hex(type)),\(trimmed(data[4...].prefix { $0 != 0 }) ?? ""))"
    }

    // MARK: parts of nodes

    private static func vendor(_ data: [UInt8]) -> String {
        let name = GUID(octets: data.prefix(16)).map { "\($0)".uppercased() } ?? ""
        return data.count > 16 ? "\(name),\(hexadecimal(data[16...]))" : name
    }

    private static func pair(_ data: [UInt8], _ first: Int, _ second: Int) -> String? {
        guard let a = number(data, 0, first), let b = number(data, first, second) else { return nil }
        return "\(hex(a)),\(hex(b))"
    }

    private static func number(_ data: [UInt8], _ offset: Int, _ count: Int) -> UInt64? {
        data.number(at: offset, count: count)
    }

    private static func address4(_ octets: ArraySlice<UInt8>) -> String {
        octets.map { String($0) }.joined(separator: ".")
    }

    private static func hex(_ number: some BinaryInteger) -> String {
        "0x" + String(number, radix: 16, uppercase: true)
    }

    private static func padded(_ number: UInt64, _ digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func hexadecimal(_ octets: some Sequence<UInt8>) -> String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

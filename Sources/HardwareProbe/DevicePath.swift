/// Where a device is in the kernel's tree, such as `sys/devices/pci0000:00/0000:00:1f.2/ata1/host0/…/block/sda`.
struct DevicePath {
    let parts: [String]

    init(_ path: String) {
        parts = path.split(separator: "/").map(String.init)
    }

    /// The address of the PCI function that the device hangs on.
    var pciAddress: String? { parts.last(where: Self.isPCIAddress) }

    /// What stands between the PCI function and the device, or the whole path.
    private var belowPCI: ArraySlice<String> {
        parts.lastIndex(where: Self.isPCIAddress).map { parts[($0 + 1)...] } ?? parts[...]
    }

    func contains(prefix: String) -> Bool {
        parts.contains { $0.hasPrefix(prefix) && $0.utf8.count > prefix.utf8.count }
    }

    /// The path of the part that satisfies `isWanted`, from the root.
    func folder(where isWanted: (String) -> Bool) -> String? {
        parts.firstIndex(where: isWanted).map { parts[...$0].joined(separator: "/") }
    }

    /// Udev's `ID_PATH`: numbers that the kernel gives in order of discovery are replaced by those of the plug.
    func busPath(in tree: FileTree) -> String? {
        var path: String
        if let pciAddress {
            path = "pci-" + pciAddress
        } else if let index = parts.firstIndex(of: "platform"), index + 1 < parts.count {
            path = "platform-" + parts[index + 1]
        } else {
            return nil
        }
        let unit = parts.last(where: Self.isSCSIAddress)?.split(separator: ":")
        if let interface = belowPCI.last(where: Self.isUSBInterface), let dash = interface.firstIndex(of: "-") {
            path += "-usb-0:" + interface[interface.index(after: dash)...]
        }
        if let port = belowPCI.first(where: { Self.isNumbered($0, after: "ata") }),
            let folder = folder(where: { $0 == port })
        {
            return path + "-ata-\(tree.number("\(folder)/ata_port/\(port)/port_no") ?? Int(port.dropFirst(3)) ?? 0)"
        }
        if let device = belowPCI.last(where: { $0.hasPrefix("end_device-") }),
            let folder = folder(where: { $0 == device }),
            let address = tree.text("\(folder)/sas_device/\(device)/sas_address")
        {
            return path + "-sas-\(address)-lun-\(unit?.last ?? "0")"
        }
        if let unit, unit.count == 4 {
            path += "-scsi-\(hostOffset(in: tree)):\(unit[1]):\(unit[2]):\(unit[3])"
        }
        return path
    }

    /// How many SCSI hosts of the same adapter come before this one.
    private func hostOffset(in tree: FileTree) -> Int {
        let isHost = { (name: String) in Self.isNumbered(name, after: "host") }
        guard let index = parts.firstIndex(where: isHost), let own = Int(parts[index].dropFirst(4)) else { return 0 }
        let siblings = tree.names(parts[..<index].joined(separator: "/")).filter(isHost)
        return siblings.count { Int($0.dropFirst(4)).map { $0 < own } ?? false }
    }

    /// `0000:01:00.0`; a domain may have more than four digits.
    static func isPCIAddress(_ part: String) -> Bool {
        let fields = part.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count == 3, (4...8).contains(fields[0].utf8.count), fields[1].utf8.count == 2,
            fields[2].utf8.count == 4, fields[2].dropFirst(2).first == "."
        else { return false }
        return part.utf8.allSatisfy { $0 == 0x3A || $0 == 0x2E || Character(UnicodeScalar($0)).isHexDigit }
    }

    /// Host, channel, target and unit: `2:0:1:0`.
    static func isSCSIAddress(_ part: String) -> Bool {
        let fields = part.split(separator: ":", omittingEmptySubsequences: false)
        return fields.count == 4 && fields.allSatisfy { UInt64($0) != nil }
    }

    /// Bus, ports, configuration and interface: `1-3.2:1.0`.
    private static func isUSBInterface(_ part: String) -> Bool {
        part.utf8.contains(0x2D) && part.utf8.contains(0x3A)
            && part.utf8.allSatisfy { [0x2D, 0x2E, 0x3A].contains($0) || (0x30...0x39).contains($0) }
    }

    static func isNumbered(_ part: String, after prefix: String) -> Bool {
        part.hasPrefix(prefix) && UInt64(part.dropFirst(prefix.count)) != nil
    }
}

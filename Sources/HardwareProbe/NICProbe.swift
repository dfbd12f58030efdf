import Inventory

/// The network interfaces that are devices.
struct NICProbe {
    let tree: FileTree
    let bootMAC: String?

    func nics() -> [Inventory.NIC] {
        let boot = Self.address(bootMAC) ?? Self.address(bootInterface())
        let folder = "sys/class/net"
        return tree.names(folder).compactMap { name in
            let path = tree.real("\(folder)/\(name)")
            guard name != "lo", tree.exists("\(path)/device") else { return nil }
            return nic(name, path: path, boot: boot)
        }
    }

    private func nic(_ name: String, path: String, boot: String?) -> Inventory.NIC {
        let mac = tree.text("\(path)/address")?.lowercased()
        // 0 is the kernel's NET_ADDR_PERM. In a bond all members carry one address, and the bond remembers theirs.
        let isPermanent = tree.number("\(path)/addr_assign_type") == 0
        let permanent = tree.text("\(path)/bonding_slave/perm_hwaddr")?.lowercased() ?? (isPermanent ? mac : nil)
        // Reading `carrier` fails while the interface is down; `speed` is -1 without a link.
        let link = tree.flag("\(path)/carrier")
        let speed = tree.number("\(path)/speed").flatMap { $0 > 0 && $0 < Int(UInt32.max) ? $0 : nil }
        let duplex = tree.text("\(path)/duplex").flatMap { ["full", "half"].contains($0) ? $0 : nil }
        return Inventory.NIC(
            name: name,
            mac: mac,
            permanentMAC: permanent,
            driver: tree.linkedName("\(path)/device/driver"),
            busPath: DevicePath(tree.real("\(path)/device")).busPath(in: tree),
            link: link,
            speed: link == false ? nil : speed,
            duplex: link == false ? nil : duplex,
            mtu: tree.number("\(path)/mtu"),
            isBoot: boot.map { [mac, permanent].contains($0) },
            sriovTotal: PCIProbe.sriovTotal(tree.real("\(path)/device"), in: tree),
            sriovActive: tree.number("\(path)/device/sriov_numvfs"),
            numaNode: tree.number("\(path)/device/numa_node").flatMap { $0 >= 0 ? $0 : nil }
        )
    }

    /// What a network boot loader put on the command line: `BOOTIF=01-52-54-00-12-34-56`.
    private func bootInterface() -> String? {
        let words = tree.text("proc/cmdline")?.split(separator: " ") ?? []
        return words.last { $0.hasPrefix("BOOTIF=") }.map { String($0.dropFirst("BOOTIF=".count)) }
    }

    /// Six octets in lower case with colons, from a spelling with colons, dashes or neither, perhaps after the hardware
    /// type that network boot loaders put in front.
    static func address(_ text: String?) -> String? {
        guard let text else { return nil }
        var digits = text.lowercased().filter(\.isHexDigit)
        guard text.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "-" || $0 == "." }) else { return nil }
        if digits.count == 14 { digits.removeFirst(2) }
        guard digits.count == 12 else { return nil }
        let octets = stride(from: 0, to: 12, by: 2).map { String(digits.dropFirst($0).prefix(2)) }
        return octets.joined(separator: ":")
    }
}

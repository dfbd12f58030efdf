import Inventory

/// Whole disks.
struct DiskProbe {
    let tree: FileTree
    let readsDisks: Bool

    /// Block devices that are no disks: memory, files, other block devices put together, and drives for media.
    private static let others = ["loop", "ram", "zram", "dm-", "md", "sr", "fd", "nbd", "drbd", "zd", "rbd"]

    func disks() -> [Inventory.Disk] {
        let byID = links("by-id")
        let byPath = links("by-path")
        let partitions = PartitionProbe(tree: tree, readsDisks: readsDisks)
        return tree.names("sys/block").compactMap { name in
            guard !Self.isOther(name) else { return nil }
            let path = tree.real("sys/block/\(name)")
            // NVMe multipath shows each path as a hidden device beside the disk.
            guard tree.flag("\(path)/hidden") != true else { return nil }
            let sectors = tree.number("\(path)/size")
            let isRemovable = tree.flag("\(path)/removable")
            // A card reader or a virtual drive without a medium.
            if sectors == 0, isRemovable == true { return nil }
            var disk = disk(name, path: path)
            disk.size = sectors.flatMap { $0 > 0 && $0 < Int.max >> 9 ? $0 << 9 : nil }
            disk.removable = isRemovable
            disk.byID = byID == nil ? linkByID(of: disk) : byID?[name]
            disk.byPath = byPath == nil ? disk.busPath : byPath?[name]
            partitions.look(at: &disk, path: path)
            return disk
        }
    }

    private static func isOther(_ name: String) -> Bool {
        let isOther = others.contains { prefix in
            name.hasPrefix(prefix)
                && name.dropFirst(prefix.count).allSatisfy { $0.isNumber || prefix == "zd" || prefix == "md" }
        }
        // The boot and key areas of an MMC are shown as devices of their own.
        return isOther || (name.hasPrefix("mmcblk") && (name.contains("boot") || name.contains("rpmb")))
    }

    private func disk(_ name: String, path: String) -> Inventory.Disk {
        let location = location(of: name, path: path)
        let device = "\(path)/device"
        let identity = SCSIIdentity(
            serialPage: tree.octets("\(device)/vpd_pg80") ?? [],
            namePage: tree.octets("\(device)/vpd_pg83") ?? []
        )
        // Virtio gives its vendor as a number, and `ATA` is no maker.
        let vendor = tree.text("\(device)/vendor").flatMap { $0.hasPrefix("0x") ? nil : $0 }
        return Inventory.Disk(
            name: name,
            model: tree.text("\(device)/model") ?? tree.text("\(device)/name"),
            vendor: vendor == "ATA" ? nil : vendor,
            serial: identity.serial ?? tree.text("\(path)/serial") ?? tree.text("\(device)/serial"),
            wwn: identity.name ?? wwid(path: path),
            logicalBlock: tree.number("\(path)/queue/logical_block_size"),
            physicalBlock: tree.number("\(path)/queue/physical_block_size"),
            rotational: tree.flag("\(path)/queue/rotational"),
            transport: transport(name, location: location, vendor: vendor),
            busPath: busPath(name, location: location, path: path),
            firmware: tree.text("\(device)/firmware_rev") ?? tree.text("\(device)/rev") ?? tree.text("\(device)/fwrev"),
            controller: location.pciAddress,
            numaNode: location.pciAddress.flatMap { PCIProbe(tree: tree).numaNode(of: "sys/bus/pci/devices/\($0)") }
        )
    }

    /// Where the disk hangs; with NVMe multipath that is the first of its controllers.
    private func location(of name: String, path: String) -> DevicePath {
        let own = DevicePath(path)
        guard name.hasPrefix("nvme"), own.pciAddress == nil else { return own }
        let subsystem = tree.real("\(path)/device")
        let controller = tree.names(subsystem).first { DevicePath.isNumbered($0, after: "nvme") }
        return controller.map { DevicePath(tree.real("\(subsystem)/\($0)")) } ?? own
    }

    private func transport(_ name: String, location: DevicePath, vendor: String?) -> String? {
        if name.hasPrefix("nvme") {
            let controller = location.folder { DevicePath.isNumbered($0, after: "nvme") }
            let fabric = controller.flatMap { tree.text("\($0)/transport") } ?? "pcie"
            return fabric == "pcie" ? "nvme" : "nvme-\(fabric)"
        }
        if location.contains(prefix: "usb") { return "usb" }
        if name.hasPrefix("mmcblk") { return "mmc" }
        if name.hasPrefix("vd") { return "virtio" }
        if name.hasPrefix("xvd") { return "xen" }
        if location.parts.contains(where: { DevicePath.isNumbered($0, after: "ata") }) { return "sata" }
        if location.contains(prefix: "session") { return "iscsi" }
        if location.contains(prefix: "rport-") { return "fc" }
        if location.contains(prefix: "end_device-") { return vendor == "ATA" ? "sata" : "sas" }
        return location.parts.contains(where: DevicePath.isSCSIAddress) ? "scsi" : nil
    }

    private func busPath(_ name: String, location: DevicePath, path: String) -> String? {
        let place = location.busPath(in: tree)
        guard name.hasPrefix("nvme") else { return place }
        let namespace = tree.number("\(path)/nsid") ?? name.split(separator: "n").last.flatMap { Int($0) }
        return place.map { place in namespace.map { "\(place)-nvme-\($0)" } ?? place }
    }

    /// The kernel's own name for the disk; `t10.…` is vendor, model and serial once more.
    private func wwid(path: String) -> String? {
        guard let wwid = tree.text("\(path)/wwid") ?? tree.text("\(path)/device/wwid"), !wwid.hasPrefix("t10.")
        else { return nil }
        return wwid.hasPrefix("naa.") ? "0x" + wwid.dropFirst(4) : wwid
    }

    /// For each disk its link in a folder under `/dev/disk`: the one that names the disk itself before those that are made
    /// of model and serial. Nothing where udev made no folder.
    private func links(_ name: String) -> [String: String]? {
        let folder = "dev/disk/\(name)"
        guard tree.exists(folder) else { return nil }
        var links: [String: String] = [:]
        let rank = { (link: String) in
            ["wwn-", "nvme-eui.", "nvme-uuid.", "nvme-nvme."].firstIndex { link.hasPrefix($0) } ?? Int.max
        }
        for link in tree.names(folder) {
            guard let name = tree.linkedName("\(folder)/\(link)") else { continue }
            if let known = links[name], (rank(known), known) <= (rank(link), link) { continue }
            links[name] = link
        }
        return links
    }

    /// What udev's rules make of the name that the disk carries in itself (60-persistent-storage.rules).
    private func linkByID(of disk: Inventory.Disk) -> String? {
        if let wwn = disk.wwn { return wwn.hasPrefix("0x") ? "wwn-\(wwn)" : "nvme-\(wwn)" }
        guard disk.transport == "virtio", let serial = disk.serial else { return nil }
        return "virtio-" + serial.split(separator: " ").joined(separator: "_")
    }
}

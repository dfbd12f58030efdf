import Inventory
import JSONTree

/// A disk in lshw's tree.
struct LshwDisk {
    var disk: Inventory.Disk

    /// Nil for what is no disk: drives for media, media, and readers with nothing in them.
    init?(_ node: JSONValue, parents: [JSONValue]) {
        let isNamespace = node["businfo"].text?.hasPrefix("nvme@") == true && node["class"].text == "disk"
        guard node["class"].text == "disk", node["id"].text?.hasPrefix("cdrom") != true,
            let device = Lshw.names(node).first(where: { $0.hasPrefix("/dev/") }),
            let size = node["size"].integer, size > 0
        else { return nil }
        let name = String(device.dropFirst("/dev/".count))
        guard !name.hasPrefix("sr"), !parents.contains(where: { $0["class"].text == "disk" }) else { return nil }
        let capabilities = node["capabilities"].entries.map(\.name)
        // An NVMe disk is named by its controller.
        let owner = isNamespace ? parents.last ?? node : node
        let turns = capabilities.contains { $0.hasSuffix("rpm") }
        disk = Inventory.Disk(
            name: name,
            model: Self.known(node, "product") ?? Self.known(owner, "product"),
            vendor: Self.known(node, "vendor"),
            serial: Self.known(node, "serial") ?? Self.known(owner, "serial"),
            wwn: node["configuration"]["wwid"].text,
            size: size,
            logicalBlock: node["configuration"]["logicalsectorsize"].integer,
            physicalBlock: node["configuration"]["sectorsize"].integer,
            rotational: turns ? true : nil,
            transport: Self.transport(node, parents: parents, isNamespace: isNamespace),
            firmware: Self.known(owner, "version"),
            removable: capabilities.contains("removable") ? true : nil,
            controller: parents.reversed().lazy.compactMap { BusWords.pciAddress($0["businfo"].text) }.first,
            partitionTable: ["gpt", "dos"].first { capabilities.contains("partitioned:\($0)") },
            partitions: Self.partitions(of: node)
        )
    }

    private static func known(_ node: JSONValue, _ name: String) -> String? {
        MakersWord.known(node[name].text)
    }

    private static func transport(_ node: JSONValue, parents: [JSONValue], isNamespace: Bool) -> String? {
        if isNamespace { return "nvme" }
        if node["businfo"].text?.hasPrefix("virtio@") == true { return "virtio" }
        if parents.contains(where: { $0["configuration"]["driver"].text == "usb-storage" }) { return "usb" }
        if node["description"].text?.hasPrefix("ATA") == true { return "sata" }
        return node["businfo"].text?.hasPrefix("scsi@") == true ? "scsi" : nil
    }

    private static func partitions(of node: JSONValue) -> [Inventory.Partition] {
        node["children"].list.compactMap { volume in
            guard volume["class"].text == "volume", let number = volume["physid"].text.flatMap({ Int($0, radix: 16) }),
                let name = Lshw.names(volume).first(where: { $0.hasPrefix("/dev/") })
            else { return nil }
            let settings = volume["configuration"]
            let signature = settings["filesystem"].text.map { type in
                Inventory.Signature(
                    type: type == "fat" ? "vfat" : type,
                    uuid: known(volume, "serial"),
                    label: settings["label"].text
                )
            }
            return Inventory.Partition(
                number: number,
                name: String(name.dropFirst("/dev/".count)),
                size: volume["capacity"].integer ?? volume["size"].integer,
                label: settings["name"].text,
                signatures: signature.map { [$0] }
            )
        }
    }
}

import Inventory
import SMBIOS

/// Machine, board, enclosure and firmware: from the SMBIOS table, or else from the kernel's extract of it.
struct SystemProbe {
    let tree: FileTree
    let table: Table?

    /// The machine's SMBIOS table. Where the entry point is unreadable, the table alone still tells nearly all.
    static func table(in tree: FileTree) -> Table? {
        let folder = "sys/firmware/dmi/tables"
        guard let octets = tree.octets("\(folder)/DMI", limit: 1 << 22), !octets.isEmpty else { return nil }
        let entryPoint = tree.octets("\(folder)/smbios_entry_point").flatMap { try? EntryPoint($0) }
        return Table(
            octets,
            entryPoint: entryPoint ?? EntryPoint(version: SMBIOSVersion(3, 0), tableLength: octets.count)
        )
    }

    func system() -> Inventory.System {
        let system = table?.system
        return Inventory.System(
            vendor: value(system?.manufacturer, "sys_vendor"),
            product: value(system?.productName, "product_name"),
            version: value(system?.version, "product_version"),
            serial: value(system?.serialNumber, "product_serial"),
            uuid: value(system?.uuid, "product_uuid")?.lowercased(),
            assetTag: value(table?.enclosures.first?.assetTag, "chassis_asset_tag"),
            family: value(system?.family, "product_family"),
            sku: value(system?.skuNumber, "product_sku")
        )
    }

    func board() -> Inventory.Board {
        let motherboard: UInt8 = 10
        let boards = table?.baseboards ?? []
        let board = boards.first { $0.boardType == motherboard } ?? boards.first
        return Inventory.Board(
            vendor: value(board?.manufacturer, "board_vendor"),
            product: value(board?.product, "board_name"),
            version: value(board?.version, "board_version"),
            serial: value(board?.serialNumber, "board_serial"),
            assetTag: value(board?.assetTag, "board_asset_tag")
        )
    }

    func chassis() -> Inventory.Chassis {
        let enclosure = table?.enclosures.first
        return Inventory.Chassis(
            vendor: value(enclosure?.manufacturer, "chassis_vendor"),
            type: enclosure?.chassisType.map { Int($0) } ?? tree.number("sys/class/dmi/id/chassis_type"),
            version: value(enclosure?.version, "chassis_version"),
            serial: value(enclosure?.serialNumber, "chassis_serial"),
            assetTag: value(enclosure?.assetTag, "chassis_asset_tag"),
            sku: value(enclosure?.skuNumber, nil)
        )
    }

    func firmware() -> Inventory.Firmware {
        let firmware = table?.firmware
        return Inventory.Firmware(
            vendor: value(firmware?.vendor, "bios_vendor"),
            version: value(firmware?.version, "bios_version"),
            date: value(firmware?.releaseDate, "bios_date")
        )
    }

    /// The kernel shows `efi` only if UEFI started it; a tree that was captured without `firmware` does not tell.
    func bootMode(architecture: String?) -> Inventory.BootMode? {
        if tree.exists("sys/firmware/efi") { return .uefi }
        return tree.exists("sys/firmware") && architecture == "x86_64" ? .bios : nil
    }

    /// The variable `SecureBoot` (UEFI section 3.3): four octets of attributes, then 1 or 0.
    func secureBoot() -> Bool? {
        EFIProbe(tree: tree).flag("SecureBoot")
    }

    func kernelRelease() -> String? {
        if let release = tree.text("proc/sys/kernel/osrelease") { return release }
        let words = tree.text("proc/version")?.split(separator: " ") ?? []
        return words.count > 2 && words[1] == "version" ? String(words[2]) : nil
    }

    /// The table's text, or that of the file in which the kernel shows the same.
    private func value(_ text: String?, _ file: String?) -> String? {
        Self.known(text) ?? (table == nil ? file.flatMap { Self.known(tree.text("sys/class/dmi/id/\($0)")) } : nil)
    }

    /// The text without white space around it, where it says something.
    static func known(_ text: String?) -> String? { MakersWord.known(text) }
}

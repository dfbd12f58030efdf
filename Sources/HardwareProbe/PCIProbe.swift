import Inventory

/// What is on the PCI buses.
struct PCIProbe {
    let tree: FileTree

    func devices() -> [Inventory.PCIDevice] {
        let folder = "sys/bus/pci/devices"
        return tree.names(folder).filter(DevicePath.isPCIAddress).map { address in
            let path = tree.real("\(folder)/\(address)")
            return Inventory.PCIDevice(
                address: address,
                vendorID: tree.hexadecimal("\(path)/vendor"),
                deviceID: tree.hexadecimal("\(path)/device"),
                subsystemVendorID: tree.hexadecimal("\(path)/subsystem_vendor"),
                subsystemDeviceID: tree.hexadecimal("\(path)/subsystem_device"),
                classCode: tree.hexadecimal("\(path)/class"),
                driver: tree.linkedName("\(path)/driver"),
                numaNode: numaNode(of: path),
                linkWidth: width("\(path)/current_link_width"),
                linkWidthMax: width("\(path)/max_link_width"),
                linkSpeed: speed("\(path)/current_link_speed"),
                linkSpeedMax: speed("\(path)/max_link_speed"),
                sriovTotal: Self.sriovTotal(path, in: tree)
            )
        }
    }

    /// -1 where the firmware does not say.
    func numaNode(of path: String) -> Int? {
        tree.number("\(path)/numa_node").flatMap { $0 >= 0 ? $0 : nil }
    }

    static func sriovTotal(_ path: String, in tree: FileTree) -> Int? {
        tree.number("\(path)/sriov_totalvfs").flatMap { $0 > 0 ? $0 : nil }
    }

    /// Devices within the processor have a link on paper alone: of no lanes, or of 255.
    private func width(_ path: String) -> Int? {
        tree.number(path).flatMap { (1...64).contains($0) ? $0 : nil }
    }

    /// `8 GT/s`, `8.0 GT/s PCIe` or `Unknown speed`.
    private func speed(_ path: String) -> Double? {
        tree.text(path)?.split(separator: " ").first.flatMap { Double($0) }
    }

    /// Makers of the displays in management controllers (ASPEED, Matrox, XGI, Silicon Motion) and in emulators (QEMU,
    /// VMware, VirtualBox, virtio, QXL, Cirrus): a server with none but these has no GPU.
    private static let consoleVendors: Set<Int> = [
        0x1A03, 0x102B, 0x18CA, 0x126F, 0x1234, 0x15AD, 0x80EE, 0x1AF4, 0x1B36, 0x1013,
    ]

    /// Huawei's management controllers; its other devices are accelerators.
    private static let huaweiVendor = 0x19E5
    private static let huaweiDisplay = 0x1711

    static func isGPU(_ device: Inventory.PCIDevice) -> Bool {
        guard let code = device.classCode else { return false }
        switch code >> 16 {
        case 0x12: return true
        case 0x03:
            guard let vendor = device.vendorID else { return true }
            return !consoleVendors.contains(vendor) && !(vendor == huaweiVendor && device.deviceID == huaweiDisplay)
        default: return false
        }
    }
}

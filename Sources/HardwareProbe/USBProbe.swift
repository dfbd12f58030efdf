import Inventory

/// What is plugged into the machine's USBs.
struct USBProbe {
    let tree: FileTree

    func devices() -> [Inventory.USBDevice]? {
        let folder = "sys/bus/usb/devices"
        guard tree.exists(folder) else { return nil }
        return tree.names(folder).compactMap { name in
            // Interfaces have a colon, and the machine's own hubs have no port.
            guard !name.contains(":"), name.contains("-") else { return nil }
            let path = tree.real("\(folder)/\(name)")
            return Inventory.USBDevice(
                path: name,
                vendorID: tree.hexadecimal("\(path)/idVendor"),
                productID: tree.hexadecimal("\(path)/idProduct"),
                classCode: classCode(path),
                vendor: SystemProbe.known(tree.text("\(path)/manufacturer")),
                product: SystemProbe.known(tree.text("\(path)/product")),
                serial: SystemProbe.known(tree.text("\(path)/serial")),
                speed: tree.text("\(path)/speed").flatMap { Double($0) }
            )
        }
    }

    private func classCode(_ path: String) -> Int? {
        let parts = ["bDeviceClass", "bDeviceSubClass", "bDeviceProtocol"].map { tree.hexadecimal("\(path)/\($0)") }
        guard let base = parts[0], let sub = parts[1], let detail = parts[2] else { return nil }
        return (base & 0xFF) << 16 | (sub & 0xFF) << 8 | detail & 0xFF
    }
}

import Inventory

/// What the firmware boots, from its variables as efivarfs shows them: four octets of attributes, then the value
/// (UEFI 2.10 section 3.3).
struct EFIProbe {
    let tree: FileTree

    private static let folder = "sys/firmware/efi/efivars"
    private static let vendor = "-8be4df61-93ca-11d2-aa0d-00e098032b8c"

    func boot() -> Inventory.EFIBoot? {
        let names = tree.names(Self.folder)
        guard !names.isEmpty else { return nil }
        let numbers = names.compactMap { name -> String? in
            guard name.hasPrefix("Boot"), name.hasSuffix(Self.vendor) else { return nil }
            let number = name.dropFirst(4).dropLast(Self.vendor.utf8.count)
            return number.utf8.count == 4 && UInt16(number, radix: 16) != nil ? String(number) : nil
        }
        return Inventory.EFIBoot(
            current: value("BootCurrent")?.little(at: 0, as: UInt16.self).map { Self.digits($0) },
            order: value("BootOrder").map { order in
                stride(from: 0, to: order.count - order.count % 2, by: 2).compactMap { offset in
                    order.little(at: offset, as: UInt16.self).map { Self.digits($0) }
                }
            },
            entries: numbers.sorted().map { number in
                var entry = Inventory.EFIBoot.Entry(number: number)
                if let option = value("Boot" + number).flatMap({ EFILoadOption($0) }) {
                    entry.name = option.description
                    entry.active = option.isActive
                    entry.path = option.path
                }
                return entry
            },
            setupMode: flag("SetupMode")
        )
    }

    /// A variable of one octet that is 1 or 0, such as `SecureBoot`.
    func flag(_ name: String) -> Bool? {
        guard let value = value(name), value.count == 1 else { return nil }
        return value[0] == 1
    }

    private func value(_ name: String) -> [UInt8]? {
        guard let octets = tree.octets("\(Self.folder)/\(name)\(Self.vendor)"), octets.count >= 4 else { return nil }
        return Array(octets.dropFirst(4))
    }

    private static func digits(_ number: UInt16) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// The value of a `Boot####` variable: EFI_LOAD_OPTION (UEFI 2.10 section 3.1.3).
struct EFILoadOption {
    let isActive: Bool
    let description: String?
    /// The device path as text; nil where it cannot be read.
    let path: String?

    init?(_ octets: [UInt8]) {
        guard let attributes: UInt32 = octets.little(at: 0), let length: UInt16 = octets.little(at: 4) else {
            return nil
        }
        isActive = attributes & 1 != 0
        var letters: [UInt16] = []
        var offset = 6
        while true {
            guard let letter: UInt16 = octets.little(at: offset) else { return nil }
            offset += 2
            if letter == 0 { break }
            letters.append(letter)
        }
        description = EFIDevicePath.text(letters)
        let end = min(octets.count, offset + Int(length))
        path = EFIDevicePath.text(of: Array(octets[offset..<end]))
    }
}

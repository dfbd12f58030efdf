public import Inventory

/// The names of PCI devices, as the list `pci.ids` has them (pci-ids.ucw.cz).
///
/// The list has forty thousand lines, of which a machine needs a few dozen: only those are kept.
public struct PCINames: Hashable, Sendable {
    private var names: [Key: String] = [:]

    private enum Key: Hashable {
        case vendor(Int)
        case device(Int, Int)
        case subsystem(Int, Int, Int, Int)
        case base(Int)
        case subclass(Int, Int)
    }

    /// - Parameters:
    ///   - list: the octets of `pci.ids`
    ///   - devices: those whose names are wanted
    public init(_ list: [UInt8], for devices: some Sequence<Inventory.PCIDevice>) {
        let wanted = Set(devices.flatMap(Self.keys))
        var (vendor, device, base): (Int?, Int?, Int?)
        for line in list.split(separator: 0x0A) where line.first != UInt8(ascii: "#") {
            let depth = line.prefix { $0 == 0x09 }.count
            let text = line.dropFirst(depth)
            var key: Key?
            switch depth {
            case 0:
                (vendor, device, base) = (nil, nil, nil)
                if text.starts(with: "C ".utf8) {
                    base = Self.number(text.dropFirst(2), digits: 2)
                    key = base.map { .base($0) }
                } else {
                    vendor = Self.number(text, digits: 4)
                    key = vendor.map { .vendor($0) }
                }
            case 1:
                if let base {
                    key = Self.number(text, digits: 2).map { .subclass(base, $0) }
                } else if let vendor {
                    device = Self.number(text, digits: 4)
                    key = device.map { .device(vendor, $0) }
                }
            case 2:
                guard let vendor, let device, let first = Self.number(text, digits: 4),
                    let second = Self.number(text.dropFirst(5), digits: 4)
                else { continue }
                key = .subsystem(vendor, device, first, second)
            default: continue
            }
            guard let key, wanted.contains(key) else { continue }
            names[key] = Self.name(text, behind: key)
        }
    }

    /// Vendor and device, such as `Intel Corporation Ethernet Controller X710 for 10GbE SFP+`; a device that the list does
    /// not have goes by its vendor's name alone.
    public func name(of device: Inventory.PCIDevice) -> String? {
        guard let vendor = device.vendorID, let first = names[.vendor(vendor)] else { return nil }
        guard let id = device.deviceID, let second = names[.device(vendor, id)] else { return first }
        return "\(first) \(second)"
    }

    /// What its maker sells it as, where the list knows: `Ethernet 10G 4P X710 SFP+ rNDC`.
    public func boardName(of device: Inventory.PCIDevice) -> String? {
        guard let vendor = device.vendorID, let id = device.deviceID, let first = device.subsystemVendorID,
            let second = device.subsystemDeviceID
        else { return nil }
        return names[.subsystem(vendor, id, first, second)]
    }

    /// What kind of device it is, such as `Ethernet controller`.
    public func kind(of device: Inventory.PCIDevice) -> String? {
        guard let code = device.classCode, code >= 0 else { return nil }
        return names[.subclass(code >> 16, code >> 8 & 0xFF)] ?? names[.base(code >> 16)]
    }

    private static func keys(of device: Inventory.PCIDevice) -> [Key] {
        var keys: [Key] = []
        if let vendor = device.vendorID {
            keys.append(.vendor(vendor))
            if let id = device.deviceID {
                keys.append(.device(vendor, id))
                if let first = device.subsystemVendorID, let second = device.subsystemDeviceID {
                    keys.append(.subsystem(vendor, id, first, second))
                }
            }
        }
        if let code = device.classCode, code >= 0 {
            keys += [.base(code >> 16), .subclass(code >> 16, code >> 8 & 0xFF)]
        }
        return keys
    }

    /// The hexadecimal number that the text begins with, of exactly so many digits.
    private static func number(_ text: ArraySlice<UInt8>, digits: Int) -> Int? {
        let number = text.prefix(digits)
        guard number.count == digits, text.dropFirst(digits).first.map({ $0 == 0x20 || $0 == 0x09 }) ?? true else {
            return nil
        }
        return Int(String(decoding: number, as: UTF8.self), radix: 16)
    }

    /// The text behind the numbers.
    private static func name(_ text: ArraySlice<UInt8>, behind key: Key) -> String {
        let count =
            switch key {
            case .base: 4
            case .subclass: 2
            case .vendor, .device: 4
            case .subsystem: 9
            }
        return String(decoding: text.dropFirst(count).drop { $0 == 0x20 }, as: UTF8.self)
    }
}

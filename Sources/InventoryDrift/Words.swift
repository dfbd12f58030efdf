import Inventory

/// Octets as people read them.
enum SizeText {
    static func of(_ octets: Int) -> String {
        for (unit, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20)] where octets >= 1 << shift {
            let tenths = ((octets >> (shift - 10)) * 10) >> 10
            return "\(tenths / 10).\(tenths % 10) \(unit)"
        }
        return "\(octets) octets"
    }
}

/// The parts that are known, in brackets.
func bracketed(_ parts: String?...) -> String {
    let known = parts.compactMap(\.self).filter { !$0.isEmpty }
    return known.isEmpty ? "" : " (" + known.joined(separator: ", ") + ")"
}

extension Inventory.MemoryModule {
    var place: String { [bank, locator].compactMap(\.self).joined(separator: " ") }

    var words: String { "memory module \(locator ?? bank ?? "without a name")" }

    var brief: String { [size.map { SizeText.of($0) }, type].compactMap(\.self).joined(separator: " ") }
}

extension Inventory.Disk {
    var words: String { "disk \(serial ?? wwn ?? busPath ?? name)" }

    var brief: String { [size.map { SizeText.of($0) }, model].compactMap(\.self).joined(separator: " ") }
}

extension Inventory.NIC {
    var address: String? { permanentMAC ?? mac }

    var words: String { "NIC \(address ?? name)" }
}

extension Inventory.PCIDevice {
    /// Vendor and device: `10de:20b0`.
    var kind: String? {
        guard let vendorID, let deviceID else { return nil }
        return [vendorID, deviceID].map { number in
            let digits = String(number, radix: 16)
            return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }.joined(separator: ":")
    }
}

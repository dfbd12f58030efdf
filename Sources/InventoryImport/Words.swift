/// What tools say of a memory module in one line: `DIMM DDR3 Synchronous Registered (Buffered) 1600 MHz (0.6 ns)`.
enum MemoryWords {
    static func type(in description: String?) -> String? {
        description?.split(separator: " ").first { $0.hasPrefix("DDR") }.map(String.init)
    }

    /// MT/s, which lshw gives as a clock.
    static func speed(hertz: Int?) -> Int? {
        hertz.flatMap { $0 >= 1_000_000 ? $0 / 1_000_000 : nil }
    }
}

/// Places on buses as lshw writes them: `pci@0000:04:00.0`, `usb@1:5.1`, `scsi@4:0.0.0`.
enum BusWords {
    /// As udev writes a PCI device's; the others say nothing that lasts.
    static func path(_ text: String?) -> String? {
        pciAddress(text).map { "pci-\($0)" }
    }

    static func pciAddress(_ text: String?) -> String? {
        guard let text, text.hasPrefix("pci@") else { return nil }
        return String(text.dropFirst("pci@".count))
    }

    /// `1-5.1`
    static func usbPath(_ text: String?) -> String? {
        guard let text, text.hasPrefix("usb@") else { return nil }
        let parts = text.dropFirst("usb@".count).split(separator: ":")
        return parts.count == 2 ? parts.joined(separator: "-") : nil
    }

    /// `10Gbit/s`, `1000Mb/s`, `25000` as Mbit/s.
    static func megabits(_ text: String?) -> Int? {
        guard let text else { return nil }
        let number = text.prefix { $0.isNumber }
        guard let value = Int(number), value > 0, value < 1_000_000_000 else { return nil }
        return text.dropFirst(number.count).hasPrefix("G") ? value * 1000 : value
    }
}

import CLinux
import Glibc

/// What the driver of a network interface tells of its device.
public enum LinkDevice {
    /// Nil where there is none that has a version.
    public static func firmware(of interface: String) -> String? {
        var version = [CChar](repeating: 0, count: 33)
        guard unsafe clinux_link_firmware(interface, &version) == 0 else { return nil }
        let text = String(decoding: version.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // What drivers say that know of none.
        return ["", " ", "N/A", "n/a"].contains(text) ? nil : text
    }

    /// The six octets that it was made with; nil where it was made without.
    public static func permanentAddress(of interface: String) -> [UInt8]? {
        var address = [UInt8](repeating: 0, count: 6)
        guard unsafe clinux_link_permanent_address(interface, &address) == 0 else { return nil }
        return address.allSatisfy { $0 == 0 } || address.allSatisfy { $0 == 0xFF } ? nil : address
    }

    /// The kernel's bit map of the link modes that the hardware supports; nil where its driver does not tell.
    public static func supportedModes(of interface: String) -> [UInt32]? {
        var words = [UInt32](repeating: 0, count: 16)
        let count = unsafe clinux_link_modes(interface, &words, Int32(words.count))
        return count > 0 ? Array(words.prefix(Int(count))) : nil
    }
}

public import Octets

/// What the name of a boot file asks for, whether it came by TFTP or by HTTP.
public enum BootFileName: Hashable, Sendable {
    /// iPXE looks for it before it asks anyone else; in any folder.
    case autoexec
    /// GRUB's configuration, for one machine when the name says which.
    case grub(MACAddress?)
    /// PXELINUX's configuration, for one machine when the name says which.
    case pxelinux(MACAddress?)
    /// The unified kernel image with the command line of one machine.
    case unified(MACAddress)
    /// Loaders look whether it is there; that it is not is no fault.
    case probe
    /// A file as it is on disk.
    case file(String)

    /// - Parameter path: relative and without empty parts, as `TFTPFileName` and the HTTP routes make it.
    public init(_ path: String) {
        let parts = path.split(separator: "/")
        let last = parts.last.map(String.init) ?? ""
        let lower = last.lowercased()
        if lower == "autoexec.ipxe" {
            self = .autoexec
        } else if lower == "grub.cfg" || lower.hasPrefix("grub.cfg-") {
            // `grub.cfg-01-52-54-…`, then `grub.cfg-0A4D0001` cut shorter and shorter, then the name alone.
            let rest = lower.dropFirst("grub.cfg-".count)
            if rest.isEmpty || lower == "grub.cfg" {
                self = .grub(nil)
            } else if let mac = Self.mac(bootInterface: rest) {
                self = .grub(mac)
            } else {
                self = .probe
            }
        } else if parts.dropLast().last?.lowercased() == "pxelinux.cfg" {
            if lower == "default" {
                self = .pxelinux(nil)
            } else if let mac = Self.mac(bootInterface: lower[...]) {
                self = .pxelinux(mac)
            } else {
                self = .probe
            }
        } else if let mac = Self.unified(lower) {
            self = .unified(mac)
        } else if lower.hasSuffix("_revocations.efi") || lower.hasSuffix(".lst") && path.contains("x86_64-efi") {
            self = .probe
        } else {
            self = .file(path)
        }
    }

    /// The name under which a machine is served its unified kernel image.
    public static func unified(for mac: MACAddress) -> String { "rackwright-" + mac.text(separator: "-") + ".efi" }

    private static func unified(_ name: String) -> MACAddress? {
        guard name.hasPrefix("rackwright-"), name.hasSuffix(".efi") else { return nil }
        return MACAddress(name.dropFirst("rackwright-".count).dropLast(".efi".count))
    }

    private static func mac(bootInterface text: Substring) -> MACAddress? {
        guard text.hasPrefix("01-") else { return nil }
        return MACAddress(text.dropFirst(3))
    }
}

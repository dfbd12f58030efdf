/// One thing that the firmware can boot (DSP0268, BootOption).
public struct BootOption: Hashable, Sendable {
    /// What `BootOrder` and `BootNext` call it: `Boot0003`.
    public var reference: String
    /// For people.
    public var name: String
    /// Where it leads, in UEFI's words.
    public var devicePath: String?
    public var isEnabled: Bool
    /// What kind of device it is; nil where it does not say.
    public var target: BootWish.Target?

    /// Nil for what cannot be named.
    public init?(_ json: JSON) {
        guard let reference = json["BootOptionReference"].string ?? json["Id"].string else { return nil }
        self.reference = reference
        name = json["DisplayName"].string ?? json["Name"].string ?? reference
        devicePath = json["UefiDevicePath"].string
        // Dell keeps what is not there any more, and says so in the name alone.
        isEnabled = json["BootOptionEnabled"].truth != false && !name.hasPrefix("Unavailable:")
        let alias = json["Alias"].string.flatMap { Self.target(alias: $0) }
        target = alias ?? devicePath.flatMap { Self.target(devicePath: $0) } ?? Self.target(name: name)
    }

    private static func target(alias: String) -> BootWish.Target? {
        BootWish.Target.allCases.first { $0 != .none && $0.rawValue == alias }
    }

    /// Reads a UEFI device path (UEFI 2.10 section 10.6) by the node that it ends in.
    public static func target(devicePath path: String) -> BootWish.Target? {
        if path.contains("/Uri(") { return .http }
        if path.contains("MAC(") { return .pxe }
        if path.contains("CDROM(") { return .cd }
        if ["HD(", "NVMe(", "Sata(", "Scsi(", "SAS("].contains(where: path.contains) { return .disk }
        return nil
    }

    private static func target(name: String) -> BootWish.Target? {
        let word = name.lowercased()
        if word.contains("http") { return .http }
        if word.contains("pxe") || word.contains("network") { return .pxe }
        if word.contains("cd/dvd") || word.contains("cdrom") || word.contains("cd-rom") { return .cd }
        if word.contains("hard d") || word.contains("harddisk") || word.contains("nvme") { return .disk }
        return nil
    }
}

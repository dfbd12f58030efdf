public import Octets

/// What a machine that wants to boot says of itself, whatever it said it with.
public struct BootRequest: Hashable, Sendable {
    public var mac: MACAddress
    /// The SMBIOS UUID in lower case, when it was sent. Firmware disagrees about its octets' order: tell machines
    /// apart by `mac`, and compare this in every order.
    public var uuid: String?
    public var firmware: BootFirmware
    public var stage: BootStage
    public var transport: BootTransport

    public init(
        mac: MACAddress,
        uuid: String? = nil,
        firmware: BootFirmware,
        stage: BootStage,
        transport: BootTransport = .dhcp
    ) {
        self.mac = mac
        self.uuid = uuid
        self.firmware = firmware
        self.stage = stage
        self.transport = transport
    }
}

/// The kind of firmware that runs.
public enum BootFirmware: Hashable, Sendable {
    case bios
    case uefiX64
    case uefiIA32
    case uefiARM64
    /// A number that PXE's registry of architectures gives; nothing is served for it.
    case other(UInt16)

    /// iPXE's word for it: `${platform}`.
    public var platform: String {
        switch self {
        case .bios: "pcbios"
        case .uefiX64, .uefiIA32, .uefiARM64, .other: "efi"
        }
    }

    /// From `platform`, for a request that came by HTTP. Only x86 loaders are served, so `efi` means x64.
    public init?(platform: String) {
        switch platform {
        case "pcbios", "bios": self = .bios
        case "efi", "uefi": self = .uefiX64
        default: return nil
        }
    }
}

/// How far a machine has come.
public enum BootStage: Hashable, Sendable {
    /// The network card's or the mainboard's own PXE code.
    case rom
    /// UEFI firmware that loads a file over HTTP.
    case httpClient
    /// iPXE, from a ROM or loaded by one.
    case iPXE
    /// An operating system that wants an address and nothing else.
    case system
}

/// How a request came.
public enum BootTransport: Hashable, Sendable {
    case dhcp
    case proxyDHCP
    case http
}

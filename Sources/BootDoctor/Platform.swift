import DHCP

/// What a boot file is made for, and what a client can run.
struct Platform: Hashable, Sendable {
    enum Firmware: Hashable, Sendable {
        case bios
        case uefi
    }

    enum Processor: String, Hashable, Sendable {
        case ia32 = "IA32"
        case x64
        case arm32 = "ARM32"
        case arm64 = "ARM64"
        case riscV32 = "RISC-V 32"
        case riscV64 = "RISC-V 64"
        case riscV128 = "RISC-V 128"
        case loongArch32 = "LoongArch32"
        case loongArch64 = "LoongArch64"
    }

    var firmware: Firmware
    /// Nil when a file's name does not tell.
    var processor: Processor?

    static let bios = Self(firmware: .bios, processor: nil)

    /// Nil for architectures whose boot files are not told apart here (IANA's registry of processor architectures).
    init?(_ architecture: ClientArchitecture) {
        switch architecture {
        case .biosX86, .biosX86HTTP: self = .bios
        case .uefiIA32, .uefiIA32HTTP: self.init(.ia32)
        // 9 and 17 are EBC; x64 firmware sends them by RFC 4578 before its errata.
        case .uefiX64, .uefiX64AsEBC, .uefiX64HTTP, ClientArchitecture(rawValue: 17): self.init(.x64)
        case .uefiARM32, .uefiARM32HTTP: self.init(.arm32)
        case .uefiARM64, .uefiARM64HTTP: self.init(.arm64)
        case ClientArchitecture(rawValue: 0x19), ClientArchitecture(rawValue: 0x1A): self.init(.riscV32)
        case ClientArchitecture(rawValue: 0x1B), ClientArchitecture(rawValue: 0x1C): self.init(.riscV64)
        case ClientArchitecture(rawValue: 0x1D), ClientArchitecture(rawValue: 0x1E): self.init(.riscV128)
        case ClientArchitecture(rawValue: 0x25), ClientArchitecture(rawValue: 0x26): self.init(.loongArch32)
        case ClientArchitecture(rawValue: 0x27), ClientArchitecture(rawValue: 0x28): self.init(.loongArch64)
        default: return nil
        }
    }

    init(firmware: Firmware, processor: Processor?) {
        self.firmware = firmware
        self.processor = processor
    }

    private init(_ processor: Processor) {
        self.init(firmware: .uefi, processor: processor)
    }

    /// Whether what is made for `self` runs on `client`; what is not known of the file is let pass.
    func runs(on client: Platform) -> Bool {
        firmware == client.firmware && (processor == nil || client.processor == nil || processor == client.processor)
    }

    /// For people.
    var name: String {
        switch firmware {
        case .bios: "BIOS"
        case .uefi: processor.map { "UEFI \($0.rawValue)" } ?? "UEFI"
        }
    }
}

extension DHCPMessage {
    /// Option 93; without it what option 60 says (`PXEClient:Arch:00007:…`).
    var namedArchitectures: [ClientArchitecture] {
        let list = clientArchitectures
        guard list.isEmpty, let parts = vendorClass?.split(separator: ":"), parts.count >= 3, parts[1] == "Arch",
            let number = UInt16(parts[2])
        else { return list }
        return [ClientArchitecture(rawValue: number)]
    }
}

import Boot
import DHCP

extension DHCPMessage {
    /// The first architecture of the list that means something here; without a list, what option 60 says, else BIOS
    /// (RFC 4578 section 2.1 asks for the option, old ROMs leave it out).
    var bootFirmware: BootFirmware {
        let named = vendorClass.flatMap { text -> UInt16? in
            let parts = text.split(separator: ":")
            guard parts.count >= 3, parts[1] == "Arch" else { return nil }
            return UInt16(parts[2])
        }
        let numbers = clientArchitectures.map(\.rawValue) + [named].compactMap(\.self)
        let known = numbers.lazy.compactMap {
            BootFirmware(architecture: ClientArchitecture(rawValue: $0))
        }.first
        return known ?? numbers.first.map(BootFirmware.other) ?? .bios
    }

    var bootStage: BootStage {
        if isIPXE { return .iPXE }
        if isHTTPClient { return .httpClient }
        if isPXEClient { return .rom }
        return .system
    }
}

extension BootFirmware {
    init?(architecture: ClientArchitecture) {
        switch architecture {
        case .biosX86, .biosX86HTTP: self = .bios
        case .uefiX64, .uefiX64AsEBC, .uefiX64HTTP: self = .uefiX64
        case .uefiIA32, .uefiIA32HTTP: self = .uefiIA32
        case .uefiARM64, .uefiARM64HTTP: self = .uefiARM64
        default: return nil
        }
    }
}

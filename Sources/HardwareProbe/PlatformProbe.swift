import Crypto
import Inventory
import Octets
import SMBIOS

/// The trusted platform module and the management controller.
struct PlatformProbe {
    let tree: FileTree
    let table: Table?
    let answers: PartAnswers

    func tpm() -> Inventory.TPM? {
        let told = table?.tpm
        let folder = "sys/class/tpm"
        // A module that no driver has taken is known by the table alone.
        guard let name = tree.names(folder).first(where: { DevicePath.isNumbered($0, after: "tpm") }) else {
            guard let told, told.version != nil || told.vendor != nil else { return nil }
            return Inventory.TPM(version: told.version.map { "\($0)" }, vendor: told.vendor, firmware: told.firmware)
        }
        let caps = capabilities("\(folder)/\(name)")
        let major = tree.number("\(folder)/\(name)/tpm_version_major")
        var tpm = Inventory.TPM(
            version: caps["TCG version"] ?? major.map { $0 == 2 ? "2.0" : "1.2" } ?? told?.version.map { "\($0)" },
            vendor: caps["Manufacturer"].flatMap { Self.letters($0) } ?? told?.vendor,
            firmware: caps["Firmware version"] ?? told?.firmware
        )
        // Version 1.2 has other commands.
        if major != 1, let answer = answers.answer(to: .tpmProperties, of: name) {
            let properties = TPM2Properties(answer)
            tpm.version = tpm.version ?? properties.family
            tpm.vendor = properties.vendor ?? tpm.vendor
            tpm.firmware = properties.firmware ?? tpm.firmware
            tpm.model = properties.model
            endorse(&tpm, name)
        }
        return tpm
    }

    /// Where makers leave certificates of endorsement keys (TCG EK credential profile 2.3 section 2.2.1.4): of RSA 2048,
    /// NIST P-256, then the high range.
    private static let certificates: [UInt32] = [0x01C0_0002, 0x01C0_000A, 0x01C0_0012, 0x01C0_0014, 0x01C0_0016]

    /// The key of the maker's certificate where there is one: making the key anew takes long.
    private func endorse(_ tpm: inout Inventory.TPM, _ name: String) {
        for index in Self.certificates {
            guard let content = answers.answer(to: .tpmCertificate(index: index), of: name),
                let whole = DER(content[...]), let key = EndorsementKey(certificate: content)
            else { continue }
            tpm.endorsementCertificate = Self.digest(whole.octets)
            tpm.endorsementKey = Self.digest(key.octets)
            tpm.endorsementKeyType = key.type
            return
        }
        guard let area = answers.answer(to: .tpmKey, of: name), let key = EndorsementKey(publicArea: area) else {
            return
        }
        tpm.endorsementKey = Self.digest(key.octets)
        tpm.endorsementKeyType = key.type
    }

    private static func digest(_ octets: [UInt8]) -> String {
        SHA256.hash(data: octets).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// What version 1.2 says of itself, a line each: `Manufacturer: 0x49465800`.
    private func capabilities(_ path: String) -> [String: String] {
        let lines = (tree.text("\(path)/caps") ?? tree.text("\(path)/device/caps"))?.split(separator: "\n") ?? []
        var values: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let value = trimmed(String(parts[1])) else { continue }
            values[String(parts[0])] = value
        }
        return values
    }

    private static func letters(_ text: String) -> String? {
        guard let number = UInt32(text.hasPrefix("0x") ? text.dropFirst(2) : text[...], radix: 16) else { return nil }
        let octets = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
        return trimmed(octets.filter { $0 >= 0x20 && $0 < 0x7F })
    }

    /// As far as the table tells: what IPMI and Redfish are reached by from the machine itself.
    func bmc() -> Inventory.ManagementController? {
        guard let table else { return nil }
        let device = table.ipmiDevices.first
        let services = table.managementInterfaces.flatMap(\.services)
        let service = services.first { $0.address?.count == 4 } ?? services.first { $0.address != nil }
        guard device != nil || service != nil else { return nil }
        let interfaces: [UInt8: String] = [1: "kcs", 2: "smic", 3: "bt", 4: "ssif"]
        return Inventory.ManagementController(
            interface: device?.interfaceType.flatMap { interfaces[$0] },
            ipmiVersion: device?.version.map { "\($0)" },
            serviceAddress: service?.address.map { Self.address($0) },
            servicePort: service?.port.map { Int($0) },
            serviceName: SystemProbe.known(service?.hostName)
        )
    }

    private static func address(_ octets: [UInt8]) -> String {
        if octets.count == 4 { return octets.map { String($0) }.joined(separator: ".") }
        return IPv6Address(octets: octets).map { "\($0)" } ?? ""
    }
}

public import Inventory
import Redfish

extension Inventory {
    /// What a machine's BMC tells of it, in the words of an inspection: good until the machine is inspected from inside.
    ///
    /// What a BMC does not tell is absent. `memory.total` is what is installed: the kernel's own share is not known here.
    /// - Parameter instant: when it was read, in seconds since 1970
    public init(_ documents: MachineDocuments, at instant: Double) {
        self.init(
            collectedAt: instant,
            system: System(documents.system),
            chassis: Chassis(documents.chassis.first ?? .null),
            firmware: Firmware(version: MakersWord.known(documents.system["BiosVersion"].string)),
            secureBoot: SecureBootState(documents.secureBoot, path: "")?.isInForce,
            cpu: CPU(documents.processors, documents.system["ProcessorSummary"]),
            memory: Memory(documents.memory, documents.system["MemorySummary"]),
            disks: documents.drives.compactMap(Disk.init),
            nics: NIC.all(documents.interfaces, documents.adapters),
            gpus: documents.processors.compactMap(PCIDevice.init(accelerator:)),
            tpm: (documents.system["TrustedModules"].array ?? []).lazy.compactMap(TPM.init).first,
            source: .bmc
        )
    }
}

extension JSON {
    fileprivate func known(_ name: String) -> String? { MakersWord.known(self[name].string) }

    /// A number of things; zero is what services write where they do not know.
    fileprivate func count(_ name: String) -> Int? {
        self[name].integer.flatMap { (1...(1 << 60)).contains($0) ? Int($0) : nil }
    }

    fileprivate var isThere: Bool { !["Absent", "Disabled"].contains(self["Status"]["State"].string) }
}

extension Inventory.System {
    fileprivate init(_ json: JSON) {
        self.init(
            vendor: json.known("Manufacturer"),
            product: json.known("Model"),
            serial: json.known("SerialNumber"),
            uuid: json.known("UUID")?.lowercased(),
            assetTag: json.known("AssetTag"),
            sku: json.known("SKU")
        )
    }
}

extension Inventory.Chassis {
    fileprivate init(_ json: JSON) {
        self.init(
            vendor: json.known("Manufacturer"),
            serial: json.known("SerialNumber"),
            assetTag: json.known("AssetTag"),
            sku: json.known("SKU")
        )
    }
}

extension Inventory.CPU {
    fileprivate init(_ processors: [JSON], _ summary: JSON) {
        let cpus = processors.filter { $0.isThere && ["CPU", nil].contains($0["ProcessorType"].string) }
        let first = cpus.first ?? .null
        let sum: (String) -> Int? = { name in
            let counts = cpus.compactMap { $0.count(name) }
            return counts.isEmpty || counts.count != cpus.count ? nil : added(counts)
        }
        self.init(
            model: first.known("Model") ?? summary.known("Model"),
            vendor: Self.vendor(first["ProcessorId"].known("VendorId") ?? first.known("Manufacturer")),
            architecture: Self.architecture(first.known("InstructionSet")),
            sockets: cpus.isEmpty ? summary.count("Count") : cpus.count,
            cores: sum("TotalCores") ?? summary.count("CoreCount"),
            threads: sum("TotalThreads") ?? summary.count("LogicalProcessorCount"),
            frequencyMax: cpus.compactMap { $0.count("MaxSpeedMHz") }.max(),
            microcode: first["ProcessorId"].known("MicrocodeInfo")?.lowercased()
        )
    }

    /// As the processor says it itself.
    private static func vendor(_ word: String?) -> String? {
        guard let word else { return nil }
        let low = word.lowercased()
        if low.contains("intel") { return "GenuineIntel" }
        return low.contains("amd") || low.contains("advanced micro") ? "AuthenticAMD" : word
    }

    /// As `uname -m` says it.
    private static func architecture(_ word: String?) -> String? {
        switch word {
        case "x86-64": "x86_64"
        case "ARM-A64": "aarch64"
        case "PowerISA": "ppc64le"
        default: nil
        }
    }
}

extension Inventory.Memory {
    fileprivate init(_ modules: [JSON], _ summary: JSON) {
        let there = modules.filter(\.isThere).compactMap(Inventory.MemoryModule.init)
        let installed = there.isEmpty ? nil : added(there.compactMap(\.size))
        let summed = summary["TotalSystemMemoryGiB"].number.flatMap { gibibytes -> Int? in
            (0.5...1e7).contains(gibibytes) ? Int(gibibytes * 1024) << 20 : nil
        }
        // Empty sockets are listed by some and left out by others: a list of full ones says nothing of the sockets.
        let slots = modules.count > there.count ? modules.count : nil
        self.init(total: installed ?? summed, installed: installed ?? summed, modules: there, slots: slots)
    }
}

extension Inventory.MemoryModule {
    fileprivate init?(_ json: JSON) {
        guard let mebibytes = json.count("CapacityMiB"), mebibytes < 1 << 32 else { return nil }
        let correction = json.known("ErrorCorrection")
        self.init(
            locator: json.known("DeviceLocator") ?? json.known("Name"),
            size: mebibytes << 20,
            type: json.known("MemoryDeviceType"),
            speed: (json["AllowedSpeedsMHz"].array ?? []).compactMap(\.integer).max().flatMap { Int(exactly: $0) },
            vendor: json.known("Manufacturer"),
            part: json.known("PartNumber"),
            serial: json.known("SerialNumber"),
            ecc: correction.map { $0 != "NoECC" },
            configuredSpeed: json.count("OperatingSpeedMhz")
        )
    }
}

extension Inventory.Disk {
    fileprivate init?(_ json: JSON) {
        guard json.isThere, let size = json.count("CapacityBytes"),
            let name = json.known("Id") ?? json.known("Name")
        else { return nil }
        let kind = json["MediaType"].string
        self.init(
            // Not the kernel's: that is not known before it runs.
            name: name,
            model: json.known("Model"),
            vendor: json.known("Manufacturer"),
            serial: json.known("SerialNumber"),
            wwn: (json["Identifiers"].array ?? []).lazy.compactMap(Self.wwn).first,
            size: size,
            logicalBlock: json.count("BlockSizeBytes"),
            rotational: kind == "HDD" ? true : kind == "SSD" ? false : nil,
            transport: Self.transport(json["Protocol"].string),
            firmware: json.known("Revision") ?? json.known("FirmwareVersion")
        )
    }

    /// In the form that the kernel has: `0x5000…`, `eui.…`, `uuid.…`.
    private static func wwn(_ json: JSON) -> String? {
        guard let name = json.known("DurableName")?.lowercased() else { return nil }
        let digits = name.hasPrefix("0x") ? String(name.dropFirst(2)) : name
        switch json["DurableNameFormat"].string {
        case "NAA": return "0x" + digits
        case "EUI", "NGUID": return digits.hasPrefix("eui.") ? digits : "eui." + digits
        case "UUID": return digits.hasPrefix("uuid.") ? digits : "uuid." + digits
        default: return nil
        }
    }

    private static func transport(_ word: String?) -> String? {
        switch word {
        case "NVMe", "PCIe": "nvme"
        case "SATA": "sata"
        case "SAS": "sas"
        case "USB": "usb"
        case "FC": "fc"
        case "iSCSI": "iscsi"
        default: nil
        }
    }
}

extension Inventory.NIC {
    /// The interfaces of the machine, each address once: of its list of interfaces, then of adapters that it leaves out.
    fileprivate static func all(_ interfaces: [JSON], _ adapters: [MachineDocuments.Adapter]) -> [Self] {
        var nics: [Self] = []
        var known: Set<String> = []
        for json in interfaces where json.isThere {
            guard let mac = mac(json), !isBetweenBMCAndHost(json, mac), known.insert(mac).inserted else { continue }
            nics.append(Self(json, name: json.known("Id") ?? mac, mac))
        }
        for adapter in adapters where adapter.adapter.isThere {
            let firmware = (adapter.adapter["Controllers"].array ?? []).lazy
                .compactMap { $0.known("FirmwarePackageVersion") }.first
            for function in adapter.functions {
                guard let mac = mac(function["Ethernet"]) else { continue }
                if let index = nics.firstIndex(where: { $0.mac == mac }) {
                    nics[index].firmware = firmware
                } else if !isBetweenBMCAndHost(.null, mac), known.insert(mac).inserted {
                    let names = [adapter.adapter.known("Id"), function["Id"].string].compactMap(\.self)
                    var nic = Self(function["Ethernet"], name: names.joined(separator: "/"), mac)
                    nic.firmware = firmware
                    nics.append(nic)
                }
            }
        }
        return nics
    }

    private init(_ json: JSON, name: String, _ mac: String) {
        let link = json["LinkStatus"].string
        self.init(
            name: name,
            mac: mac,
            permanentMAC: json.known("PermanentMACAddress")?.lowercased(),
            link: link == "LinkUp" ? true : link == "LinkDown" || link == "NoLink" ? false : nil,
            speed: json.count("SpeedMbps"),
            mtu: json.count("MTUSize")
        )
    }

    /// Lower case with colons; nil for what is no address of a machine's own.
    private static func mac(_ json: JSON) -> String? {
        for name in ["MACAddress", "PermanentMACAddress"] {
            guard let text = json.known(name)?.lowercased() else { continue }
            let digits = text.filter { $0 != ":" && $0 != "-" }
            guard digits.utf8.count == 12, digits.allSatisfy(\.isHexDigit),
                !["000000000000", "ffffffffffff"].contains(digits)
            else { continue }
            let octets = Array(digits)
            return stride(from: 0, to: 12, by: 2).map { String(octets[$0...$0 + 1]) }.joined(separator: ":")
        }
        return nil
    }

    /// The cable that is none, between a BMC and its host, has the same address on many machines.
    private static func isBetweenBMCAndHost(_ json: JSON, _ mac: String) -> Bool {
        let isLocal = mac.prefix(2).last.flatMap(\.hexDigitValue).map { $0 & 2 != 0 } ?? false
        let name = ((json["Id"].string ?? "") + (json["Name"].string ?? "")).lowercased()
        return isLocal || name.contains("tomanager") || name.contains("usb")
    }
}

extension Inventory.PCIDevice {
    /// An accelerator among the processors: its place stands for the address, which BMCs do not tell.
    fileprivate init?(accelerator json: JSON) {
        guard json.isThere, ["GPU", "Accelerator"].contains(json["ProcessorType"].string),
            let id = json.known("Id")
        else { return nil }
        let vendor = json["ProcessorId"].known("VendorId").flatMap { text in
            text.lowercased().hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : nil
        }
        self.init(address: id, vendorID: vendor.flatMap { (1...0xFFFF).contains($0) ? $0 : nil }, classCode: 0x030200)
    }
}

extension Inventory.TPM {
    fileprivate init?(_ json: JSON) {
        guard json.isThere, let kind = json["InterfaceType"].string, kind.hasPrefix("TPM") else { return nil }
        let version = kind.dropFirst(3).split(separator: "_").joined(separator: ".")
        self.init(version: version, firmware: json.known("FirmwareVersion"))
    }
}

/// Nil for what no machine has.
private func added(_ counts: [Int]) -> Int? {
    var sum = 0
    for count in counts {
        let (next, isTooMuch) = sum.addingReportingOverflow(count)
        guard !isTooMuch else { return nil }
        sum = next
    }
    return sum
}

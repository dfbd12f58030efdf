/// What `/proc/cpuinfo` says; its words differ by architecture.
struct ProcessorFacts {
    private(set) var model: String?
    private(set) var vendor: String?
    private(set) var flags: [String] = []
    private(set) var architecture: String?
    private(set) var sockets: Int?
    private(set) var cores: Int?
    private(set) var threads: Int?
    private(set) var microcode: String?

    init(_ octets: [UInt8]) {
        var first: [String: String] = [:]
        var processors = 0
        var packages: Set<String> = []
        var coresSeen: Set<[String]> = []
        var package = ""
        for line in octets.split(separator: 0x0A) {
            guard let colon = line.firstIndex(of: 0x3A), let key = trimmed(line[..<colon]) else { continue }
            let value = trimmed(line[(colon + 1)...]) ?? ""
            if key == "processor" || key.hasPrefix("processor ") { processors += 1 }
            if key == "physical id" {
                package = value
                packages.insert(value)
            }
            if key == "core id" { coresSeen.insert([package, value]) }
            if first[key] == nil { first[key] = value }
        }
        threads = processors > 0 ? processors : nil
        sockets = packages.isEmpty ? nil : packages.count
        cores = packages.isEmpty || coresSeen.isEmpty ? nil : coresSeen.count
        model = trimmed(first["model name"] ?? first["cpu"])
        vendor = trimmed(first["vendor_id"]) ?? first["CPU implementer"].flatMap { Self.implementers[$0.lowercased()] }
        microcode = trimmed(first["microcode"])
        flags = (first["flags"] ?? first["Features"] ?? first["features"] ?? "").split(separator: " ").map(String.init)
        architecture = Self.architecture(first, flags: flags)
    }

    /// Arm's numbers of makers (Arm Architecture Reference Manual, MIDR_EL1).
    private static let implementers = [
        "0x41": "ARM", "0x42": "Broadcom", "0x43": "Cavium", "0x46": "Fujitsu", "0x48": "HiSilicon", "0x4e": "NVIDIA",
        "0x50": "APM", "0x51": "Qualcomm", "0x53": "Samsung", "0x56": "Marvell", "0x61": "Apple", "0x6d": "Microsoft",
        "0xc0": "Ampere",
    ]

    private static func architecture(_ values: [String: String], flags: [String]) -> String? {
        if values["CPU architecture"] == "8" { return "aarch64" }
        if flags.contains("lm"), values["flags"] != nil { return "x86_64" }
        if values["vendor_id"] == "IBM/S390" { return "s390x" }
        return nil
    }
}

public import Inventory

/// A fact in which one machine differs from its like: the one node of twenty whose memory is slower.
public struct Outlier: Codable, Hashable, Sendable {
    public var node: String
    /// What is compared, such as `memory speed`.
    public var fact: String
    public var value: String
    /// What most of the others have.
    public var usual: String
    /// How many have that, of how many that tell.
    public var count: Int
    public var total: Int

    public init(node: String, fact: String, value: String, usual: String, count: Int, total: Int) {
        self.node = node
        self.fact = fact
        self.value = value
        self.usual = usual
        self.count = count
        self.total = total
    }

    /// `memory speed is 1333 MT/s; 19 of 20 have 1600 MT/s`
    public var text: String { "\(fact) is \(value); \(count) of \(total) have \(usual)" }
}

/// Finds what differs among machines that are meant to be alike.
public enum Outliers {
    /// Fewer machines have no majority.
    static let fewest = 3
    /// What so many have is what is usual.
    static let majority = 0.6

    /// - Parameter machines: those of one role, by their nodes' names
    /// - Returns: by fact, then by node
    public static func found(among machines: [String: Inventory]) -> [Outlier] {
        let all = machines.sorted { $0.key < $1.key }.map { (node: $0.key, facts: facts(of: $0.value)) }
        return slow(machines)
            + order.flatMap { fact -> [Outlier] in
                let told = all.compactMap { node, facts in facts[fact].map { (node: node, value: $0) } }
                guard told.count >= fewest else { return [] }
                var counts: [String: Int] = [:]
                for (_, value) in told { counts[value, default: 0] += 1 }
                guard let usual = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
                    usual.value < told.count, Double(usual.value) >= Double(told.count) * majority
                else { return [] }
                return told.filter { $0.value != usual.key }.map { node, value in
                    Outlier(
                        node: node,
                        fact: fact,
                        value: value,
                        usual: usual.key,
                        count: usual.value,
                        total: told.count
                    )
                }
            }
    }

    /// What is less than this part of what the machine in the middle has stands out.
    private static let fraction = 0.6

    /// Speeds that were measured: no two are the same, and only one that is much lower says something.
    private static func slow(_ machines: [String: Inventory]) -> [Outlier] {
        let speeds: [(fact: String, unit: String, value: (Inventory.Health) -> Double?)] = [
            ("processors' rate", "blocks/s", { $0.cpu?.rate }),
            ("memory's speed", "MB/s", { $0.memory?.bandwidth }),
            (
                "network throughput", "MB/s",
                { ($0.nics ?? []).compactMap(\.throughput).max().map { (Double($0) / 1e5).rounded() / 10 } }
            ),
        ]
        return speeds.flatMap { fact, unit, value -> [Outlier] in
            let told = machines.sorted { $0.key < $1.key }.compactMap { node, machine in
                machine.health.flatMap(value).map { (node: node, value: $0) }
            }
            guard told.count >= fewest else { return [] }
            let middle = told.map(\.value).sorted()[told.count / 2]
            let slow = told.filter { $0.value < middle * fraction }
            // Where many are slow nothing is usual.
            guard Double(told.count - slow.count) >= Double(told.count) * majority else { return [] }
            return slow.map { node, value in
                Outlier(
                    node: node,
                    fact: fact,
                    value: "\(value) \(unit)",
                    usual: "about \(middle) \(unit)",
                    count: told.count - slow.count,
                    total: told.count
                )
            }
        }
    }

    /// What is compared, in the order in which it is told.
    private static let order = [
        "product", "firmware", "boot mode", "secure boot", "processor", "sockets", "cores", "threads",
        "highest clock", "microcode", "memory", "memory modules", "memory speed", "memory part", "disks", "disk models",
        "disk firmware", "NICs", "link speeds", "NIC firmware", "GPUs", "TPM",
    ]

    private static func facts(of machine: Inventory) -> [String: String] {
        var facts: [String: String] = [:]
        facts["product"] = machine.system.product
        facts["firmware"] = machine.firmware.version
        facts["boot mode"] = machine.bootMode?.rawValue
        facts["secure boot"] = machine.secureBoot.map { $0 ? "on" : "off" }
        facts["processor"] = machine.cpu.model
        facts["sockets"] = machine.cpu.sockets.map { String($0) }
        facts["cores"] = machine.cpu.cores.map { String($0) }
        facts["threads"] = machine.cpu.threads.map { String($0) }
        facts["highest clock"] = machine.cpu.frequencyMax.map { "\($0) MHz" }
        facts["microcode"] = machine.cpu.microcode
        // What the kernel keeps for itself differs by a few pages from boot to boot.
        facts["memory"] = (machine.memory.installed ?? machine.memory.total.map { rounded($0) }).map { SizeText.of($0) }
        let modules = machine.memory.modules
        facts["memory modules"] = list(modules.map(\.brief))
        facts["memory speed"] = (modules.compactMap { $0.configuredSpeed ?? $0.speed }.min()).map { "\($0) MT/s" }
        facts["memory part"] = list(modules.compactMap(\.part))
        let disks = machine.disks.filter { $0.removable != true && $0.transport != "usb" }
        facts["disks"] = list(disks.compactMap(\.size).map { SizeText.of($0) })
        facts["disk models"] = list(disks.compactMap(\.model))
        facts["disk firmware"] = list(
            disks.compactMap { disk in disk.firmware.map { [disk.model, $0].compactMap(\.self).joined(separator: " ") }
            }
        )
        facts["NICs"] = list(machine.nics.map { $0.driver ?? "of unknown kind" })
        facts["link speeds"] = list(machine.nics.compactMap(\.speed).map { "\($0) Mbit/s" })
        facts["NIC firmware"] = list(machine.nics.compactMap(\.firmware))
        facts["GPUs"] = list(machine.gpus.compactMap(\.kind))
        facts["TPM"] = machine.tpm?.version
        return facts.mapValues { $0.split(separator: " ").joined(separator: " ") }
    }

    /// To the nearest 2 %, on a scale on which all neighbours are that far apart.
    private static func rounded(_ octets: Int) -> Int {
        let unit = max(1, 1 << max(0, Int.bitWidth - octets.leadingZeroBitCount - 6))
        return (octets + unit / 2) / unit * unit
    }

    /// `8 × 16.0 GiB DDR3`; nothing for an empty list.
    private static func list(_ words: [String]) -> String? {
        guard !words.isEmpty else { return nil }
        var counts: [String: Int] = [:]
        for word in words { counts[word, default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { $1 == 1 ? $0 : "\($1) × \($0)" }.joined(separator: ", ")
    }
}

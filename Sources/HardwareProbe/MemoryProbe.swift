import Inventory
import SMBIOS

/// Memory: what the kernel uses, and the modules that SMBIOS lists.
struct MemoryProbe {
    let tree: FileTree
    let table: Table?

    func memory() -> Inventory.Memory {
        let modules = modules()
        let sizes = modules.compactMap(\.size)
        let isComplete = !sizes.isEmpty && sizes.count == modules.count
        return Inventory.Memory(
            total: total(),
            installed: isComplete ? sizes.reduce(0, &+) : nil,
            modules: modules,
            slots: slots.isEmpty ? nil : slots.count
        )
    }

    private func total() -> Int? {
        guard let content = tree.octets("proc/meminfo") else { return nil }
        for line in content.split(separator: 0x0A) where line.starts(with: "MemTotal:".utf8) {
            let words = line.split(separator: 0x20)
            guard words.count == 3, let kibibytes = Int(String(decoding: words[1], as: UTF8.self)),
                kibibytes > 0, kibibytes < Int.max >> 10
            else { return nil }
            return kibibytes << 10
        }
        return nil
    }

    /// The sockets of the machine's memory: old tables list the firmware's flash, caches and video memory in groups of
    /// their own.
    private var slots: [MemoryDevice] {
        guard let table else { return [] }
        let others = table.memoryArrays.filter { $0.use != nil && $0.use != PhysicalMemoryArray.systemMemory }
        let excluded = Set(others.map(\.handle))
        return table.memoryDevices.filter { device in device.array.map { !excluded.contains($0) } ?? true }
    }

    private func modules() -> [Inventory.MemoryModule] {
        slots.compactMap { device in
            let size: Int?
            switch device.size {
            case .empty: return nil
            case .unknown: size = nil
            case .octets(let octets): size = Int(exactly: octets)
            }
            return Inventory.MemoryModule(
                locator: SystemProbe.known(device.locator),
                bank: SystemProbe.known(device.bankLocator),
                size: size,
                type: device.type?.name,
                speed: device.speed,
                vendor: SystemProbe.known(device.manufacturer),
                part: SystemProbe.known(device.partNumber),
                serial: SystemProbe.known(device.serialNumber),
                ecc: device.totalWidth.flatMap { total in device.dataWidth.map { total > $0 } },
                configuredSpeed: device.configuredSpeed
            )
        }
    }
}

import Inventory
import LinuxKernel

/// Tries a machine out within bounds of time, and harms nothing: no disk is written.
struct HealthCheck {
    let depth: Inventory.Health.Depth
    private let inventory: Inventory
    /// Seconds for each kind of part, and for all together.
    private let budget: Double
    private let limit: Double
    /// The most of the free memory that is tried, as one part of so many, and in octets.
    private let memoryPart: Int
    private let memoryMost: Int

    /// Nil where nothing is to be tried out.
    ///
    /// - Parameter load: seconds for processors and memory together, where that is not as `depth` says
    init?(depth: Inventory.Health.Depth, inventory: Inventory, load: Double? = nil) {
        self.depth = depth
        self.inventory = inventory
        switch depth {
        case .off: return nil
        case .quick: (budget, limit, memoryPart, memoryMost) = (1, 20, 4, 256 << 20)
        case .long, .burnIn:
            (budget, limit, memoryPart, memoryMost) = ((load ?? 20) / 2, 300 + (load ?? 0), 2, 64 << 30)
        }
    }

    /// Blocks for about ``budget`` seconds for each kind of part.
    func run() -> Inventory.Health {
        let began = MonotonicClock.now
        var health = Inventory.Health(depth: depth)
        let nics = NICCheck(nics: inventory.nics)
        let processors = Workload.processors
        health.cpu = ProcessorCheck(processors: processors, seconds: budget).run()
        health.memory = MemoryCheck(
            threads: min(max(processors.count, 1), 8),
            octets: min(Self.freeMemory() / memoryPart, memoryMost),
            seconds: budget
        ).run()
        health.disks = DiskReadCheck(
            disks: inventory.disks.filter { $0.removable != true }.map(\.name),
            seconds: min(budget, 10),
            deadline: began + limit
        ).run()
        health.nics = nics.results(after: MonotonicClock.now - began)
        health.duration = rounded(MonotonicClock.now - began)
        health.endedAt = WallClock.now
        return health
    }

    /// Octets that can be had without anyone missing them; 0 where the kernel does not say.
    private static func freeMemory() -> Int {
        for line in PlainFile.text("/proc/meminfo")?.split(separator: "\n") ?? [] where line.hasPrefix("MemAvailable:")
        {
            let kibibytes = line.split(separator: " ").compactMap { Int($0) }.first ?? 0
            return kibibytes < Int.max >> 10 ? max(0, kibibytes) << 10 : 0
        }
        return 0
    }
}

/// To three digits behind the point: more are noise.
func rounded(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }

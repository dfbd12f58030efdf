public import Inventory
import SMBIOS

/// Reads what a machine is made of from the files in which its kernel shows it.
public struct HardwareProbe: Sendable {
    private let root: String
    private let bootMAC: String?
    private let agentVersion: String?
    private let readsDisks: Bool
    private let channel: (any PartChannel)?
    private let record: @Sendable (_ path: String, _ octets: [UInt8]) -> Void

    /// - Parameters:
    ///   - root: The folder that holds `sys` and `proc`: `/`, or where a machine's files were captured.
    ///   - bootMAC: The address that the machine booted from, in any of the usual spellings; where absent, the kernel's
    ///     command line is asked for `BOOTIF`.
    ///   - agentVersion: Goes into the inventory as it is.
    ///   - readsDisks: Whether the beginning and the end of disks and partitions are read, for what lies there. A disk
    ///     that is about to die may take its time over that.
    ///   - channel: The way to parts that answer to commands: disks to their health, a TPM to its key. Of a captured
    ///     machine the answers are files under `parts`.
    ///   - record: Told each such answer, and the path that it has in a captured machine's tree.
    public init(
        root: String = "/",
        bootMAC: String? = nil,
        agentVersion: String? = nil,
        readsDisks: Bool = true,
        channel: (any PartChannel)? = nil,
        record: @escaping @Sendable (_ path: String, _ octets: [UInt8]) -> Void = { _, _ in }
    ) {
        self.root = root
        self.bootMAC = bootMAC
        self.agentVersion = agentVersion
        self.readsDisks = readsDisks
        self.channel = channel
        self.record = record
    }

    /// Reads the hardware. What a file does not tell stays absent.
    /// - Throws: `ProbeError.noMachine` if the root holds neither `sys` nor `proc`.
    public func collect(now: Double) throws(ProbeError) -> Inventory {
        let tree = FileTree(root: root)
        guard tree.exists("sys") || tree.exists("proc") else { throw .noMachine(root: root) }
        let table = SystemProbe.table(in: tree)
        let system = SystemProbe(tree: tree, table: table)
        let cpu = CPUProbe(tree: tree, table: table).cpu()
        let pci = PCIProbe(tree: tree).devices()
        let answers = PartAnswers(tree: tree, channel: channel, record: record)
        let platform = PlatformProbe(tree: tree, table: table, answers: answers)
        var disks = DiskProbe(tree: tree, readsDisks: readsDisks).disks()
        for index in disks.indices { DiskHealthProbe(answers: answers).look(at: &disks[index]) }
        return Inventory(
            collectedAt: now,
            system: system.system(),
            board: system.board(),
            chassis: system.chassis(),
            firmware: system.firmware(),
            bootMode: system.bootMode(architecture: cpu.architecture),
            secureBoot: system.secureBoot(),
            cpu: cpu,
            memory: MemoryProbe(tree: tree, table: table).memory(),
            disks: disks,
            nics: NICProbe(tree: tree, bootMAC: bootMAC).nics(),
            pci: pci,
            gpus: pci.filter(PCIProbe.isGPU),
            kernel: Inventory.Kernel(release: system.kernelRelease(), agentVersion: agentVersion),
            numa: NUMAProbe(tree: tree).nodes(),
            tpm: platform.tpm(),
            bmc: platform.bmc(),
            usb: USBProbe(tree: tree).devices(),
            sensors: SensorProbe(tree: tree).sensors(),
            efi: EFIProbe(tree: tree).boot()
        )
    }
}

/// Why there is nothing to probe.
public enum ProbeError: Error, Hashable, Sendable {
    /// The folder holds neither `sys` nor `proc`.
    case noMachine(root: String)
}

extension ProbeError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noMachine(let root): "reading hardware: neither sys nor proc in \(root)"
        }
    }
}

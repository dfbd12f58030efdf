/// What a machine is made of, in numbers: the document an agent sends after introspection.
///
/// Its JSON names (snake_case) are the names that role expressions use, as in `memory.total >= 256 * GiB`.
/// What is not known is absent, never zero; a list that is empty says that there are none.
public struct Inventory: Codable, Hashable, Sendable {
    /// The version of this document's layout that this source writes. Version 2 says more than version 1 and nothing
    /// otherwise, so both are read alike: what an old document does not have is not known.
    public static let currentVersion = 2

    public var version: Int
    /// When the hardware was read, in seconds since 1970-01-01 UTC by the machine's own clock.
    public var collectedAt: Double
    public var system: System
    public var board: Board
    public var chassis: Chassis
    public var firmware: Firmware
    /// How the firmware started the running kernel.
    public var bootMode: BootMode?
    /// Whether the firmware enforces signatures; absent where it does not say.
    public var secureBoot: Bool?
    public var cpu: CPU
    public var memory: Memory
    public var disks: [Disk]
    public var nics: [NIC]
    public var pci: [PCIDevice]
    /// The PCI devices that render or compute: displays (class 03) and processing accelerators (class 12), without the
    /// displays of management controllers and emulators.
    public var gpus: [PCIDevice]
    public var kernel: Kernel
    /// Absent where the kernel shows none.
    public var numa: [NUMANode]?
    /// Absent where there is none or it is not known.
    public var tpm: TPM?
    public var bmc: ManagementController?
    /// Absent where they were not looked for.
    public var usb: [USBDevice]?
    /// What the kernel measures; absent where it was not asked.
    public var sensors: [Sensor]?
    /// Absent where the machine was not started by UEFI or its variables cannot be read.
    public var efi: EFIBoot?
    /// Absent where the machine was not tried out.
    public var health: Health?
    /// What the last test that an operator ordered found; the controller keeps it over later inspections.
    public var burnIn: Health?
    /// Who told it; absent for the machine itself.
    public var source: Source?

    /// Who tells what a machine is made of.
    public enum Source: String, Codable, Hashable, Sendable {
        /// Its BMC, from outside: nothing is known of kernel, PCI addresses and what lies on disks.
        case bmc
    }

    public init(
        version: Int = Inventory.currentVersion,
        collectedAt: Double = 0,
        system: System = System(),
        board: Board = Board(),
        chassis: Chassis = Chassis(),
        firmware: Firmware = Firmware(),
        bootMode: BootMode? = nil,
        secureBoot: Bool? = nil,
        cpu: CPU = CPU(),
        memory: Memory = Memory(),
        disks: [Disk] = [],
        nics: [NIC] = [],
        pci: [PCIDevice] = [],
        gpus: [PCIDevice] = [],
        kernel: Kernel = Kernel(),
        numa: [NUMANode]? = nil,
        tpm: TPM? = nil,
        bmc: ManagementController? = nil,
        usb: [USBDevice]? = nil,
        sensors: [Sensor]? = nil,
        source: Source? = nil,
        efi: EFIBoot? = nil,
        health: Health? = nil
    ) {
        self.version = version
        self.collectedAt = collectedAt
        self.system = system
        self.board = board
        self.chassis = chassis
        self.firmware = firmware
        self.bootMode = bootMode
        self.secureBoot = secureBoot
        self.cpu = cpu
        self.memory = memory
        self.disks = disks
        self.nics = nics
        self.pci = pci
        self.gpus = gpus
        self.kernel = kernel
        self.numa = numa
        self.tpm = tpm
        self.bmc = bmc
        self.usb = usb
        self.sensors = sensors
        self.source = source
        self.efi = efi
        self.health = health
        burnIn = nil
    }

    private enum CodingKeys: String, CodingKey {
        case version
        case collectedAt = "collected_at"
        case system, board, chassis, firmware
        case bootMode = "boot_mode"
        case secureBoot = "secure_boot"
        case cpu, memory, disks, nics, pci, gpus, kernel, numa, tpm, bmc, usb, sensors, source, efi, health
        case burnIn = "burn_in"
    }

    /// Reads a document; a section or list that it lacks is one of which nothing is known.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        version = try values.decode(Int.self, forKey: .version)
        collectedAt = try values.decode(Double.self, forKey: .collectedAt)
        system = try values.decodeIfPresent(System.self, forKey: .system) ?? System()
        board = try values.decodeIfPresent(Board.self, forKey: .board) ?? Board()
        chassis = try values.decodeIfPresent(Chassis.self, forKey: .chassis) ?? Chassis()
        firmware = try values.decodeIfPresent(Firmware.self, forKey: .firmware) ?? Firmware()
        bootMode = try values.decodeIfPresent(BootMode.self, forKey: .bootMode)
        secureBoot = try values.decodeIfPresent(Bool.self, forKey: .secureBoot)
        cpu = try values.decodeIfPresent(CPU.self, forKey: .cpu) ?? CPU()
        memory = try values.decodeIfPresent(Memory.self, forKey: .memory) ?? Memory()
        disks = try values.decodeIfPresent([Disk].self, forKey: .disks) ?? []
        nics = try values.decodeIfPresent([NIC].self, forKey: .nics) ?? []
        pci = try values.decodeIfPresent([PCIDevice].self, forKey: .pci) ?? []
        gpus = try values.decodeIfPresent([PCIDevice].self, forKey: .gpus) ?? []
        kernel = try values.decodeIfPresent(Kernel.self, forKey: .kernel) ?? Kernel()
        numa = try values.decodeIfPresent([NUMANode].self, forKey: .numa)
        tpm = try values.decodeIfPresent(TPM.self, forKey: .tpm)
        bmc = try values.decodeIfPresent(ManagementController.self, forKey: .bmc)
        usb = try values.decodeIfPresent([USBDevice].self, forKey: .usb)
        sensors = try values.decodeIfPresent([Sensor].self, forKey: .sensors)
        efi = try values.decodeIfPresent(EFIBoot.self, forKey: .efi)
        health = try values.decodeIfPresent(Health.self, forKey: .health)
        burnIn = try values.decodeIfPresent(Health.self, forKey: .burnIn)
        source = try values.decodeIfPresent(Source.self, forKey: .source)
    }
}

extension Inventory {
    /// Whether enough is known that roles can be told apart by it: some BMCs tell a name and no more.
    public var isTelling: Bool {
        memory.total != nil && (cpu.cores ?? cpu.threads ?? cpu.sockets) != nil
    }
}

extension Inventory {
    /// All processors together.
    public struct CPU: Codable, Hashable, Sendable {
        public var model: String?
        /// As the processor says it, such as `GenuineIntel`.
        public var vendor: String?
        /// As `uname -m` says it, such as `x86_64`.
        public var architecture: String?
        public var sockets: Int?
        /// Cores of all sockets.
        public var cores: Int?
        /// Hardware threads of all cores that the kernel can use.
        public var threads: Int?
        /// The highest clock in MHz.
        public var frequencyMax: Int?
        /// The clock in MHz that holds with all cores at work.
        public var frequencyBase: Int?
        /// The revision that runs, such as `0x2b000590`.
        public var microcode: String?
        /// Features such as `vmx` or `avx512f`, in the kernel's order.
        public var flags: [String]

        public init(
            model: String? = nil,
            vendor: String? = nil,
            architecture: String? = nil,
            sockets: Int? = nil,
            cores: Int? = nil,
            threads: Int? = nil,
            frequencyMax: Int? = nil,
            flags: [String] = [],
            frequencyBase: Int? = nil,
            microcode: String? = nil
        ) {
            self.model = model
            self.vendor = vendor
            self.architecture = architecture
            self.sockets = sockets
            self.cores = cores
            self.threads = threads
            self.frequencyMax = frequencyMax
            self.flags = flags
            self.frequencyBase = frequencyBase
            self.microcode = microcode
        }

        private enum CodingKeys: String, CodingKey {
            case model, vendor, architecture, sockets, cores, threads
            case frequencyMax = "frequency_max"
            case frequencyBase = "frequency_base"
            case microcode, flags
        }

        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            model = try values.decodeIfPresent(String.self, forKey: .model)
            vendor = try values.decodeIfPresent(String.self, forKey: .vendor)
            architecture = try values.decodeIfPresent(String.self, forKey: .architecture)
            sockets = try values.decodeIfPresent(Int.self, forKey: .sockets)
            cores = try values.decodeIfPresent(Int.self, forKey: .cores)
            threads = try values.decodeIfPresent(Int.self, forKey: .threads)
            frequencyMax = try values.decodeIfPresent(Int.self, forKey: .frequencyMax)
            flags = try values.decodeIfPresent([String].self, forKey: .flags) ?? []
            frequencyBase = try values.decodeIfPresent(Int.self, forKey: .frequencyBase)
            microcode = try values.decodeIfPresent(String.self, forKey: .microcode)
        }
    }

    public struct Memory: Codable, Hashable, Sendable {
        /// Octets that the kernel can use: what is installed without what firmware and kernel keep.
        public var total: Int?
        /// Octets of all modules together.
        public var installed: Int?
        /// The sockets that hold a module.
        public var modules: [MemoryModule]
        /// All sockets for modules.
        public var slots: Int?

        public init(total: Int? = nil, installed: Int? = nil, modules: [MemoryModule] = [], slots: Int? = nil) {
            self.total = total
            self.installed = installed
            self.modules = modules
            self.slots = slots
        }

        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            total = try values.decodeIfPresent(Int.self, forKey: .total)
            installed = try values.decodeIfPresent(Int.self, forKey: .installed)
            modules = try values.decodeIfPresent([MemoryModule].self, forKey: .modules) ?? []
            slots = try values.decodeIfPresent(Int.self, forKey: .slots)
        }
    }

    /// One module of memory (SMBIOS type 17).
    public struct MemoryModule: Codable, Hashable, Sendable {
        /// The socket's name on the board, such as `DIMM_A1`.
        public var locator: String?
        public var bank: String?
        /// Octets.
        public var size: Int?
        /// Such as `DDR4`.
        public var type: String?
        /// The highest speed in MT/s.
        public var speed: Int?
        /// The speed that it is run at, in MT/s.
        public var configuredSpeed: Int?
        public var vendor: String?
        public var part: String?
        public var serial: String?
        /// Whether the module carries bits for error correction.
        public var ecc: Bool?

        public init(
            locator: String? = nil,
            bank: String? = nil,
            size: Int? = nil,
            type: String? = nil,
            speed: Int? = nil,
            vendor: String? = nil,
            part: String? = nil,
            serial: String? = nil,
            ecc: Bool? = nil,
            configuredSpeed: Int? = nil
        ) {
            self.locator = locator
            self.bank = bank
            self.size = size
            self.type = type
            self.speed = speed
            self.vendor = vendor
            self.part = part
            self.serial = serial
            self.ecc = ecc
            self.configuredSpeed = configuredSpeed
        }

        private enum CodingKeys: String, CodingKey {
            case locator, bank, size, type, speed, vendor, part, serial, ecc
            case configuredSpeed = "configured_speed"
        }
    }

    /// Processors and memory that are near to each other.
    public struct NUMANode: Codable, Hashable, Sendable {
        public var number: Int
        /// How many hardware threads it has; 0 where it is memory alone.
        public var threads: Int?
        /// The kernel's numbers of them, such as `0-7,16-23`.
        public var processors: String?
        /// Octets.
        public var memory: Int?

        public init(number: Int, threads: Int? = nil, processors: String? = nil, memory: Int? = nil) {
            self.number = number
            self.threads = threads
            self.processors = processors
            self.memory = memory
        }
    }
}

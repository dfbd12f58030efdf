/// A rack as written in a JSON file: one network and the machines on it.
public struct RackDefinition: Codable, Hashable, Sendable {
    public var network: Network
    public var machines: [Machine]

    public init(network: Network, machines: [Machine]) {
        self.network = network
        self.machines = machines
    }

    /// A network namespace with a bridge that all machines and BMCs are on, and a link to the host.
    public struct Network: Codable, Hashable, Sendable {
        /// The namespace's name, as in `ip netns`.
        public var namespace: String
        /// The bridge inside the namespace, at most 15 characters.
        public var bridge: String
        /// The bridge's address with its prefix length; a controller inside the namespace answers here.
        public var address: String
        /// The bridge's IPv6 address with its prefix length; nil for none.
        public var address6: String?
        /// The host's end of the link by which an operator reaches the controller; nil for none.
        public var uplink: Uplink?

        public init(
            namespace: String,
            bridge: String = "br0",
            address: String = "10.77.0.1/24",
            address6: String? = nil,
            uplink: Uplink? = nil
        ) {
            self.namespace = namespace
            self.bridge = bridge
            self.address = address
            self.address6 = address6
            self.uplink = uplink
        }
    }

    /// A veth pair between the host and the namespace.
    public struct Uplink: Codable, Hashable, Sendable {
        /// The host's interface, at most 15 characters.
        public var interface: String
        public var hostAddress: String
        public var rackAddress: String

        public init(
            interface: String,
            hostAddress: String = "10.78.0.1/30",
            rackAddress: String = "10.78.0.2/30"
        ) {
            self.interface = interface
            self.hostAddress = hostAddress
            self.rackAddress = rackAddress
        }
    }

    public struct Machine: Codable, Hashable, Sendable {
        public var name: String
        public var firmware: Firmware
        /// What UEFI firmware tries first on the network; nil: PXE over IPv4.
        public var networkBoot: NetworkBoot?
        /// UEFI firmware with Secure Boot on and Microsoft's keys in it.
        public var secureBoot: Bool?
        public var memoryMiB: Int
        public var cpus: Int
        /// Nodes of processors and memory; nil or 1: all in one. Each has as many processors as each other.
        public var numaNodes: Int?
        /// A TPM 2.0 of swtpm's, which keeps its keys.
        public var tpm: Bool?
        /// The SMBIOS system UUID, as 8-4-4-4-12 hexadecimal digits.
        public var uuid: String
        /// The SMBIOS serial number.
        public var serial: String
        /// One network card for each; the first is tried first when booting from the network.
        public var macs: [String]
        public var disks: [Disk]
        public var bmc: BMC

        public init(
            name: String,
            firmware: Firmware,
            networkBoot: NetworkBoot? = nil,
            secureBoot: Bool? = nil,
            memoryMiB: Int = 1024,
            cpus: Int = 1,
            uuid: String,
            serial: String,
            macs: [String],
            disks: [Disk],
            bmc: BMC
        ) {
            self.name = name
            self.firmware = firmware
            self.networkBoot = networkBoot
            self.secureBoot = secureBoot
            self.memoryMiB = memoryMiB
            self.cpus = cpus
            self.uuid = uuid
            self.serial = serial
            self.macs = macs
            self.disks = disks
            self.bmc = bmc
        }
    }

    public enum NetworkBoot: String, Codable, Hashable, Sendable {
        /// HTTP boot over IPv4: PXE is switched off.
        case http
        /// PXE over IPv6: PXE over IPv4 is switched off.
        case pxe6
    }

    public enum Firmware: String, Codable, Hashable, Sendable {
        case bios, uefi
    }

    public struct Disk: Codable, Hashable, Sendable {
        public enum Bus: String, Codable, Hashable, Sendable {
            case virtio, nvme, scsi
            /// Behind a PIIX3, whose driver small kernels have where they have none for AHCI; Linux sees a SATA disk.
            case ata
        }

        /// In octets. A disk's file is made sparse with this size; an existing file is kept as it is.
        public var size: Int64
        public var bus: Bus
        public var serial: String
        /// The raw file; relative paths are below the state folder. Nil: named for the machine and the serial number.
        public var file: String?

        public init(size: Int64, bus: Bus, serial: String, file: String? = nil) {
            self.size = size
            self.bus = bus
            self.serial = serial
            self.file = file
        }
    }

    public struct BMC: Codable, Hashable, Sendable {
        public enum Transport: String, Codable, Hashable, Sendable {
            case ipmi, redfish
        }

        /// Whose BMC it is.
        public enum Implementation: String, Codable, Hashable, Sendable {
            /// VirtualRack's: all cipher suites, sensors, FRU information, serial over LAN, faults.
            case own
            /// OpenIPMI's `ipmi_sim`, which nobody of this project wrote: cipher suite 3, power and boot device.
            case simulator = "ipmi_sim"
        }

        public var transport: Transport
        /// Nil: `ipmi_sim` for IPMI, VirtualRack's own for Redfish.
        public var implementation: Implementation?
        /// The BMC's own address on the rack's network, without prefix length.
        public var address: String
        public var username: String
        public var password: String
        /// What is wrong with the BMC from the start: `["slow-answers 2s", "lock-out 3"]`. The control socket adds and
        /// clears.
        public var faults: [BMCFault]?
        /// Redfish: so many places for accounts, which are filled and emptied in place of made and deleted; nil for as many
        /// accounts as are made.
        public var accountSlots: Int?

        public init(
            transport: Transport,
            implementation: Implementation? = nil,
            address: String,
            username: String,
            password: String,
            faults: [BMCFault]? = nil,
            accountSlots: Int? = nil
        ) {
            self.transport = transport
            self.implementation = implementation
            self.address = address
            self.username = username
            self.password = password
            self.faults = faults
            self.accountSlots = accountSlots
        }

        enum CodingKeys: String, CodingKey {
            case transport = "protocol"
            case implementation, address, username, password, faults
            case accountSlots = "account_slots"
        }

        /// It is OpenIPMI's program.
        var isSimulator: Bool { transport == .ipmi && implementation != .own }

        /// It is VirtualRack's own, by IPMI.
        var isOwnIPMI: Bool { transport == .ipmi && implementation == .own }
    }
}

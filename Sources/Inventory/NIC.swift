extension Inventory {
    /// One network interface that is a device.
    public struct NIC: Codable, Hashable, Sendable {
        /// The kernel's name of this boot, such as `eth0`.
        public var name: String
        /// Lower case, with colons.
        public var mac: String?
        /// The address that the device was made with, where it is known.
        public var permanentMAC: String?
        public var driver: String?
        /// Where it is plugged in, in udev's words, such as `pci-0000:01:00.0`.
        public var busPath: String?
        /// Whether there is a carrier; absent while the interface is down.
        public var link: Bool?
        /// Mbit/s; absent without a link.
        public var speed: Int?
        /// Mbit/s that the hardware can have; absent where its driver does not tell.
        public var speedMax: Int?
        /// `full` or `half`.
        public var duplex: String?
        /// Octets.
        public var mtu: Int?
        /// Whether the machine booted from the network through it; absent where that is not known.
        public var isBoot: Bool?
        /// As its driver gives it, such as `14.32.1010 (MT_0000000359)`.
        public var firmware: String?
        /// How many virtual functions the device can have; absent where it can have none.
        public var sriovTotal: Int?
        /// How many it has.
        public var sriovActive: Int?
        public var numaNode: Int?
        /// What was heard by LLDP from the other end of its cable.
        public var neighbor: Neighbor?

        public init(
            name: String,
            mac: String? = nil,
            permanentMAC: String? = nil,
            driver: String? = nil,
            busPath: String? = nil,
            link: Bool? = nil,
            speed: Int? = nil,
            duplex: String? = nil,
            mtu: Int? = nil,
            isBoot: Bool? = nil,
            firmware: String? = nil,
            sriovTotal: Int? = nil,
            sriovActive: Int? = nil,
            numaNode: Int? = nil,
            neighbor: Neighbor? = nil,
            speedMax: Int? = nil
        ) {
            self.name = name
            self.mac = mac
            self.permanentMAC = permanentMAC
            self.driver = driver
            self.busPath = busPath
            self.link = link
            self.speed = speed
            self.duplex = duplex
            self.mtu = mtu
            self.isBoot = isBoot
            self.firmware = firmware
            self.sriovTotal = sriovTotal
            self.sriovActive = sriovActive
            self.numaNode = numaNode
            self.neighbor = neighbor
            self.speedMax = speedMax
        }

        private enum CodingKeys: String, CodingKey {
            case name, mac
            case permanentMAC = "permanent_mac"
            case driver
            case busPath = "bus_path"
            case link, speed
            case speedMax = "speed_max"
            case duplex, mtu
            case isBoot = "is_boot"
            case firmware
            case sriovTotal = "sriov_total"
            case sriovActive = "sriov_active"
            case numaNode = "numa_node"
            case neighbor
        }
    }
}

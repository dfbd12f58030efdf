extension Inventory {
    /// One function on a PCI bus.
    public struct PCIDevice: Codable, Hashable, Sendable {
        /// Domain, bus, device and function, such as `0000:01:00.0`.
        public var address: String
        public var vendorID: Int?
        public var deviceID: Int?
        public var subsystemVendorID: Int?
        public var subsystemDeviceID: Int?
        /// Base class, subclass and programming interface: 24 bits, such as 0x020000 for Ethernet.
        public var classCode: Int?
        public var driver: String?
        public var numaNode: Int?
        /// Lanes in use, and lanes that the device has.
        public var linkWidth: Int?
        public var linkWidthMax: Int?
        /// GT/s of each lane as it runs, and as the device could.
        public var linkSpeed: Double?
        public var linkSpeedMax: Double?
        /// How many virtual functions the device can have; absent where it can have none.
        public var sriovTotal: Int?

        public init(
            address: String,
            vendorID: Int? = nil,
            deviceID: Int? = nil,
            subsystemVendorID: Int? = nil,
            subsystemDeviceID: Int? = nil,
            classCode: Int? = nil,
            driver: String? = nil,
            numaNode: Int? = nil,
            linkWidth: Int? = nil,
            linkWidthMax: Int? = nil,
            linkSpeed: Double? = nil,
            linkSpeedMax: Double? = nil,
            sriovTotal: Int? = nil
        ) {
            self.address = address
            self.vendorID = vendorID
            self.deviceID = deviceID
            self.subsystemVendorID = subsystemVendorID
            self.subsystemDeviceID = subsystemDeviceID
            self.classCode = classCode
            self.driver = driver
            self.numaNode = numaNode
            self.linkWidth = linkWidth
            self.linkWidthMax = linkWidthMax
            self.linkSpeed = linkSpeed
            self.linkSpeedMax = linkSpeedMax
            self.sriovTotal = sriovTotal
        }

        private enum CodingKeys: String, CodingKey {
            case address
            case vendorID = "vendor_id"
            case deviceID = "device_id"
            case subsystemVendorID = "subsystem_vendor_id"
            case subsystemDeviceID = "subsystem_device_id"
            case classCode = "class_code"
            case driver
            case numaNode = "numa_node"
            case linkWidth = "link_width"
            case linkWidthMax = "link_width_max"
            case linkSpeed = "link_speed"
            case linkSpeedMax = "link_speed_max"
            case sriovTotal = "sriov_total"
        }
    }
}

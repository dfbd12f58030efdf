extension Inventory {
    /// One whole disk.
    public struct Disk: Codable, Hashable, Sendable {
        /// The kernel's name of this boot, such as `sda`: good for reports, never for choosing a disk.
        public var name: String
        public var model: String?
        public var vendor: String?
        public var serial: String?
        /// The name that the disk carries in itself: `0x5000c500a1b2c3d4` (NAA), `eui.…`, `uuid.…` or `nvme.…`.
        public var wwn: String?
        /// Octets.
        public var size: Int?
        /// Octets in a block that the disk addresses.
        public var logicalBlock: Int?
        /// Octets in a block that the disk writes at once.
        public var physicalBlock: Int?
        public var rotational: Bool?
        /// `nvme`, `nvme-tcp`, `sata`, `sas`, `scsi`, `fc`, `iscsi`, `virtio`, `usb`, `mmc`, …
        public var transport: String?
        /// Where it is plugged in, in udev's words, such as `pci-0000:00:1f.2-ata-1`.
        public var busPath: String?
        public var firmware: String?
        public var removable: Bool?
        /// Its link's name under `/dev/disk/by-id`, where there is one.
        public var byID: String?

        public init(
            name: String,
            model: String? = nil,
            vendor: String? = nil,
            serial: String? = nil,
            wwn: String? = nil,
            size: Int? = nil,
            logicalBlock: Int? = nil,
            physicalBlock: Int? = nil,
            rotational: Bool? = nil,
            transport: String? = nil,
            busPath: String? = nil,
            firmware: String? = nil,
            removable: Bool? = nil,
            byID: String? = nil
        ) {
            self.name = name
            self.model = model
            self.vendor = vendor
            self.serial = serial
            self.wwn = wwn
            self.size = size
            self.logicalBlock = logicalBlock
            self.physicalBlock = physicalBlock
            self.rotational = rotational
            self.transport = transport
            self.busPath = busPath
            self.firmware = firmware
            self.removable = removable
            self.byID = byID
        }

        private enum CodingKeys: String, CodingKey {
            case name, model, vendor, serial, wwn, size
            case logicalBlock = "logical_block"
            case physicalBlock = "physical_block"
            case rotational, transport
            case busPath = "bus_path"
            case firmware, removable
            case byID = "by_id"
        }
    }

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
        /// `full` or `half`.
        public var duplex: String?
        /// Octets.
        public var mtu: Int?
        /// Whether the machine booted from the network through it; absent where that is not known.
        public var isBoot: Bool?

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
            isBoot: Bool? = nil
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
        }

        private enum CodingKeys: String, CodingKey {
            case name, mac
            case permanentMAC = "permanent_mac"
            case driver
            case busPath = "bus_path"
            case link, speed, duplex, mtu
            case isBoot = "is_boot"
        }
    }

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

        public init(
            address: String,
            vendorID: Int? = nil,
            deviceID: Int? = nil,
            subsystemVendorID: Int? = nil,
            subsystemDeviceID: Int? = nil,
            classCode: Int? = nil,
            driver: String? = nil
        ) {
            self.address = address
            self.vendorID = vendorID
            self.deviceID = deviceID
            self.subsystemVendorID = subsystemVendorID
            self.subsystemDeviceID = subsystemDeviceID
            self.classCode = classCode
            self.driver = driver
        }

        private enum CodingKeys: String, CodingKey {
            case address
            case vendorID = "vendor_id"
            case deviceID = "device_id"
            case subsystemVendorID = "subsystem_vendor_id"
            case subsystemDeviceID = "subsystem_device_id"
            case classCode = "class_code"
            case driver
        }
    }
}

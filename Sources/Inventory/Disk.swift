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
        /// Revolutions a minute; absent for a disk that does not spin or does not say.
        public var rotationRate: Int?
        /// `nvme`, `nvme-tcp`, `sata`, `sas`, `scsi`, `fc`, `iscsi`, `virtio`, `usb`, `mmc`, …
        public var transport: String?
        /// Where it is plugged in, in udev's words, such as `pci-0000:00:1f.2-ata-1`.
        public var busPath: String?
        public var firmware: String?
        public var removable: Bool?
        /// Its link's name under `/dev/disk/by-id`: the one that is there, or the one that udev would make of its own name.
        public var byID: String?
        /// Its link's name under `/dev/disk/by-path`: the one that is there, or the one that udev would make.
        public var byPath: String?
        /// The PCI address of what it hangs on.
        public var controller: String?
        public var numaNode: Int?
        /// `gpt` or `dos`; absent where there is none or the disk was not read.
        public var partitionTable: String?
        /// Absent where the kernel does not tell.
        public var partitions: [Partition]?
        /// What lies on the disk itself; absent where it was not read.
        public var signatures: [Signature]?
        /// Absent where the disk does not tell or was not asked.
        public var health: DiskHealth?

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
            byID: String? = nil,
            byPath: String? = nil,
            controller: String? = nil,
            numaNode: Int? = nil,
            partitionTable: String? = nil,
            partitions: [Partition]? = nil,
            signatures: [Signature]? = nil,
            health: DiskHealth? = nil,
            rotationRate: Int? = nil
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
            self.byPath = byPath
            self.controller = controller
            self.numaNode = numaNode
            self.partitionTable = partitionTable
            self.partitions = partitions
            self.signatures = signatures
            self.health = health
            self.rotationRate = rotationRate
        }

        private enum CodingKeys: String, CodingKey {
            case name, model, vendor, serial, wwn, size
            case logicalBlock = "logical_block"
            case physicalBlock = "physical_block"
            case rotational
            case rotationRate = "rotation_rate"
            case transport
            case busPath = "bus_path"
            case firmware, removable
            case byID = "by_id"
            case byPath = "by_path"
            case controller
            case numaNode = "numa_node"
            case partitionTable = "partition_table"
            case partitions, signatures, health
        }
    }

    /// One partition of a disk.
    public struct Partition: Codable, Hashable, Sendable {
        /// From 1; what the table calls it.
        public var number: Int
        /// The kernel's name of this boot, such as `sda1`.
        public var name: String
        /// Octets from the disk's beginning.
        public var start: Int?
        /// Octets.
        public var size: Int?
        /// What the table says that it is for: a GUID in lower case.
        public var type: String?
        /// The partition's own GUID.
        public var uuid: String?
        /// The partition's name in the table.
        public var label: String?
        /// What lies in it; absent where it was not read.
        public var signatures: [Signature]?

        public init(
            number: Int,
            name: String,
            start: Int? = nil,
            size: Int? = nil,
            type: String? = nil,
            uuid: String? = nil,
            label: String? = nil,
            signatures: [Signature]? = nil
        ) {
            self.number = number
            self.name = name
            self.start = start
            self.size = size
            self.type = type
            self.uuid = uuid
            self.label = label
            self.signatures = signatures
        }
    }

    /// What the octets of a disk or partition say that lies there.
    public struct Signature: Codable, Hashable, Sendable {
        /// As `blkid` calls it, such as `ext4`, `LVM2_member` or `linux_raid_member`.
        public var type: String
        /// A file system's own UUID; an LVM physical volume's; of a member of a RAID, the RAID's.
        public var uuid: String?
        /// A file system's label; of a member of a RAID, the RAID's name.
        public var label: String?

        public init(type: String, uuid: String? = nil, label: String? = nil) {
            self.type = type
            self.uuid = uuid
            self.label = label
        }
    }
}

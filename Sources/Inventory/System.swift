extension Inventory {
    /// The machine as its maker names it (SMBIOS type 1).
    public struct System: Codable, Hashable, Sendable {
        public var vendor: String?
        /// The maker's product name, such as `PowerEdge R630`.
        public var product: String?
        public var version: String?
        public var serial: String?
        /// Lower case, `8-4-4-4-12`.
        public var uuid: String?
        public var assetTag: String?
        public var family: String?
        public var sku: String?

        public init(
            vendor: String? = nil,
            product: String? = nil,
            version: String? = nil,
            serial: String? = nil,
            uuid: String? = nil,
            assetTag: String? = nil,
            family: String? = nil,
            sku: String? = nil
        ) {
            self.vendor = vendor
            self.product = product
            self.version = version
            self.serial = serial
            self.uuid = uuid
            self.assetTag = assetTag
            self.family = family
            self.sku = sku
        }

        private enum CodingKeys: String, CodingKey {
            case vendor, product, version, serial, uuid
            case assetTag = "asset_tag"
            case family, sku
        }
    }

    /// The main board (SMBIOS type 2).
    public struct Board: Codable, Hashable, Sendable {
        public var vendor: String?
        public var product: String?
        public var version: String?
        public var serial: String?
        public var assetTag: String?

        public init(
            vendor: String? = nil,
            product: String? = nil,
            version: String? = nil,
            serial: String? = nil,
            assetTag: String? = nil
        ) {
            self.vendor = vendor
            self.product = product
            self.version = version
            self.serial = serial
            self.assetTag = assetTag
        }

        private enum CodingKeys: String, CodingKey {
            case vendor, product, version, serial
            case assetTag = "asset_tag"
        }
    }

    /// The enclosure (SMBIOS type 3).
    public struct Chassis: Codable, Hashable, Sendable {
        public var vendor: String?
        /// The number of SMBIOS table 7.4.1, such as 23 for a rack mount chassis or 28 for a blade.
        public var type: Int?
        public var version: String?
        public var serial: String?
        public var assetTag: String?
        public var sku: String?

        public init(
            vendor: String? = nil,
            type: Int? = nil,
            version: String? = nil,
            serial: String? = nil,
            assetTag: String? = nil,
            sku: String? = nil
        ) {
            self.vendor = vendor
            self.type = type
            self.version = version
            self.serial = serial
            self.assetTag = assetTag
            self.sku = sku
        }

        private enum CodingKeys: String, CodingKey {
            case vendor, type, version, serial
            case assetTag = "asset_tag"
            case sku
        }
    }

    /// The system firmware (SMBIOS type 0).
    public struct Firmware: Codable, Hashable, Sendable {
        public var vendor: String?
        public var version: String?
        /// As the firmware writes it: `MM/DD/YYYY` by the standard.
        public var date: String?

        public init(vendor: String? = nil, version: String? = nil, date: String? = nil) {
            self.vendor = vendor
            self.version = version
            self.date = date
        }
    }

    /// How the firmware started the kernel.
    public enum BootMode: String, Codable, Hashable, Sendable {
        case bios
        case uefi
    }

    /// What read the hardware.
    public struct Kernel: Codable, Hashable, Sendable {
        public var release: String?
        public var agentVersion: String?

        public init(release: String? = nil, agentVersion: String? = nil) {
            self.release = release
            self.agentVersion = agentVersion
        }

        private enum CodingKeys: String, CodingKey {
            case release
            case agentVersion = "agent_version"
        }
    }
}

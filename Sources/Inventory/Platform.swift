extension Inventory {
    /// The trusted platform module.
    public struct TPM: Codable, Hashable, Sendable {
        /// `2.0` or `1.2`.
        public var version: String?
        /// The maker's letters, such as `STM` or `IFX`.
        public var vendor: String?
        public var firmware: String?
        /// The maker's name for the part, such as `SLB9670`.
        public var model: String?
        /// SHA-256 of the endorsement key, as `openssl pkey -pubin -outform DER | sha256sum` gives it: what the module is
        /// known by for its life.
        public var endorsementKey: String?
        /// `rsa2048`, `rsa3072`, `ecc_p256` or `ecc_p384`.
        public var endorsementKeyType: String?
        /// SHA-256 of the maker's certificate for that key, in DER; absent where the module carries none.
        public var endorsementCertificate: String?

        public init(
            version: String? = nil,
            vendor: String? = nil,
            firmware: String? = nil,
            model: String? = nil,
            endorsementKey: String? = nil,
            endorsementKeyType: String? = nil,
            endorsementCertificate: String? = nil
        ) {
            self.version = version
            self.vendor = vendor
            self.firmware = firmware
            self.model = model
            self.endorsementKey = endorsementKey
            self.endorsementKeyType = endorsementKeyType
            self.endorsementCertificate = endorsementCertificate
        }

        private enum CodingKeys: String, CodingKey {
            case version, vendor, firmware, model
            case endorsementKey = "endorsement_key"
            case endorsementKeyType = "endorsement_key_type"
            case endorsementCertificate = "endorsement_certificate"
        }
    }

    /// The computer that manages this one, as it is seen from inside.
    public struct ManagementController: Codable, Hashable, Sendable {
        /// How the machine speaks with it: `kcs`, `smic`, `bt` or `ssif`.
        public var interface: String?
        /// Of IPMI, such as `2.0`.
        public var ipmiVersion: String?
        /// Its IPv4 address on the management network.
        public var address: String?
        /// Its IPv6 addresses there, those that were set by hand first.
        public var ipv6Addresses: [String]?
        /// Its address there, lower case with colons.
        public var mac: String?
        /// Where its Redfish service is reached from the machine itself.
        public var serviceAddress: String?
        public var servicePort: Int?
        /// The name that it goes by there.
        public var serviceName: String?

        public init(
            interface: String? = nil,
            ipmiVersion: String? = nil,
            address: String? = nil,
            mac: String? = nil,
            serviceAddress: String? = nil,
            servicePort: Int? = nil,
            serviceName: String? = nil,
            ipv6Addresses: [String]? = nil
        ) {
            self.ipv6Addresses = ipv6Addresses
            self.interface = interface
            self.ipmiVersion = ipmiVersion
            self.address = address
            self.mac = mac
            self.serviceAddress = serviceAddress
            self.servicePort = servicePort
            self.serviceName = serviceName
        }

        private enum CodingKeys: String, CodingKey {
            case interface
            case ipmiVersion = "ipmi_version"
            case address
            case ipv6Addresses = "ipv6_addresses"
            case mac
            case serviceAddress = "service_address"
            case servicePort = "service_port"
            case serviceName = "service_name"
        }
    }

    /// One thing that the kernel measures.
    public struct Sensor: Codable, Hashable, Sendable {
        /// The chip's name, such as `coretemp`, or its driver's.
        public var chip: String
        /// What is measured, such as `Package id 0`, or the kernel's name for the input.
        public var name: String
        public var kind: Kind
        /// In the kind's unit.
        public var value: Double?
        /// What it should not exceed, and what it must not.
        public var max: Double?
        public var critical: Double?

        public enum Kind: String, Codable, Hashable, Sendable {
            /// Degrees Celsius.
            case temperature
            /// Revolutions a minute.
            case fan
            /// Volts.
            case voltage
            /// Amperes.
            case current
            /// Watts.
            case power
        }

        public init(
            chip: String,
            name: String,
            kind: Kind,
            value: Double? = nil,
            max: Double? = nil,
            critical: Double? = nil
        ) {
            self.chip = chip
            self.name = name
            self.kind = kind
            self.value = value
            self.max = max
            self.critical = critical
        }
    }

    /// One device on a USB, hubs of the machine itself left out.
    public struct USBDevice: Codable, Hashable, Sendable {
        /// Bus and ports, such as `1-3.2`.
        public var path: String
        public var vendorID: Int?
        public var productID: Int?
        /// Class, subclass and protocol: 24 bits; 0 where its interfaces say.
        public var classCode: Int?
        public var vendor: String?
        public var product: String?
        public var serial: String?
        /// Mbit/s.
        public var speed: Double?

        public init(
            path: String,
            vendorID: Int? = nil,
            productID: Int? = nil,
            classCode: Int? = nil,
            vendor: String? = nil,
            product: String? = nil,
            serial: String? = nil,
            speed: Double? = nil
        ) {
            self.path = path
            self.vendorID = vendorID
            self.productID = productID
            self.classCode = classCode
            self.vendor = vendor
            self.product = product
            self.serial = serial
            self.speed = speed
        }

        private enum CodingKeys: String, CodingKey {
            case path
            case vendorID = "vendor_id"
            case productID = "product_id"
            case classCode = "class_code"
            case vendor, product, serial, speed
        }
    }
}

/// Asks what a BMC can do that need not be a node's.
public struct ProbeBMC: Codable, Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    public var address: String
    public var port: Int?
    /// `redfish` or `ipmi`; nil for the better one that answers.
    public var `protocol`: String?
    public var user: String
    public var password: String
    /// How many resources may be read for a recording; nil for none.
    public var record: Int?

    public init(
        address: String,
        port: Int? = nil,
        protocol: String? = nil,
        user: String,
        password: String,
        record: Int? = nil
    ) {
        self.address = address
        self.port = port
        self.protocol = `protocol`
        self.user = user
        self.password = password
        self.record = record
    }

    public var description: String { "probe of \(address)" }
    public var customMirror: Mirror { Mirror(self, children: ["address": address]) }
}

/// Asks what a node's BMC can do.
public struct ProbeNode: Codable, Hashable, Sendable {
    /// How many resources may be read for a recording; nil for none.
    public var record: Int?

    public init(record: Int? = nil) {
        self.record = record
    }
}

/// What a BMC can do; nil where it does not tell.
public struct ProbeReport: Codable, Hashable, Sendable {
    public var bmc: String
    /// `Redfish 1.15.0`.
    public var interface: String
    public var vendor: String?
    public var model: String?
    public var serial: String?
    public var uuid: String?
    /// Of the machine.
    public var firmware: String?
    public var manager: String?
    /// Which system of the service, and why.
    public var system: String?
    public var login: String
    public var tls: TLS?
    public var power: String
    public var powerActions: [String]
    public var bootDevices: [String]
    public var bootModes: [String]
    public var bootPersistence: [String]
    public var features: [Feature]
    /// How this maker's BMCs are spoken to, and why.
    public var strategy: String?
    public var remarks: [String]
    /// A file for tests, JSON, with nothing in it that tells whose machine it is.
    public var recording: String?

    public struct TLS: Codable, Hashable, Sendable {
        public var version: String
        /// SHA-256 in hexadecimal digits.
        public var certificate: String?
        /// Until when it is valid, in seconds since 1970.
        public var expires: Double?

        public init(version: String, certificate: String? = nil, expires: Double? = nil) {
            self.version = version
            self.certificate = certificate
            self.expires = expires
        }
    }

    public struct Feature: Codable, Hashable, Sendable {
        public var name: String
        /// Nil where it cannot be known.
        public var offered: Bool?
        public var detail: String

        public init(name: String, offered: Bool?, detail: String) {
            self.name = name
            self.offered = offered
            self.detail = detail
        }
    }

    public init(
        bmc: String,
        interface: String,
        vendor: String? = nil,
        model: String? = nil,
        serial: String? = nil,
        uuid: String? = nil,
        firmware: String? = nil,
        manager: String? = nil,
        system: String? = nil,
        login: String,
        tls: TLS? = nil,
        power: String,
        powerActions: [String] = [],
        bootDevices: [String] = [],
        bootModes: [String] = [],
        bootPersistence: [String] = [],
        features: [Feature] = [],
        strategy: String? = nil,
        remarks: [String] = [],
        recording: String? = nil
    ) {
        self.bmc = bmc
        self.interface = interface
        self.vendor = vendor
        self.model = model
        self.serial = serial
        self.uuid = uuid
        self.firmware = firmware
        self.manager = manager
        self.system = system
        self.login = login
        self.tls = tls
        self.power = power
        self.powerActions = powerActions
        self.bootDevices = bootDevices
        self.bootModes = bootModes
        self.bootPersistence = bootPersistence
        self.features = features
        self.strategy = strategy
        self.remarks = remarks
        self.recording = recording
    }

    private enum CodingKeys: String, CodingKey {
        case bmc, interface, vendor, model, serial, uuid, firmware, manager, system, login, tls, power
        case powerActions = "power_actions"
        case bootDevices = "boot_devices"
        case bootModes = "boot_modes"
        case bootPersistence = "boot_persistence"
        case features, strategy, remarks, recording
    }
}

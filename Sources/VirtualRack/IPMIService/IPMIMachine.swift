import IPMI
import Octets

/// What a BMC tells of its machine and itself that does not change.
struct IPMIMachine: Sendable {
    /// The number of the LAN channel.
    static let channel: UInt8 = 1
    static let firmware = "1.00"
    static let mostUsers: UInt8 = 10
    static let powerSensor: UInt8 = 0x20
    static let eventLogSensor: UInt8 = 0x21

    struct Sensor: Sendable {
        var content: SDRRecord.Content
        /// What it reads with power and without; nil for nothing.
        var on: Reading?
        var off: Reading?
    }

    enum Reading: Hashable, Sendable {
        case value(UInt8)
        case states(UInt16)
    }

    var guid: [UInt8]
    /// By number.
    var users: [UInt8: BMCSessions.User]
    var suites = CipherSuite.allCases
    var address: IPv4Address
    var netmask: IPv4Address
    var gateway: IPv4Address
    /// Six octets.
    var mac: [UInt8]
    /// The UDP port that it answers on.
    var port: UInt16
    /// FRU information as it is read.
    var fru: [UInt8]
    var sensors: [Sensor]
    var locators: [SDRRecord.Content]
}

extension IPMIMachine.Sensor {
    var description: SensorDescription? {
        switch content {
        case .full(let record): record.sensor
        case .compact(let record): record.sensor
        case .eventOnly, .fruLocator, .controllerLocator, .other: nil
        }
    }

    var number: UInt8 {
        if case .eventOnly(let record) = content { record.number } else { description?.number ?? 0 }
    }

    var thresholds: SensorThresholds? {
        if case .full(let record) = content { SensorThresholds(of: record) } else { nil }
    }

    func reading(_ power: PowerState) -> SensorReading {
        switch power == .on ? on : off {
        case .value(let raw): SensorReading(raw: raw, states: thresholds?.comparisons(raw) ?? 0)
        case .states(let states): SensorReading(raw: 0, states: states)
        case nil: SensorReading(raw: 0, isUnavailable: true)
        }
    }
}

extension IPMIMachine {
    /// The BMC of a machine as the rack's definition has it.
    /// - Parameter network: the rack's, whose bridge is the gateway.
    init(_ machine: RackDefinition.Machine, on network: RackDefinition.Network, port: UInt16 = UInt16(RMCP.port)) throws
    {
        guid = SystemGUID.octets(uuid: machine.uuid) ?? []
        users = [
            2: BMCSessions.User(
                name: machine.bmc.username,
                password: [UInt8](machine.bmc.password.utf8),
                privilege: .administrator
            )
        ]
        address = IPv4Address(machine.bmc.address) ?? .any
        netmask = IPv4Subnet(network.address)?.netmask ?? .any
        gateway = IPv4Address(network.address.prefix { $0 != "/" }) ?? .any
        // Made from the machine's and locally administered, so that nobody else has it.
        mac = [0x06] + (machine.macs.first.flatMap { MACAddress($0) }?.octets ?? [0, 0, 0, 0, 0, 0]).dropFirst()
        self.port = port
        fru = try Self.fru(machine).octets()
        sensors = Self.standardSensors
        locators = [
            .fruLocator(
                FRULocatorRecord(device: 0, entity: EntityReference(id: 7, instance: 1), name: SDRName("Machine"))
            ),
            // A chassis, FRU information, an event log, sensor records and sensors.
            .controllerLocator(
                ControllerLocatorRecord(
                    capabilities: 0x8F,
                    entity: EntityReference(id: 0x2E, instance: 1),
                    name: SDRName("BMC")
                )
            ),
        ]
    }

    private static func fru(_ machine: RackDefinition.Machine) -> FRUInformation {
        func field(_ text: String) -> FRUField { FRUField(text) ?? .empty }
        var fru = FRUInformation()
        fru.chassis = FRUChassis(
            type: 0x17,
            partNumber: field("VR-CHASSIS"),
            serialNumber: field(machine.serial)
        )
        fru.board = FRUBoard(
            // 2026-01-01 in minutes since 1996.
            manufactured: 15_779_520,
            manufacturer: field("Rackwright"),
            productName: field("Virtual Board"),
            serialNumber: field("B-" + machine.serial),
            partNumber: field("VR-BOARD")
        )
        fru.product = FRUProduct(
            manufacturer: field("Rackwright"),
            productName: field("Virtual Rack"),
            partNumber: field("VR-1"),
            version: field(firmware),
            serialNumber: field(machine.serial),
            assetTag: field(machine.name)
        )
        return fru
    }
}

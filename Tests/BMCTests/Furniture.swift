@testable import IPMI

/// What the simulator's machine has: sensors that are well and unwell, parts, a log.
enum Furniture {
    static var commands: [String] {
        sensors + records.map { "main_sdr_add 0x20 \(octets($0.octets))" } + parts + log
    }

    private static func octets(_ octets: [UInt8]) -> String {
        octets.map { "0x" + String($0, radix: 16) }.joined(separator: " ")
    }

    // MARK: Sensors

    private static func measured(
        _ number: UInt8,
        _ name: String,
        _ type: SensorType,
        _ unit: UInt8,
        _ factors: ReadingFactors = ReadingFactors(),
        format: SensorUnits.Format = .unsigned,
        entity: EntityReference = EntityReference(id: 7, instance: 1),
        owner: UInt8 = 0x20
    ) -> SDRRecord.Content {
        .full(
            FullSensorRecord(
                sensor: SensorDescription(
                    owner: SensorOwner(id: owner),
                    number: number,
                    entity: entity,
                    // Thresholds that can be read and set.
                    initialization: 0x51,
                    capabilities: 0x08,
                    type: type,
                    readingType: .threshold,
                    units: SensorUnits(format: format, base: unit)
                ),
                factors: factors,
                name: SDRName(name)
            )
        )
    }

    /// Raises events and cannot be read.
    private static let watchdog = SDRRecord.Content.eventOnly(
        EventOnlyRecord(
            number: 0,
            entity: EntityReference(id: 7, instance: 1),
            type: .watchdog2,
            readingType: .sensorSpecific,
            name: SDRName("watchdog")
        )
    )

    private static func presence(_ number: UInt8, _ name: String, sharing: RecordSharing) -> SDRRecord.Content {
        .compact(
            CompactSensorRecord(
                sensor: SensorDescription(
                    number: number,
                    entity: EntityReference(id: 32, instance: 1),
                    type: SensorType(rawValue: 0x25),
                    readingType: .sensorSpecific,
                    readingMask: 3,
                    units: SensorUnits(format: .none, base: 0)
                ),
                sharing: sharing,
                name: SDRName(name)
            )
        )
    }

    private static func locator(_ device: UInt8, _ name: String, controller: UInt8 = 0x20) -> SDRRecord.Content {
        .fruLocator(
            FRULocatorRecord(
                controller: controller,
                device: device,
                entity: EntityReference(id: 10, instance: device),
                name: SDRName(name)
            )
        )
    }

    static let records: [SDRRecord] = {
        let volts = ReadingFactors(m: 59, b: 13, bExponent: 2, resultExponent: -3)
        let rpm = ReadingFactors(m: 392, resultExponent: -1)
        let contents: [SDRRecord.Content] = [
            watchdog,
            measured(0x01, "MB Temp", .temperature, 1),
            measured(0x02, "Inlet", .temperature, 1, format: .twosComplement, entity: .init(id: 0x37, instance: 1)),
            measured(0x03, "P12V", .voltage, 4, volts, entity: .init(id: 10, instance: 1)),
            measured(0x04, "Fan 1", .fan, 18, rpm, entity: .init(id: 29, instance: 1)),
            measured(0x05, "Fan 2", .fan, 18, rpm, entity: .init(id: 29, instance: 2)),
            measured(0x06, "Not There", .fan, 18, rpm, entity: .init(id: 29, instance: 3)),
            measured(0x01, "Sub Temp", .temperature, 1, owner: 0x30),
            presence(0x10, "DIMM", sharing: RecordSharing(first: 0x13, second: 0x80)),
            locator(1, "PS1"), locator(2, "PS2"), locator(3, "Blade", controller: 0x30),
        ]
        return contents.enumerated().map { index, content in SDRRecord(id: UInt16(index + 1), content: content) }
    }()

    /// Fan 2 stands still, the second memory module is not there.
    private static var sensors: [String] {
        let none = String(repeating: "0", count: 15)
        return [
            sensor(0x01, 0x01, value: 0x60, thresholds: "111000 0xa0 0x90 0x70 0 0 0"),
            sensor(0x02, 0x01, value: 0xFB),
            sensor(0x03, 0x02, value: 0xB5, thresholds: "111111 0xf0 0xe0 0xd0 0xa0 0x98 0x90"),
            sensor(0x04, 0x04, value: 0x80, thresholds: "000011 0 0 0 0 0x1a 0x26"),
            sensor(0x05, 0x04, value: 0x00, thresholds: "000011 0 0 0 0 0x1a 0x26"),
            sensor(0x10, 0x25, state: 0), sensor(0x11, 0x25, state: 1), sensor(0x12, 0x25, state: 0),
        ].flatMap { number, lines in
            let support = "sensor_set_event_support 0x20 0 \(number) enable scanning per-state"
            return [lines[0], "\(support) \(none) \(none) \(none) \(none)"] + lines.dropFirst()
        }
    }

    private static func sensor(_ number: Int, _ type: Int, value: Int, thresholds: String? = nil) -> (Int, [String]) {
        let limits = thresholds.map { "sensor_set_threshold 0x20 0 \(number) settable \($0)" }
        // The simulator compares only as a value changes.
        let values = [0x80, value].map { "sensor_set_value 0x20 0 \(number) \($0) 0" }
        return (number, ["sensor_add 0x20 0 \(number) \(type) 1"] + [limits].compactMap(\.self) + values)
    }

    private static func sensor(_ number: Int, _ type: Int, state: Int) -> (Int, [String]) {
        let bit = "sensor_set_bit_clr_rest 0x20 0 \(number) \(state) 1 0"
        return (number, ["sensor_add 0x20 0 \(number) \(type) 0x6f", bit])
    }

    // MARK: Parts

    private static func field(_ text: String) -> FRUField { FRUField(text) ?? .empty }

    private static var parts: [String] {
        var machine = FRUInformation()
        machine.chassis = FRUChassis(type: 0x17, serialNumber: field("CH-1"))
        machine.board = FRUBoard(
            manufactured: 11_324_310,
            manufacturer: field("Boards Ltd"),
            productName: field("Board"),
            serialNumber: field("BO-1"),
            partNumber: field("BP-1")
        )
        machine.product = FRUProduct(
            manufacturer: field("Rackwright"),
            productName: field("Model 1   "),
            partNumber: field("PN-1"),
            version: field("v2"),
            serialNumber: field("SN-1"),
            assetTag: field("asset 7"),
            custom: [field("rack side")]
        )
        var supply = FRUInformation()
        supply.board = FRUBoard(
            manufacturer: field("DELTA"),
            productName: field("PWR SPLY"),
            serialNumber: field("PS-9")
        )
        return [machine, supply].enumerated().compactMap { device, information in
            guard let octets = try? information.octets() else { return nil }
            return "mc_add_fru_data 0x20 \(device) \(octets.count) data \(self.octets(octets))"
        }
    }

    // MARK: Log

    /// The simulator puts its own time in place of these.
    private static let log = [
        "sel_enable 0x20 1000 0x0a",
        // The temperature rose.
        "sel_add 0x20 2 0 0 0 0x60 0x20 0x00 0x04 0x01 0x01 0x01 0x57 0x95 0x90",
        // A memory module was taken out.
        "sel_add 0x20 2 0 0 0 0x60 0x20 0x00 0x04 0x25 0x11 0x6f 0x01 0xff 0xff",
        // The firmware started the operating system.
        "sel_add 0x20 2 0 0 0 0x60 0x41 0x00 0x04 0x0f 0x00 0x6f 0xc2 0x13 0xff",
        // Something of Intel's, and a record without a time.
        "sel_add 0x20 0xc1 0 0 0 0x60 0x57 0x01 0x00 1 2 3 4 5 6",
        "sel_add 0x20 0xe0 1 2 3 4 5 6 7 8 9 10 11 12 13",
    ]
}

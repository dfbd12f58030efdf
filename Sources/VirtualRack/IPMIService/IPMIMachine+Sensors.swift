import IPMI

/// The sensors that every machine of a rack has.
extension IPMIMachine {
    static var standardSensors: [Sensor] {
        [
            measured(
                1,
                "CPU Temp",
                .temperature,
                .degrees,
                processor,
                on: 46,
                [.upperNonCritical: 85, .upperCritical: 95]
            ),
            measured(2, "Inlet Temp", .temperature, .degrees, board, on: 24, off: 22, inlet),
            measured(
                3,
                "Fan 1",
                .fan,
                .rpm,
                fan,
                ReadingFactors(m: 60),
                on: 90,
                [.lowerNonCritical: 20, .lowerCritical: 10]
            ),
            measured(
                4,
                "12V",
                .voltage,
                .volts,
                board,
                twelveVolts,
                on: 200,
                [.lowerCritical: 180, .upperCritical: 220]
            ),
            measured(5, "Power", .otherUnits, .watts, supply, ReadingFactors(m: 4), on: 42, off: 1, [:]),
            // Present, both with power and without.
            states(6, "PS 1", .powerSupply, supply, on: 0x01, off: 0x01),
            // State 0: the power is off.
            states(powerSensor, "Power Unit", .powerUnit, board, on: 0x00, off: 0x01),
            Sensor(
                content: .eventOnly(
                    EventOnlyRecord(
                        number: eventLogSensor,
                        entity: board,
                        type: .eventLog,
                        readingType: .sensorSpecific,
                        name: SDRName("SEL")
                    )
                )
            ),
        ]
    }

    private static let processor = EntityReference(id: 3, instance: 1)
    private static let board = EntityReference(id: 7, instance: 1)
    private static let supply = EntityReference(id: 10, instance: 1)
    private static let fan = EntityReference(id: 29, instance: 1)

    private static let inlet: [RawThresholds.Kind: UInt8] = [
        .lowerCritical: 5, .upperNonCritical: 38, .upperCritical: 42,
    ]

    /// Six hundredths of a volt.
    private static let twelveVolts = ReadingFactors(m: 6, resultExponent: -2)

    private enum Unit: UInt8 {
        case degrees = 1
        case volts = 4
        case watts = 6
        case rpm = 18
    }

    private static func measured(
        _ number: UInt8,
        _ name: String,
        _ type: SensorType,
        _ unit: Unit,
        _ entity: EntityReference,
        _ factors: ReadingFactors = ReadingFactors(m: 1),
        on: UInt8,
        off: UInt8? = nil,
        _ limits: [RawThresholds.Kind: UInt8]
    ) -> Sensor {
        var thresholds = RawThresholds()
        var mask: UInt16 = 0
        for (kind, value) in limits {
            thresholds[kind] = value
            mask |= 1 << kind.rawValue
        }
        let record = FullSensorRecord(
            sensor: SensorDescription(
                number: number,
                entity: entity,
                initialization: 0x41,
                // Re-arms itself, has thresholds that can be read, raises no events.
                capabilities: 0x47,
                type: type,
                readingType: .threshold,
                readingMask: mask,
                units: SensorUnits(base: unit.rawValue)
            ),
            factors: factors,
            thresholds: thresholds,
            name: SDRName(name)
        )
        return Sensor(content: .full(record), on: .value(on), off: off.map(Reading.value))
    }

    private static func states(
        _ number: UInt8,
        _ name: String,
        _ type: SensorType,
        _ entity: EntityReference,
        on: UInt16,
        off: UInt16
    ) -> Sensor {
        let record = CompactSensorRecord(
            sensor: SensorDescription(
                number: number,
                entity: entity,
                initialization: 0x41,
                capabilities: 0x43,
                type: type,
                readingType: .sensorSpecific,
                assertionMask: 0x01,
                readingMask: 0x01,
                units: SensorUnits(format: .none, base: 0)
            ),
            name: SDRName(name)
        )
        return Sensor(content: .compact(record), on: .states(on), off: .states(off))
    }
}

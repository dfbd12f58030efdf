import BMC
import IPMI

/// A sensor that the records tell of; one record may tell of several.
struct SensorEntry: Sendable {
    /// The BMC itself, on its own bus.
    static let bmcAddress: UInt8 = 0x20

    var name: String
    var owner: SensorOwner
    var number: UInt8
    var entity: EntityReference
    var type: SensorType
    var readingType: EventReadingType
    /// Nil for one that raises events alone.
    var description: SensorDescription?
    var full: FullSensorRecord?

    static func entries(_ record: SDRRecord) -> [SensorEntry] {
        switch record.content {
        case .full(let full): return [SensorEntry(full.sensor, full.name.text, full: full)]
        case .compact(let record):
            return (0..<record.sharing.count).map { index in
                var sensor = record.sensor
                sensor.number &+= UInt8(truncatingIfNeeded: index)
                sensor.entity = record.sharing.entity(sensor.entity, index)
                return SensorEntry(sensor, record.name.text + record.sharing.suffix(index))
            }
        case .eventOnly(let record):
            return (0..<record.sharing.count).map { index in
                SensorEntry(
                    name: record.name.text + record.sharing.suffix(index),
                    owner: record.owner,
                    number: record.number &+ UInt8(truncatingIfNeeded: index),
                    entity: record.sharing.entity(record.entity, index),
                    type: record.type,
                    readingType: record.readingType
                )
            }
        case .fruLocator, .controllerLocator, .other: return []
        }
    }

    private init(
        name: String,
        owner: SensorOwner,
        number: UInt8,
        entity: EntityReference,
        type: SensorType,
        readingType: EventReadingType
    ) {
        self.name = name
        self.owner = owner
        self.number = number
        self.entity = entity
        self.type = type
        self.readingType = readingType
    }

    private init(_ sensor: SensorDescription, _ name: String, full: FullSensorRecord? = nil) {
        self.init(
            name: name,
            owner: sensor.owner,
            number: sensor.number,
            entity: sensor.entity,
            type: sensor.type,
            readingType: sensor.readingType
        )
        description = sensor
        self.full = full
    }

    /// The BMC reads it itself. Another controller's would have to be asked over the BMC's bus.
    var isOfBMC: Bool { owner.id == Self.bmcAddress && owner.channel == 0 }

    func unavailable(_ remark: String) -> BMCSensor {
        BMCSensor(name: name, kind: "\(type)", entity: "\(entity)", status: .unavailable, remark: remark)
    }

    func report(_ reading: SensorReading, factors: ReadingFactors?, thresholds: SensorThresholds?) -> BMCSensor {
        var sensor = BMCSensor(name: name, kind: "\(type)", entity: "\(entity)", status: .ok)
        if let full, full.isMeasured, let value = full.value(reading.raw, factors: factors) {
            let unit = full.sensor.units.description
            sensor.value = value
            sensor.unit = unit
            sensor.text = "\(full.text(of: value)) \(unit)"
        }
        if readingType == .threshold {
            sensor.status = BMCSensor.Status(reading.level)
            if sensor.value == nil { sensor.text = "raw value \(reading.raw)" }
            sensor.thresholds = measured(thresholds, factors)
        } else {
            sensor.states = reading.offsets.map { type.stateName($0, readingType) }
            let states = sensor.states.joined(separator: ", ")
            sensor.text = [sensor.text, states].filter { !$0.isEmpty }.joined(separator: ", ")
            sensor.status = BMCSensor.Status(reading.severity(readingType))
        }
        return sensor
    }

    private func measured(_ thresholds: SensorThresholds?, _ factors: ReadingFactors?) -> BMCSensor.Thresholds {
        var measured = BMCSensor.Thresholds()
        guard let full, full.isMeasured, let thresholds else { return measured }
        // The factors asked for hold for the value that was read alone.
        guard factors == nil else { return measured }
        func value(_ kind: RawThresholds.Kind) -> Double? { thresholds[kind].flatMap { full.value($0) } }
        measured.lowerNonRecoverable = value(.lowerNonRecoverable)
        measured.lowerCritical = value(.lowerCritical)
        measured.lowerNonCritical = value(.lowerNonCritical)
        measured.upperNonCritical = value(.upperNonCritical)
        measured.upperCritical = value(.upperCritical)
        measured.upperNonRecoverable = value(.upperNonRecoverable)
        return measured
    }
}

extension BMCSensor.Status {
    init(_ level: SensorLevel) {
        self =
            switch level {
            case .ok: .ok
            case .nonCritical: .nonCritical
            case .critical: .critical
            case .nonRecoverable: .nonRecoverable
            }
    }
}

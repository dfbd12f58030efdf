import BMC
import Boot
public import OperatorAPI
import Store

/// What nodes' BMCs know of them, read when it is asked for.
extension Controller {
    public func sensors(of name: String) async throws -> SensorsReport {
        let (record, found) = try await atBMC(of: name) { gate in try await gate.sensors() }
        return SensorsReport(
            node: record.name,
            readAt: now(),
            sensors: found.sensors.map(SensorsReport.Sensor.init),
            remarks: found.remarks
        )
    }

    public func parts(of name: String) async throws -> [PartReport] {
        try await atBMC(of: name) { gate in try await gate.inventory() }.found.map(PartReport.init)
    }

    /// - Parameter limit: how many of the newest events.
    public func eventLog(of name: String, limit: Int = 100) async throws -> EventLogReport {
        guard (1...10_000).contains(limit) else {
            throw ControllerProblem("1 to 10000 events can be read at once, not \(limit)")
        }
        let (record, found) = try await atBMC(of: name) { gate in try await gate.eventLog(limit: limit) }
        return EventLogReport(
            node: record.name,
            total: found.total,
            events: found.events.map(EventLogReport.Event.init),
            remarks: found.remarks
        )
    }

    public func clearEventLog(of name: String) async throws -> Message {
        let record = try await atBMC(of: name) { gate in try await gate.clearEventLog() }.record
        await note(record.id, "operator", "the BMC's event log was emptied")
        return Message(message: "\(record.name): the BMC's event log was emptied")
    }

    /// Works at a node's BMC; what the BMC refuses is a conflict with its reason.
    func atBMC<Found: Sendable>(
        of name: String,
        _ read: (BMCGate) async throws -> Found
    ) async throws -> (record: NodeRecord, found: Found) {
        let record = try await store.read { try $0.node(named: name) }
        do {
            return (record, try await read(gate(record)))
        } catch let error as BMCError {
            throw ControllerProblem("\(record.name): \(error)".oneLine, .conflict)
        }
    }
}

extension SensorsReport.Sensor {
    fileprivate init(_ sensor: BMCSensor) {
        var thresholds = SensorsReport.Thresholds()
        thresholds.lowerNonRecoverable = sensor.thresholds.lowerNonRecoverable
        thresholds.lowerCritical = sensor.thresholds.lowerCritical
        thresholds.lowerNonCritical = sensor.thresholds.lowerNonCritical
        thresholds.upperNonCritical = sensor.thresholds.upperNonCritical
        thresholds.upperCritical = sensor.thresholds.upperCritical
        thresholds.upperNonRecoverable = sensor.thresholds.upperNonRecoverable
        self.init(
            name: sensor.name,
            kind: sensor.kind,
            entity: sensor.entity,
            value: sensor.value,
            unit: sensor.unit,
            text: sensor.text,
            states: sensor.states,
            status: sensor.status.rawValue,
            thresholds: thresholds,
            remark: sensor.remark
        )
    }
}

extension PartReport {
    fileprivate init(_ part: BMCPart) {
        self.init(
            name: part.name,
            manufacturer: part.manufacturer,
            product: part.product,
            serial: part.serialNumber,
            part: part.partNumber,
            version: part.version,
            assetTag: part.assetTag,
            chassisSerial: part.chassisSerialNumber,
            boardSerial: part.boardSerialNumber,
            manufacturedAt: part.manufacturedAt,
            extra: part.extra,
            remarks: part.remarks
        )
    }
}

extension EventLogReport.Event {
    fileprivate init(_ event: BMCEvent) {
        // Some BMCs write down what was put into their drives.
        let text = RamdiskMedium.withoutTokens(event.text)
        self.init(id: event.id, time: event.time, source: event.source, text: text, ended: event.hasEnded)
    }
}

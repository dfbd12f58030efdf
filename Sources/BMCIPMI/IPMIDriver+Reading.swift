import BMC
import IPMI

/// Sensors, parts and the event log.
extension IPMIDriver {
    func sensors() async throws -> BMCSensors {
        let operation = "reading the sensors"
        let found = try await sensorRecords(operation)
        var sensors: [BMCSensor] = []
        for sensor in found.records.flatMap(SensorEntry.entries) {
            // Those without a description raise events alone.
            guard let description = sensor.description else { continue }
            sensors.append(try await reading(of: sensor, description, operation))
        }
        return BMCSensors(sensors: sensors, remarks: Self.remarks(found))
    }

    func inventory() async throws -> [BMCPart] {
        let operation = "reading the parts"
        // A BMC without sensor records still has the first device, which is its own machine's.
        var records: [SDRRecord] = []
        do {
            records = try await sensorRecords(operation).records
        } catch let error as BMCError where !error.isTransient {}
        let locators = records.compactMap { record in
            if case .fruLocator(let locator) = record.content, locator.isLogical { locator } else { nil }
        }
        var parts: [BMCPart] = []
        if !locators.contains(where: { $0.device == 0 && $0.isOfBMC }) {
            if let part = try await part(device: 0, name: "machine", operation) { parts.append(part) }
        }
        for locator in locators {
            let name = locator.name.text.isEmpty ? "\(locator.entity)" : locator.name.text
            if !locator.isOfBMC {
                let remark = "not read: it belongs to the controller 0x\(String(locator.controller, radix: 16))"
                parts.append(BMCPart(name: name, remarks: [remark]))
            } else if let part = try await part(device: locator.device, name: name, operation) {
                parts.append(part)
            }
        }
        return parts
    }

    func eventLog(limit: Int) async throws -> BMCEventLog {
        let operation = "reading the event log"
        var reading = SELReading(limit: limit)
        let found = try await run(reading.start(), operation) { reading.handle($0) }
        var remarks: [String] = []
        if found.info.hasOverflown { remarks.append("events were lost: the log was full") }
        if let failure = found.endedBy { remarks.append("the log could be read in part only: \(failure)") }
        var entries: [SensorEntry] = []
        if found.records.contains(where: { if case .event = $0.content { true } else { false } }) {
            do {
                entries = try await sensorRecords(operation).records.flatMap(SensorEntry.entries)
            } catch let error as BMCError where !error.isTransient {
                remarks.append("the sensors' names could not be read: \(error.detail)")
            }
        }
        return BMCEventLog(
            events: found.records.map { BMCEvent($0, entries) },
            total: max(found.info.count, found.records.count),
            remarks: remarks
        )
    }

    func clearEventLog() async throws {
        var clearing = SELClearing()
        _ = try await run(clearing.start(), "clearing the event log") { clearing.handle($0) }
    }

    // MARK: Steps

    private func sensorRecords(_ operation: String) async throws -> SDRReading.Outcome {
        let device = try read(try await command(.deviceID, operation), operation, DeviceID.init)
        var reading = SDRReading(source: device.sdrSource)
        return try await run(reading.start(), operation) { reading.handle($0) }
    }

    private static func remarks(_ found: SDRReading.Outcome) -> [String] {
        var remarks: [String] = []
        if found.unreadable > 0 { remarks.append("\(found.unreadable) sensor records make no sense") }
        if let failure = found.endedBy { remarks.append("the sensor records could be read in part only: \(failure)") }
        return remarks
    }

    private func reading(
        of sensor: SensorEntry,
        _ description: SensorDescription,
        _ operation: String
    ) async throws -> BMCSensor {
        guard sensor.isOfBMC else {
            return sensor.unavailable("it belongs to the controller 0x\(String(sensor.owner.id, radix: 16))")
        }
        let answer = try await answer(to: .sensorReading(description), operation)
        guard answer.completion == .success else { return sensor.unavailable("\(answer.completion)") }
        guard let reading = try? SensorReading(answer.data) else { return sensor.unavailable("the answer is cut off") }
        guard reading.isValid else { return sensor.unavailable(reading.isScanned ? "no reading" : "scanning is off") }
        var factors: ReadingFactors?
        if let full = sensor.full, full.linearization.isNonLinear {
            let answer = try await self.answer(to: .readingFactors(description, reading: reading.raw), operation)
            guard answer.completion == .success, let found = try? ReadingFactors(answer: answer.data) else {
                return sensor.unavailable("the factors of its value could not be read: \(answer.completion)")
            }
            factors = found
        }
        var thresholds = sensor.full.map(SensorThresholds.init(of:))
        if description.hasReadableThresholds {
            let answer = try await self.answer(to: .sensorThresholds(description), operation)
            if answer.completion == .success, let found = try? SensorThresholds(answer.data) { thresholds = found }
        }
        return sensor.report(reading, factors: factors, thresholds: thresholds)
    }

    /// Nil where there is no such device. Many a locator is of a part that can be there and is not.
    private func part(device: UInt8, name: String, _ operation: String) async throws -> BMCPart? {
        var reading = FRUReading(device: device)
        var request = reading.start()
        while true {
            // A device that is not there answers with a time-out on many a BMC: asking again makes it no better.
            let response = try await answer(to: request, operation) { $0 == .busy }
            switch reading.handle(response) {
            case .ask(let next): request = next
            case .askLater(let next):
                try await Task.sleep(for: .milliseconds(250))
                request = next
            case .done(let octets): return octets.isEmpty ? nil : BMCPart(name: name, octets)
            case .failed(.refused(let completion)):
                return device == 0 ? nil : BMCPart(name: name, remarks: ["not there: \(completion)"])
            case .failed(let failure): return BMCPart(name: name, remarks: ["not read: \(failure)"])
            }
        }
    }

    /// Carries a reading of several commands to its end.
    func run<Value>(
        _ first: IPMIRequest,
        _ operation: String,
        _ handle: (IPMIResponse) -> ReadingStep<Value>
    ) async throws -> Value {
        var request = first
        while true {
            switch handle(try await answer(to: request, operation)) {
            case .ask(let next): request = next
            case .askLater(let next):
                try await Task.sleep(for: .milliseconds(250))
                request = next
            case .done(let value): return value
            case .failed(let failure):
                let kind: BMCError.Kind =
                    switch failure {
                    case .refused(.invalidCommand): .notSupported
                    case .refused(let completion): completion.isTransient ? .busy : .refused
                    case .malformed, .endless: .protocolError
                    }
                throw error(kind, operation, "\(failure)")
            }
        }
    }
}

extension FRULocatorRecord {
    fileprivate var isOfBMC: Bool { controller == SensorEntry.bmcAddress && channel == 0 }
}

@testable import IPMI

/// Every 16 octets are a record, written and parsed again to the same; the log is read and cleared to an end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let octets = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    _ = try? SELInfo(octets)
    for start in stride(from: 0, to: octets.count, by: SELRecord.length) {
        guard let record = try? SELRecord([UInt8](octets[start...].prefix(SELRecord.length))) else { continue }
        guard let again = try? SELRecord(record.octets), again == record else {
            fatalError("not the same again: \(record)")
        }
        _ = (record.text(), record.text(sensor: sensor), record.time?.instant)
    }
    if octets.count >= 2 { carry(octets) }
    return 0
}

private let sensor = FullSensorRecord(
    sensor: SensorDescription(
        number: 1,
        entity: EntityReference(id: 7, instance: 1),
        type: .temperature,
        readingType: .threshold,
        units: SensorUnits(base: 1)
    ),
    name: SDRName("CPU")
)

/// The input is cut into answers: a completion code and a length, then so many octets; it begins anew where it ends.
private func carry(_ octets: [UInt8]) {
    var reading = SELReading(limit: Int(octets[1]))
    var clearing = SELClearing()
    var readingHasEnded = false
    var clearingHasEnded = false
    var rest = octets[...]
    for _ in 0..<2000 where !readingHasEnded || !clearingHasEnded {
        let completion = rest.popFirst() ?? 0
        let length = Int(rest.popFirst() ?? 0)
        let response = IPMIResponse(
            networkFunction: 0x0B,
            command: 0x43,
            completion: CompletionCode(rawValue: completion),
            data: [UInt8](rest.prefix(length))
        )
        rest = rest.dropFirst(length)
        if rest.isEmpty { rest = octets[...] }
        if !readingHasEnded {
            switch reading.handle(response) {
            case .ask, .askLater: break
            case .done(let outcome):
                guard outcome.records.count <= Int(octets[1]) else { fatalError("more than asked for") }
                readingHasEnded = true
            case .failed: readingHasEnded = true
            }
        }
        if !clearingHasEnded {
            switch clearing.handle(response) {
            case .ask, .askLater: break
            case .done, .failed: clearingHasEnded = true
            }
        }
    }
}

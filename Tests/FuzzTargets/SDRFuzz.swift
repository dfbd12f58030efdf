@testable import IPMI

/// Whatever parses is written and parsed again to the same record; the walk through the records ends.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let octets = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    if let record = try? SDRRecord(octets) {
        check(record)
        guard let again = try? SDRRecord(record.octets), again == record else {
            fatalError("not the same again: \(record)")
        }
    }
    walk(octets)
    return 0
}

private func check(_ record: SDRRecord) {
    switch record.content {
    case .full(let full):
        for raw: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
            guard let value = full.value(raw) else { continue }
            guard value.isFinite else { fatalError("\(value) of \(raw)") }
            _ = full.text(of: value)
        }
        _ = (full.tolerance, full.name.text, full.sensor.units.description, full.sensor.entity.description)
        _ = SensorThresholds(of: full)[.upperCritical]
    case .compact(let compact):
        let sharing = compact.sharing
        _ = (0..<sharing.count).map { (sharing.suffix($0), sharing.entity(compact.sensor.entity, $0)) }
        _ = (0..<15).map { compact.sensor.type.stateName($0, compact.sensor.readingType) }
        _ = (compact.name.text, compact.sensor.type.description)
    case .eventOnly(let record): _ = (record.name.text, record.sharing.suffix(15))
    case .fruLocator(let locator): _ = (locator.name.text, locator.isLogical)
    case .controllerLocator(let locator): _ = locator.name.text
    case .other: break
    }
}

/// The input is cut into answers: a completion code and a length, then so many octets; it begins anew where it ends.
private func walk(_ octets: [UInt8]) {
    guard octets.count >= 2 else { return }
    var reading = SDRReading(source: octets[0] & 1 == 0 ? .repository : .device)
    var request = reading.start()
    var rest = octets[...]
    for _ in 0..<2000 {
        let completion = rest.popFirst() ?? 0
        let length = Int(rest.popFirst() ?? 0)
        let response = IPMIResponse(
            networkFunction: request.networkFunction | 1,
            command: request.command,
            completion: CompletionCode(rawValue: completion),
            data: [UInt8](rest.prefix(length))
        )
        rest = rest.dropFirst(length)
        if rest.isEmpty { rest = octets[...] }
        switch reading.handle(response) {
        case .ask(let next), .askLater(let next): request = next
        case .done, .failed: return
        }
        guard request.data.count <= 6 else { fatalError("\(request)") }
    }
}

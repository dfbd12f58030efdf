import IPMI

/// The sensor records of a machine and what its sensors read.
struct SensorRepository: Sendable {
    /// In order, with their octets.
    let records: [SDRRecord]
    let addedAt: UInt32
    private let readings: [UInt8: IPMIMachine.Sensor]
    /// The last reservation; reading a record in pieces needs it.
    var reservation: UInt16 = 0

    init(machine: IPMIMachine, at now: Duration) {
        let contents = machine.sensors.map(\.content) + machine.locators
        records = zip(1..., contents).map { SDRRecord(id: $0, content: $1) }
        addedAt = UInt32(clamping: now.components.seconds)
        readings = Dictionary(machine.sensors.map { ($0.number, $0) }) { first, _ in first }
    }

    subscript(number: UInt8) -> IPMIMachine.Sensor? { readings[number] }

    /// The record with this number and the number of the next; 0 is the first, 0xFFFF the last.
    func record(_ id: UInt16) -> (octets: [UInt8], next: UInt16)? {
        let index =
            switch id {
            case 0: records.startIndex
            case 0xFFFF: records.endIndex - 1
            default: records.firstIndex { $0.id == id } ?? -1
            }
        guard records.indices.contains(index) else { return nil }
        let next = index + 1
        return (records[index].octets, next < records.endIndex ? records[next].id : 0xFFFF)
    }

    mutating func reserve() -> UInt16 {
        reservation = reservation == .max ? 1 : reservation + 1
        return reservation
    }
}

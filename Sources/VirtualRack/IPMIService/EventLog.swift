import IPMI
import Octets

/// The system event log of a BMC.
struct EventLog: Sendable {
    static let room = 512

    private(set) var records: [SELRecord] = []
    private(set) var hasOverflown = false
    private(set) var addedAt: SELTime
    private(set) var erasedAt: SELTime
    private(set) var reservation: UInt16 = 0
    private var lastID: UInt16 = 0
    /// How far the log's clock was set away from the true time.
    private var offset: Int64 = 0

    /// A log that says that it was cleared.
    init(at now: Duration) {
        addedAt = Self.time(now, 0)
        erasedAt = addedAt
        add(.cleared, at: now)
    }

    private static func time(_ now: Duration, _ offset: Int64) -> SELTime {
        SELTime(rawValue: UInt32(clamping: now.components.seconds &+ offset))
    }

    func time(at now: Duration) -> SELTime { Self.time(now, offset) }

    mutating func setClock(_ time: UInt32, at now: Duration) { offset = Int64(time) - now.components.seconds }

    /// Four octets, the lowest first.
    func clock(at now: Duration) -> [UInt8] {
        var octets: [UInt8] = []
        octets.append(littleEndian: time(at: now).rawValue)
        return octets
    }

    enum Happening: Hashable, Sendable {
        case cleared
        case power(PowerState)
    }

    mutating func add(_ happening: Happening, at now: Duration) {
        let event: SystemEvent
        switch happening {
        case .cleared:
            event = SystemEvent(
                time: time(at: now),
                sensorType: .eventLog,
                sensorNumber: IPMIMachine.eventLogSensor,
                readingType: .sensorSpecific,
                data: [0x02, 0xFF, 0xFF]
            )
        case .power(let power):
            event = SystemEvent(
                time: time(at: now),
                sensorType: .powerUnit,
                sensorNumber: IPMIMachine.powerSensor,
                isDeassertion: power == .on,
                readingType: .sensorSpecific,
                data: [0x00, 0xFF, 0xFF]
            )
        }
        _ = add(.event(event), at: now)
    }

    /// The number of the new record; nil where there is no room.
    mutating func add(_ content: SELRecord.Content, at now: Duration) -> UInt16? {
        guard records.count < Self.room else {
            hasOverflown = true
            return nil
        }
        lastID = lastID >= 0xFFFE ? 1 : lastID + 1
        records.append(SELRecord(id: lastID, content: content))
        addedAt = time(at: now)
        return lastID
    }

    /// The record with this number and the number of the next; 0 is the first, 0xFFFF the last.
    func record(_ id: UInt16) -> (octets: [UInt8], next: UInt16)? {
        guard let index = index(id) else { return nil }
        let next = index + 1
        return (records[index].octets, next < records.endIndex ? records[next].id : 0xFFFF)
    }

    private func index(_ id: UInt16) -> Int? {
        let index =
            switch id {
            case 0: records.startIndex
            case 0xFFFF: records.endIndex - 1
            default: records.firstIndex { $0.id == id } ?? -1
            }
        return records.indices.contains(index) ? index : nil
    }

    /// The number of the record that went; nil where there was none.
    mutating func remove(_ id: UInt16, at now: Duration) -> UInt16? {
        guard let index = index(id) else { return nil }
        erasedAt = time(at: now)
        return records.remove(at: index).id
    }

    mutating func clear(at now: Duration) {
        records = []
        hasOverflown = false
        erasedAt = time(at: now)
    }

    mutating func reserve() -> UInt16 {
        reservation = reservation == .max ? 1 : reservation + 1
        return reservation
    }

    var info: SELInfo {
        SELInfo(
            count: records.count,
            free: (Self.room - records.count) * 16,
            addedAt: addedAt,
            erasedAt: erasedAt,
            hasOverflown: hasOverflown
        )
    }
}

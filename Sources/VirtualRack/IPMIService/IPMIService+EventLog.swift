import IPMI
import Octets

/// The system event log (IPMI 2.0 section 31).
extension IPMIService {
    mutating func eventLog(_ call: Call) throws -> [UInt8] {
        var reader = OctetReader(call.request.data)
        var data: [UInt8] = []
        switch call.request.command {
        case 0x40: return log.info.octets
        // Get SEL Allocation Info: units of a record each.
        case 0x41:
            let free = UInt16(clamping: EventLog.room - log.records.count)
            for number in [UInt16(EventLog.room), 16, free, free] { data.append(littleEndian: number) }
            return data + [1]
        case 0x42:
            data.append(littleEndian: log.reserve())
            return data
        case 0x43:
            let reservation: UInt16 = try reader.readLittleEndian()
            let id: UInt16 = try reader.readLittleEndian()
            let offset = Int(try reader.readInteger(UInt8.self))
            let count = Int(try reader.readInteger(UInt8.self))
            // A record in pieces needs a reservation, a whole one does not.
            guard offset == 0 || reservation == log.reservation else { throw Refusal(.reservationCancelled) }
            guard let (octets, next) = log.record(id) else { throw Refusal(.notPresent) }
            guard offset < octets.count else { throw Refusal(.outOfRange) }
            data.append(littleEndian: next)
            return data + octets.dropFirst(offset).prefix(count)
        case 0x44:
            let record = try SELRecord([UInt8](reader.read(16)))
            guard let id = log.add(record.content, at: call.around.now) else { throw Refusal(.outOfSpace) }
            data.append(littleEndian: id)
            return data
        case 0x46:
            try hold(try reader.readLittleEndian())
            guard let id = log.remove(try reader.readLittleEndian(), at: call.around.now) else {
                throw Refusal(.notPresent)
            }
            data.append(littleEndian: id)
            return data
        case 0x47:
            try hold(try reader.readLittleEndian())
            guard try [UInt8](reader.read(3)) == Array("CLR".utf8) else { throw Refusal(.invalidDataField) }
            // 0xAA clears, 0 asks how far it is: it is done at once.
            if try reader.readInteger(UInt8.self) == 0xAA { log.clear(at: call.around.now) }
            return [0x01]
        case 0x48: return log.clock(at: call.around.now)
        case 0x49:
            log.setClock(try reader.readLittleEndian(), at: call.around.now)
            return []
        // Get SEL Time UTC Offset: not said.
        case 0x5C: return [0xFF, 0x07]
        default: throw Refusal(.invalidCommand)
        }
    }

    private func hold(_ reservation: UInt16) throws {
        guard reservation == log.reservation, reservation != 0 else { throw Refusal(.reservationCancelled) }
    }
}

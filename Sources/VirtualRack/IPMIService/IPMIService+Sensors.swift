import IPMI
import Octets

/// Sensors and their records (IPMI 2.0 sections 33 and 35).
extension IPMIService {
    mutating func sensorRecord(_ call: Call) throws -> [UInt8] {
        var reader = OctetReader(call.request.data)
        switch call.request.command {
        case 0x20:
            return SDRRepositoryInfo(
                count: sensors.records.count,
                free: nil,
                addedAt: sensors.addedAt,
                erasedAt: sensors.addedAt
            ).octets
        case 0x22:
            var data: [UInt8] = []
            data.append(littleEndian: sensors.reserve())
            return data
        case 0x23:
            let reservation: UInt16 = try reader.readLittleEndian()
            let id: UInt16 = try reader.readLittleEndian()
            let offset = Int(try reader.readInteger(UInt8.self))
            let count = Int(try reader.readInteger(UInt8.self))
            guard offset == 0 || reservation == sensors.reservation else { throw Refusal(.reservationCancelled) }
            guard let (octets, next) = sensors.record(id) else { throw Refusal(.notPresent) }
            guard offset < octets.count else { throw Refusal(.outOfRange) }
            var data: [UInt8] = []
            data.append(littleEndian: next)
            return data + octets.dropFirst(offset).prefix(count)
        // Get SDR Repository Time.
        case 0x28: return log.clock(at: call.around.now)
        default: throw Refusal(.invalidCommand)
        }
    }

    mutating func sensor(_ call: Call) throws -> [UInt8] {
        var reader = OctetReader(call.request.data)
        let number: UInt8 = try reader.readInteger()
        guard call.request.command >= 0x20 else { throw Refusal(.invalidCommand) }
        guard let sensor = sensors[number] else { throw Refusal(.notPresent) }
        switch call.request.command {
        // Get Sensor Reading Factors: the same for all readings.
        case 0x23:
            guard case .full(let record) = sensor.content else { throw Refusal(.invalidCommand) }
            return [0xFF] + record.factors.octets
        // Get Sensor Hysteresis.
        case 0x25: return [0, 0]
        case 0x27:
            guard let thresholds = sensor.thresholds else { throw Refusal(.invalidCommand) }
            return thresholds.octets
        // Get Sensor Event Enable: scanning is on, events are not raised.
        case 0x29: return [0x40, 0, 0, 0, 0]
        // Get Sensor Event Status: none.
        case 0x2B: return [0x40, 0, 0, 0, 0]
        case 0x2D: return sensor.reading(call.around.power).octets
        // Get Sensor Type.
        case 0x2F:
            guard let description = sensor.description else { throw Refusal(.notPresent) }
            return [description.type.rawValue, description.readingType.rawValue]
        default: throw Refusal(.invalidCommand)
        }
    }
}

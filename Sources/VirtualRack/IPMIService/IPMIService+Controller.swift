import IPMI
import Octets

/// What the BMC says of itself (IPMI 2.0 section 20).
extension IPMIService {
    mutating func controller(_ call: Call) throws -> [UInt8] {
        switch call.request.command {
        case 0x01:
            let device = DeviceID(
                device: 0x20,
                hasDeviceSDRs: false,
                firmware: IPMIMachine.firmware,
                // A chassis, FRU information, an event log, sensor records and sensors.
                roles: 0x8F,
                manufacturer: 0,
                product: 1
            )
            return device.octets + [0, 0, 0, 0]
        // Get Self Test Results: nothing is amiss.
        case 0x04: return [0x55, 0x00]
        // Get Device GUID is the BMC's own; one serves for both here, as on most boards.
        case 0x08, 0x37: return sessions.guid
        // Get BMC Global Enables: the event log is on.
        case 0x2F: return [0x08]
        default: throw Refusal(.invalidCommand)
        }
    }
}

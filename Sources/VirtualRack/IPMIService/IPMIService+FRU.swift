import IPMI
import Octets

/// FRU information (IPMI 2.0 section 34). The machine's is the only device.
extension IPMIService {
    mutating func fru(_ call: Call) throws -> [UInt8] {
        var reader = OctetReader(call.request.data)
        let device: UInt8 = try reader.readInteger()
        guard device == 0 else { throw Refusal(.notPresent) }
        switch call.request.command {
        case 0x10: return FRUAreaInfo(size: machine.fru.count).octets
        case 0x11:
            let offset = Int(try reader.readLittleEndian(UInt16.self))
            let count = Int(try reader.readInteger(UInt8.self))
            guard offset < machine.fru.count else { throw Refusal(.outOfRange) }
            let data = machine.fru.dropFirst(offset).prefix(count)
            return [UInt8(clamping: data.count)] + data
        default: throw Refusal(.invalidCommand)
        }
    }
}

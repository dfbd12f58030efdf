import IPMI
import Octets

/// Set and Get System Boot Options (IPMI 2.0 sections 28.12 and 28.13).
extension IPMIService {
    mutating func bootOption(_ call: Call) throws -> [UInt8] {
        var reader = OctetReader(call.request.data)
        let parameter: UInt8 = try reader.readInteger() & 0x7F
        switch call.request.command {
        case 0x08:
            // The parameter's number alone marks it as locked; nothing is written.
            if reader.remaining > 0 { try setBootOption(parameter, reader, call) }
            return []
        case 0x09:
            let data: [UInt8]
            switch parameter {
            case 0: data = [boot.inProgress]
            case 3: data = [boot.validBitClearing]
            case 4: data = [0, boot.acknowledgement]
            case 5: data = boot.flags
            case 6: data = boot.initiator
            default: throw Refusal.unknownParameter
            }
            return [0x01, parameter] + data
        default: throw Refusal(.invalidCommand)
        }
    }

    private mutating func setBootOption(_ parameter: UInt8, _ rest: OctetReader, _ call: Call) throws {
        var reader = rest
        switch parameter {
        case 0:
            let state: UInt8 = try reader.readInteger() & 0x03
            // Somebody else is at it.
            if state == 1, boot.inProgress == 1 { throw Refusal(CompletionCode(rawValue: 0x81)) }
            boot.inProgress = state == 1 ? 1 : 0
        case 3: boot.validBitClearing = try reader.readInteger() & 0x1F
        case 4:
            let mask: UInt8 = try reader.readInteger()
            let value: UInt8 = try reader.readInteger()
            boot.acknowledgement = boot.acknowledgement & ~mask | value & mask
        case 5:
            let flags = try [UInt8](reader.read(5))
            if call.hasFault(.ignoredBootOverride) { return }
            let override = try boot.set(flags, starts: call.around.starts, at: call.around.now)
            if override != call.around.bootOverride { effects.append(.setBootOverride(override)) }
        case 6: boot.initiator = try [UInt8](reader.read(9))
        default: throw Refusal.unknownParameter
        }
    }
}

import IPMI
import Octets

/// The chassis's commands (IPMI 2.0 section 28).
extension IPMIService {
    mutating func chassis(_ call: Call) throws -> [UInt8] {
        var reader = OctetReader(call.request.data)
        let isOn = call.around.power == .on
        switch call.request.command {
        // Get Chassis Capabilities: all devices are the BMC's own.
        case 0x00: return [0x00, 0x20, 0x20, 0x20, 0x20, 0x20]
        case 0x01:
            let status = ChassisStatus(isPowerOn: isOn != call.hasFault(.wrongPowerState))
            // The last time that it went on was by a command.
            let event: UInt8 = isOn && chassis.wasCommanded ? 0x10 : 0
            return status.octets(event: event, misc: chassis.identificationBits(at: call.around.now))
        case 0x02:
            try control(ChassisAction(rawValue: reader.readInteger() & 0x0F), isOn: isOn)
            boot.chassisWasControlled(at: call.around.now)
            return []
        case 0x04:
            // Fifteen seconds where nothing is said; the second octet's low bit: until it is said otherwise.
            let seconds = (try? reader.readInteger(UInt8.self)) ?? 15
            let isForced = ((try? reader.readInteger(UInt8.self)) ?? 0) & 0x01 != 0
            chassis.identification =
                isForced ? .forEver : seconds == 0 ? .off : .until(call.around.now + .seconds(Int(seconds)))
            return []
        // Set Power Restore Policy: what can be set is that the machine stays off.
        case 0x06:
            guard try reader.readInteger(UInt8.self) & 0x07 == 3 else { throw Refusal(.invalidDataField) }
            return [0x01]
        // Get System Restart Cause: unknown, or chassis control; by the LAN channel.
        case 0x07: return [chassis.wasCommanded ? 0x01 : 0x00, IPMIMachine.channel]
        // Get POH Counter: hours are not counted.
        case 0x0F: return [60, 0, 0, 0, 0]
        default: throw Refusal(.invalidCommand)
        }
    }

    private mutating func control(_ action: ChassisAction?, isOn: Bool) throws {
        let order: Order
        switch action {
        case .powerUp: order = .powerOn
        case .powerDown: order = .powerOff
        case .powerCycle: order = .powerCycle
        case .hardReset: order = .reset
        case .softShutdown: order = .pressPowerButton
        case nil: throw Refusal(.invalidDataField)
        }
        // As many BMCs do, a cycle, a reset and a shutdown of what is off are refused.
        guard isOn || order == .powerOn || order == .powerOff else { throw Refusal(.notInPresentState) }
        if order != .powerOff, order != .pressPowerButton { chassis.wasCommanded = true }
        effects.append(.order(order))
    }
}

import IPMI
import Octets

/// Commands of channels and sessions (IPMI 2.0 sections 22.13 to 22.25).
extension IPMIService {
    mutating func session(_ call: Call) throws -> [UInt8] {
        var reader = OctetReader(call.request.data)
        switch call.request.command {
        case 0x38:
            // Without bit 7 the console knows IPMI 1.5 alone, for which there are no logins.
            let knowsVersion2 = (call.request.data.first ?? 0) & 0x80 != 0
            let channel = try channel(&reader)
            guard knowsVersion2 else { return [channel, 0, 0x04, 0, 0, 0, 0, 0] }
            let said = ChannelAuthenticationCapabilities(
                supportsVersion2: true,
                needsGeneratorKey: sessions.hasGeneratorKey
            )
            return said.octets(channel: channel)
        case 0x3B: return try setPrivilege(try reader.readInteger(), call)
        case 0x3C:
            let id: UInt32 = try reader.readLittleEndian()
            // Another's session is the administrator's to close.
            guard id == call.caller.session || call.caller.privilege == .administrator else {
                throw Refusal(.insufficientPrivilege)
            }
            guard sessions.isActive(id) else { throw Refusal(CompletionCode(rawValue: 0x87)) }
            return []
        case 0x3D: return try sessionInfo(&reader, call)
        // Get Channel Access: always available, up to administrator.
        case 0x41:
            _ = try channel(&reader)
            return [0x02, PrivilegeLevel.administrator.rawValue]
        case 0x42:
            let channel = try channel(&reader)
            // 802.3, IPMB's format, several sessions; the IPMI forum's number for the protocol.
            return [channel, 0x04, 0x01, 0x80 | UInt8(clamping: sessions.activeCount) & 0x3F, 0xF2, 0x1B, 0x00, 0, 0]
        case 0x54:
            let channel = try channel(&reader)
            _ = try reader.read(1)
            let start = Int(try reader.readInteger(UInt8.self) & 0x3F) * 16
            return [channel] + sessions.suites.flatMap(\.record).dropFirst(start).prefix(16)
        default: throw Refusal(.invalidCommand)
        }
    }

    /// The number of a channel, which can only be the LAN's: its own, or the one for "this".
    func channel(_ reader: inout OctetReader) throws -> UInt8 {
        let number: UInt8 = try reader.readInteger() & 0x0F
        guard number == 0x0E || number == IPMIMachine.channel else { throw Refusal(.invalidDataField) }
        return IPMIMachine.channel
    }

    private mutating func setPrivilege(_ wanted: UInt8, _ call: Call) throws -> [UInt8] {
        guard let id = call.caller.session, let present = call.caller.privilege else {
            throw Refusal(.notInPresentState)
        }
        // Zero asks what it is.
        guard wanted & 0x0F != 0 else { return [present.rawValue] }
        guard let privilege = PrivilegeLevel(rawValue: wanted & 0x0F), privilege != .callback else {
            throw Refusal(.invalidDataField)
        }
        guard sessions.setPrivilege(privilege, of: id) else { throw Refusal(CompletionCode(rawValue: 0x81)) }
        return [privilege.rawValue]
    }

    private func sessionInfo(_ reader: inout OctetReader, _ call: Call) throws -> [UInt8] {
        let numbers = sessions.activeSessions
        let counts = [UInt8(clamping: sessions.limits.sessions) & 0x3F, UInt8(clamping: numbers.count) & 0x3F]
        let found: UInt32?
        switch try reader.readInteger(UInt8.self) {
        case 0x00: found = call.caller.session
        // By handle, which is the place in the list here; by number.
        case 0xFE:
            let handle = Int(try reader.readInteger(UInt8.self)) - 1
            found = numbers.indices.contains(handle) ? numbers[handle] : nil
        case 0xFF: found = try reader.readLittleEndian(UInt32.self)
        case let place:
            guard place <= sessions.limits.sessions else { throw Refusal(.invalidDataField) }
            found = Int(place) <= numbers.count ? numbers[Int(place) - 1] : nil
        }
        guard let found, let details = sessions.details(found), let index = numbers.firstIndex(of: found) else {
            return [0] + counts
        }
        var data = [UInt8(clamping: index + 1)] + counts
        // By IPMI 2.0, on the LAN's channel; where the console is, whose Ethernet address is not known.
        data += [details.user, details.privilege.rawValue, 0x10 | IPMIMachine.channel]
        data += details.peer.address.octets + [0, 0, 0, 0, 0, 0]
        data.append(littleEndian: details.peer.port)
        return data
    }

    mutating func close(_ call: Call) {
        var reader = OctetReader(call.request.data)
        guard let id = try? reader.readLittleEndian(UInt32.self), sessions.end(id) else { return }
        if console?.session == id { console = nil }
    }
}

extension IPMIService.Call {
    var isCloseSession: Bool { request.networkFunction == 0x06 && request.command == 0x3C }
}

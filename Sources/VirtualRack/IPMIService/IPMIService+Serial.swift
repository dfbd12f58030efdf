import IPMI
import Octets

/// Serial over LAN: its configuration (IPMI 2.0 section 26) and who has it (section 24).
extension IPMIService {
    /// Octets of a payload, its head included.
    private static let payloadSize = 204

    mutating func serialConfiguration(_ call: Call) throws -> [UInt8] {
        var reader = OctetReader(call.request.data)
        let first: UInt8 = try reader.readInteger()
        var number = OctetReader([first])
        _ = try channel(&number)
        let parameter: UInt8 = try reader.readInteger()
        switch call.request.command {
        case 0x21:
            // What is set is what is: enabled, encrypted, 115,200 baud.
            guard (0...8).contains(parameter) else { throw Refusal.unknownParameter }
            return []
        case 0x22:
            let data: [UInt8]
            switch parameter {
            case 0: data = [0]
            case 1: data = [1]
            // Encryption and authentication are a must, user is enough.
            case 2: data = [0xC0 | PrivilegeLevel.user.rawValue]
            // Sixty milliseconds in units of five, and 200 characters.
            case 3: data = [12, 200]
            // Seven times, every half second in units of ten milliseconds.
            case 4: data = [7, 50]
            case 5, 6: data = [0x0A]
            case 7: data = [IPMIMachine.channel]
            case 8:
                var port: [UInt8] = []
                port.append(littleEndian: machine.port)
                data = port
            default: throw Refusal.unknownParameter
            }
            return [0x11] + (first & 0x80 != 0 ? [] : data)
        default: throw Refusal(.invalidCommand)
        }
    }

    mutating func payload(_ call: Call, _ random: inout some RandomNumberGenerator) throws -> [UInt8] {
        var reader = OctetReader(call.request.data)
        switch call.request.command {
        case 0x48:
            try expectSerial(&reader)
            return try activate(call, &random)
        case 0x49:
            try expectSerial(&reader)
            guard console != nil else { throw Refusal(.payloadHasThatState) }
            leaveConsole(call, &random)
            return []
        // Get Payload Activation Status: one instance there can be.
        case 0x4A:
            guard try reader.readInteger(UInt8.self) == 1 else { throw Refusal(.invalidDataField) }
            return [1, console == nil ? 0 : 1, 0]
        // Get Payload Instance Info: the session, and the port's number.
        case 0x4B:
            try expectSerial(&reader)
            var data: [UInt8] = []
            data.append(littleEndian: console?.session ?? 0)
            return data + [1, 0, 0, 0, 0, 0, 0, 0]
        // Get User Payload Access: serial over LAN for all.
        case 0x4D: return [0x02, 0, 0, 0]
        // Get Channel Payload Support: messages and serial over LAN, logins by RMCP+.
        case 0x4E:
            _ = try channel(&reader)
            return [0x03, 0, 0x3F, 0, 0, 0, 0, 0]
        // Get Channel Payload Version: 1.0.
        case 0x4F:
            _ = try channel(&reader)
            guard try reader.readInteger(UInt8.self) <= 1 else { throw Refusal(CompletionCode(rawValue: 0x80)) }
            return [0x10]
        default: throw Refusal(.invalidCommand)
        }
    }

    private func expectSerial(_ reader: inout OctetReader) throws {
        guard try reader.readInteger(UInt8.self) & 0x3F == 1, try reader.readInteger(UInt8.self) & 0x0F == 1 else {
            throw Refusal(.invalidDataField)
        }
    }

    private mutating func activate(_ call: Call, _ random: inout some RandomNumberGenerator) throws -> [UInt8] {
        guard let session = call.caller.session else { throw Refusal(.notInPresentState) }
        guard console == nil else { throw Refusal(.payloadHasThatState) }
        console = (session, SOLPort())
        return SerialActivation(inboundSize: Self.payloadSize, outboundSize: Self.payloadSize, port: machine.port)
            .octets
    }

    private mutating func leaveConsole(_ call: Call, _ random: inout some RandomNumberGenerator) {
        guard let console else { return }
        self.console = nil
        // Who had it and did not ask for the end is told.
        guard console.session != call.caller.session else { return }
        let told = sessions.datagram(serial: SOLPort.farewell, to: console.session, random: &random)
        if let told { send(told.octets, to: told.peer, call.around) }
    }
}

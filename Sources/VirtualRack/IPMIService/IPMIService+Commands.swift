import IPMI

/// Which command goes where, and who may give it (IPMI 2.0 appendix G).
extension IPMIService {
    /// The data of a successful answer.
    /// - Throws: ``Refusal``, or `WireError` for a request that is too short.
    mutating func carryOut(_ call: Call, _ random: inout some RandomNumberGenerator) throws -> [UInt8] {
        let request = call.request
        if let needed = Self.privilege(request) {
            guard let privilege = call.caller.privilege, privilege >= needed else {
                throw Refusal(.insufficientPrivilege)
            }
        }
        switch request.networkFunction {
        case 0x00: return request.command <= 0x07 || request.command == 0x0F ? try chassis(call) : try bootOption(call)
        case 0x04: return try sensor(call)
        case 0x06:
            switch request.command {
            case 0x43...0x47: return try user(call)
            case 0x48...0x4F: return try payload(call, &random)
            case 0x38, 0x3B...0x42, 0x54: return try session(call)
            default: return try controller(call)
            }
        case 0x0A:
            switch request.command {
            case 0x10...0x1F: return try fru(call)
            case 0x20...0x3F: return try sensorRecord(call)
            default: return try eventLog(call)
            }
        case 0x0C: return request.command >= 0x20 ? try serialConfiguration(call) : try lanConfiguration(call)
        default: throw Refusal(.invalidCommand)
        }
    }

    /// Nil for what anybody may ask without a login.
    private static func privilege(_ request: IPMIRequest) -> PrivilegeLevel? {
        switch (request.networkFunction, request.command) {
        // Before a login: the GUID, and which logins there are.
        case (0x06, 0x37), (0x06, 0x38), (0x06, 0x54): nil
        // Close Session.
        case (0x06, 0x3C): .callback
        // Chassis Control and Identify, Set and Get Boot Options.
        case (0x00, 0x02...0x04), (0x00, 0x08...0x09): .operator
        case (0x00, 0x05...0x06): .administrator
        // Sensors' settings, events put in.
        case (0x04, 0x02), (0x04, 0x24), (0x04, 0x26), (0x04, 0x28): .operator
        // Channels and users: reading, then changing.
        case (0x06, 0x44), (0x06, 0x46): .operator
        case (0x06, 0x02...0x03), (0x06, 0x40), (0x06, 0x43), (0x06, 0x45), (0x06, 0x47), (0x06, 0x4C): .administrator
        // FRU, records and the log: changing.
        case (0x0A, 0x12), (0x0A, 0x24...0x27), (0x0A, 0x29), (0x0A, 0x44...0x47), (0x0A, 0x49): .operator
        case (0x0C, 0x01), (0x0C, 0x21): .administrator
        case (0x0C, 0x02): .operator
        default: .user
        }
    }
}

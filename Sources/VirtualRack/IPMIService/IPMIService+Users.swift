import IPMI
import Octets

/// Users of the LAN channel (IPMI 2.0 sections 22.26 to 22.30).
extension IPMIService {
    mutating func user(_ call: Call) throws -> [UInt8] {
        var reader = OctetReader(call.request.data)
        switch call.request.command {
        case 0x43:
            let access: UInt8 = try reader.readInteger()
            let id = try number(&reader)
            let privilege = PrivilegeLevel(rawValue: try reader.readInteger() & 0x0F)
            try change(id) { user in
                if let privilege { user.privilege = privilege }
                // Bit 7: messaging changes; bit 4: it is on.
                if access & 0x80 != 0 { user.isEnabled = privilege != nil && access & 0x10 != 0 }
            }
            return []
        case 0x44:
            _ = try channel(&reader)
            let id = try number(&reader)
            let user = sessions.users[id]
            let enabled = UInt8(clamping: sessions.users.values.count { $0.isEnabled })
            let access: UInt8 = user.map { ($0.isEnabled ? 0x10 : 0) | $0.privilege.rawValue } ?? 0x0F
            return [
                IPMIMachine.mostUsers, (user?.isEnabled == true ? 0x40 : 0x80) | enabled & 0x3F,
                // How many names are fixed: the first user, who has none.
                1, access,
            ]
        case 0x45:
            let id = try number(&reader)
            let name = String(decoding: try reader.read(16).prefix { $0 != 0 }, as: UTF8.self)
            guard id != 1 else { throw Refusal(.invalidDataField) }
            var user = sessions.users[id] ?? .init(name: "", password: [], privilege: .user, isEnabled: false)
            user.name = name
            sessions.users[id] = name.isEmpty ? nil : user
            return []
        case 0x46:
            let name = [UInt8]((sessions.users[try number(&reader)]?.name ?? "").utf8.prefix(16))
            return name + [UInt8](repeating: 0, count: 16 - name.count)
        case 0x47: return try setPassword(&reader)
        default: throw Refusal(.invalidCommand)
        }
    }

    private func number(_ reader: inout OctetReader) throws -> UInt8 {
        let id: UInt8 = try reader.readInteger() & 0x3F
        guard (1...IPMIMachine.mostUsers).contains(id) else { throw Refusal(.invalidDataField) }
        return id
    }

    private mutating func change(_ id: UInt8, _ body: (inout BMCSessions.User) -> Void) throws {
        guard var user = sessions.users[id] else { throw Refusal(.invalidDataField) }
        body(&user)
        sessions.users[id] = user
    }

    /// Enables, disables, sets and tests (IPMI 2.0 section 22.30); a password has 20 octets where bit 7 of the first octet says
    /// so, else 16.
    private mutating func setPassword(_ reader: inout OctetReader) throws -> [UInt8] {
        let first: UInt8 = try reader.readInteger()
        let id = first & 0x3F
        let operation: UInt8 = try reader.readInteger() & 0x03
        switch operation {
        case 0, 1: try change(id) { $0.isEnabled = operation == 1 }
        default:
            let whole = try [UInt8](reader.read(first & 0x80 != 0 ? 20 : 16))
            let password = [UInt8](whole.prefix { $0 != 0 })
            if operation == 2 {
                try change(id) { $0.password = password }
            } else if sessions.users[id]?.password != password {
                throw Refusal(CompletionCode(rawValue: 0x80))
            }
        }
        return []
    }
}

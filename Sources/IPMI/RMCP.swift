public import Octets

/// The four octets before every datagram on port 623 (IPMI 2.0 section 13.1.3).
public enum RMCP {
    /// The UDP port of a BMC.
    public static let port = 623

    static let asfHeader: [UInt8] = [0x06, 0x00, 0xFF, 0x06]
    static let ipmiHeader: [UInt8] = [0x06, 0x00, 0xFF, 0x07]

    /// What a datagram carries.
    public enum Content: Equatable, Sendable {
        case ipmi([UInt8])
        case asf([UInt8])
    }

    /// Takes the header off. The sequence number is not looked at: IPMI is sent without acknowledgement.
    public static func read(_ datagram: [UInt8]) throws(WireError) -> Content {
        var reader = OctetReader(datagram)
        let version: UInt8 = try reader.readInteger()
        guard version == 0x06 else { throw .invalid(field: "RMCP version", value: UInt64(version)) }
        _ = try reader.read(2)
        let kind: UInt8 = try reader.readInteger()
        let rest = try [UInt8](reader.read(reader.remaining))
        switch kind {
        case 0x06: return .asf(rest)
        case 0x07: return .ipmi(rest)
        default: throw .invalid(field: "RMCP class", value: UInt64(kind))
        }
    }
}

/// The presence ping that a BMC answers before any login (ASF 2.0 section 3.2.4).
public enum PresencePing {
    private static let enterprise: [UInt8] = [0x00, 0x00, 0x11, 0xBE]

    /// The datagram to send; `tag` (0 to 0xFE) comes back in the pong.
    public static func datagram(tag: UInt8) -> [UInt8] {
        RMCP.asfHeader + enterprise + [0x80, tag, 0x00, 0x00]
    }

    /// The pong of a BMC that speaks IPMI; nil when the datagram is no ping.
    public static func pong(answering datagram: [UInt8]) -> [UInt8]? {
        guard case .asf(let octets)? = try? RMCP.read(datagram), octets.count >= 8,
            Array(octets[..<4]) == enterprise, octets[4] == 0x80, octets[5] != 0xFF
        else { return nil }
        // Entities: IPMI, and ASF 1.0. No interactions.
        let data = enterprise + [0, 0, 0, 0, 0x81, 0, 0, 0, 0, 0, 0, 0]
        return RMCP.asfHeader + enterprise + [0x40, octets[5], 0, UInt8(data.count)] + data
    }

    /// What a presence pong says.
    public struct Pong: Equatable, Sendable {
        public var tag: UInt8
        /// The machine behind the address speaks IPMI.
        public var supportsIPMI: Bool

        public init(datagram: [UInt8]) throws(WireError) {
            guard case .asf(let octets) = try RMCP.read(datagram) else {
                throw .invalid(field: "RMCP class of a pong", value: 0x07)
            }
            var reader = OctetReader(octets)
            let enterprise: UInt32 = try reader.readInteger()
            guard enterprise == 0x11BE else { throw .invalid(field: "ASF enterprise", value: UInt64(enterprise)) }
            let type: UInt8 = try reader.readInteger()
            guard type == 0x40 else { throw .invalid(field: "ASF message type", value: UInt64(type)) }
            tag = try reader.readInteger()
            _ = try reader.read(1)
            let length: UInt8 = try reader.readInteger()
            var data = OctetReader(try reader.read(Int(length)))
            _ = try data.read(8)
            let entities: UInt8 = try data.readInteger()
            supportsIPMI = entities & 0x80 != 0
        }
    }
}

import Octets

/// A session header and what it carries: IPMI 1.5 without authentication, or RMCP+ (IPMI 2.0 section 13.6).
struct Packet: Equatable, Sendable {
    /// What an RMCP+ packet carries (table 13-16).
    enum Payload: UInt8, Sendable {
        case message = 0x00
        case serial = 0x01
        case openSessionRequest = 0x10
        case openSessionResponse = 0x11
        case rakp1 = 0x12
        case rakp2 = 0x13
        case rakp3 = 0x14
        case rakp4 = 0x15
    }

    var payloadType: Payload
    var sessionID: UInt32
    var sequence: UInt32
    var payload: [UInt8]

    /// A message outside any session, in the form of IPMI 1.5.
    static func sessionless(_ message: [UInt8]) -> [UInt8] {
        RMCP.ipmiHeader + [UInt8](repeating: 0, count: 9) + [UInt8(truncatingIfNeeded: message.count)] + message
    }

    /// The message of an IPMI 1.5 packet without authentication, nil when the packet is RMCP+.
    static func readSessionless(_ datagram: [UInt8]) throws(WireError) -> [UInt8]? {
        var reader = try body(of: datagram)
        let authentication: UInt8 = try reader.readInteger()
        if authentication == 0x06 { return nil }
        guard authentication == 0 else { throw .invalid(field: "authentication type", value: UInt64(authentication)) }
        _ = try reader.read(8)
        let length: UInt8 = try reader.readInteger()
        return try [UInt8](reader.read(Int(length)))
    }

    private static func body(of datagram: [UInt8]) throws(WireError) -> OctetReader {
        guard case .ipmi(let octets) = try RMCP.read(datagram) else { throw .invalid(field: "RMCP class", value: 6) }
        return OctetReader(octets)
    }

    // MARK: RMCP+

    /// The datagram of a packet of the key exchange, unprotected.
    func plainDatagram() -> [UInt8] {
        RMCP.ipmiHeader + header(flags: 0, length: payload.count) + payload
    }

    func header(flags: UInt8, length: Int) -> [UInt8] {
        var octets: [UInt8] = [0x06, payloadType.rawValue | flags]
        octets.append(littleEndian: sessionID)
        octets.append(littleEndian: sequence)
        octets.append(littleEndian: UInt16(truncatingIfNeeded: length))
        return octets
    }

    /// Reads an unprotected packet of the key exchange.
    init(plain datagram: [UInt8]) throws(WireError) {
        var reader = try Self.body(of: datagram)
        let header = try Header(reading: &reader)
        guard header.flags == 0 else {
            throw .invalid(field: "protection of a key exchange packet", value: UInt64(header.flags))
        }
        self.init(header: header, payload: try [UInt8](reader.read(header.length)))
    }

    init(header: Header, payload: [UInt8]) {
        self.init(
            payloadType: header.payloadType,
            sessionID: header.sessionID,
            sequence: header.sequence,
            payload: payload
        )
    }

    init(payloadType: Payload, sessionID: UInt32 = 0, sequence: UInt32 = 0, payload: [UInt8]) {
        self.payloadType = payloadType
        self.sessionID = sessionID
        self.sequence = sequence
        self.payload = payload
    }

    struct Header {
        var payloadType: Payload
        /// Bit 7: encrypted; bit 6: authenticated.
        var flags: UInt8
        var sessionID: UInt32
        var sequence: UInt32
        var length: Int

        init(reading reader: inout OctetReader) throws(WireError) {
            let authentication: UInt8 = try reader.readInteger()
            guard authentication == 0x06 else {
                throw .invalid(field: "authentication type", value: UInt64(authentication))
            }
            let type: UInt8 = try reader.readInteger()
            guard let known = Payload(rawValue: type & 0x3F) else {
                throw .invalid(field: "payload type", value: UInt64(type & 0x3F))
            }
            payloadType = known
            flags = type & 0xC0
            sessionID = try reader.readLittleEndian()
            sequence = try reader.readLittleEndian()
            length = Int(try reader.readLittleEndian(UInt16.self))
        }
    }
}

import Octets

/// Packets within a session, encrypted and with a check value (IPMI 2.0 section 13.6).
extension Packet {
    /// The datagram of a packet within a session: encrypted, padded, with its check value.
    func protectedDatagram(keys: SessionKeys, vector: [UInt8]) throws -> [UInt8] {
        let sealed = try keys.encrypt(payload, vector: vector)
        var octets = header(flags: 0xC0, length: sealed.count) + sealed
        // The pad makes the octets up to the next header, it included, a multiple of four.
        let padLength = (4 - (octets.count + 2) % 4) % 4
        octets += [UInt8](repeating: 0xFF, count: padLength) + [UInt8(padLength), 0x07]
        return RMCP.ipmiHeader + octets + keys.integrityCheck(octets)
    }

    /// Reads a packet within a session; what is not authentic or not encrypted is refused.
    init(protected datagram: [UInt8], keys: SessionKeys) throws {
        guard case .ipmi(let octets) = try RMCP.read(datagram) else {
            throw WireError.invalid(field: "RMCP class", value: 6)
        }
        let checkLength = keys.suite.integrityLength
        guard octets.count > checkLength else {
            throw WireError.truncated(needed: checkLength, left: octets.count, at: 0)
        }
        let signed = [UInt8](octets.dropLast(checkLength))
        var reader = OctetReader(signed)
        let header = try Header(reading: &reader)
        guard header.flags == 0xC0 else {
            throw WireError.invalid(field: "protection of a packet", value: UInt64(header.flags))
        }
        guard equalInConstantTime(keys.integrityCheck(signed), octets.suffix(checkLength)) else {
            throw WireError.invalid(field: "integrity check value of packet", value: UInt64(header.sequence))
        }
        let sealed = try [UInt8](reader.read(header.length))
        self.init(header: header, payload: try keys.decrypt(sealed))
    }
}

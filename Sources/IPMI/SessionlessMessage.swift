public import Octets

/// A command outside any session, in the form of IPMI 1.5 (IPMI 2.0 section 13.6): what a BMC tells without a login.
public enum SessionlessMessage {
    /// - Parameter number: 0 to 63; comes back with the answer.
    public static func datagram(_ request: IPMIRequest, number: UInt8) -> [UInt8] {
        Packet.sessionless(LANMessage.write(request, sequence: number & 0x3F))
    }

    /// The answer in a datagram; nil when it is a packet of RMCP+.
    public static func response(_ datagram: [UInt8]) throws(WireError) -> (response: IPMIResponse, number: UInt8)? {
        guard let message = try Packet.readSessionless(datagram) else { return nil }
        let (response, sequence) = try LANMessage.readResponse(message)
        return (response, sequence)
    }
}

extension IPMIRequest {
    /// The cipher suites that the channel this comes in by has for sessions, sixteen octets at a time (IPMI 2.0 section
    /// 22.15).
    ///
    /// - Parameter part: 0 to 63
    public static func channelCipherSuites(part: UInt8) -> Self {
        Self(networkFunction: 0x06, command: 0x54, data: [0x0E, 0x00, 0x80 | part & 0x3F])
    }
}

/// A cipher suite as a BMC lists it (IPMI 2.0 table 22-18).
public struct CipherSuiteRecord: Hashable, Sendable {
    /// The suite's number: 3 and 17 are the ones that protect what they carry.
    public var number: UInt8
    /// The maker's IANA number, for a suite of its own.
    public var maker: UInt32?

    /// The records in a list, which the parts of the answers make when they are put together, each without its first octet.
    public static func list(_ octets: [UInt8]) throws(WireError) -> [CipherSuiteRecord] {
        var reader = OctetReader(octets)
        var records: [CipherSuiteRecord] = []
        while reader.remaining > 0 {
            let start: UInt8 = try reader.readInteger()
            switch start {
            case 0xC0:
                records.append(CipherSuiteRecord(number: try reader.readInteger()))
            case 0xC1:
                let number: UInt8 = try reader.readInteger()
                let maker = try reader.read(3).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                records.append(CipherSuiteRecord(number: number, maker: maker))
            default:
                // The algorithms that belong to the record before.
                guard start & 0xC0 != 0xC0, !records.isEmpty else {
                    throw .invalid(field: "start of a cipher suite record", value: UInt64(start))
                }
            }
        }
        return records
    }
}

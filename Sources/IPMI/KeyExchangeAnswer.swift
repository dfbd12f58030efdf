import Octets

/// The common front of what a BMC sends in a key exchange.
struct KeyExchangeAnswer {
    var tag: UInt8
    var status: RAKPStatus
    var consoleSessionID: UInt32
    var rest: OctetReader

    init(_ packet: Packet) throws(WireError) {
        var reader = OctetReader(packet.payload)
        tag = try reader.readInteger()
        status = RAKPStatus(rawValue: try reader.readInteger())
        _ = try reader.read(2)
        consoleSessionID = 0
        // A refusal may stop here.
        if status == .noErrors || reader.remaining >= 4 { consoleSessionID = try reader.readLittleEndian() }
        rest = reader
    }
}

/// The part of an open session response after the console's session ID.
struct OpenedSession {
    var bmcSessionID: UInt32
    /// Authentication, integrity, confidentiality: what the BMC chose.
    var algorithms: [UInt8]

    init(_ answer: KeyExchangeAnswer) throws(WireError) {
        var reader = answer.rest
        bmcSessionID = try reader.readLittleEndian()
        algorithms = []
        for _ in 0..<3 {
            let record = try [UInt8](reader.read(8))
            algorithms.append(record[4] & 0x3F)
        }
    }
}

extension IPMISession {
    /// The datagram of a serial over LAN payload; commands may be under way beside it.
    public mutating func send(
        serial payload: [UInt8],
        random: inout some RandomNumberGenerator
    ) throws(IPMIFailure) -> [UInt8] {
        guard case .open(var state) = phase else { throw .notOpen }
        let datagram = try state.datagram(.serial, payload, random: &random)
        phase = .open(state)
        return datagram
    }
}

extension IPMISession.OpenState {
    /// A protected packet with the next number.
    mutating func datagram(
        _ kind: Packet.Payload,
        _ payload: [UInt8],
        random: inout some RandomNumberGenerator
    ) throws(IPMIFailure) -> [UInt8] {
        lastSent = lastSent == .max ? 1 : lastSent + 1
        let packet = Packet(payloadType: kind, sessionID: bmcSessionID, sequence: lastSent, payload: payload)
        do {
            return try packet.protectedDatagram(keys: keys, vector: random.octets(16))
        } catch {
            throw .encryption("\(error)")
        }
    }
}

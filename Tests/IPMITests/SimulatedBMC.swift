@testable import IPMI

/// The other end of a session: a BMC that answers as the specification says, with a fault where a test asks for one.
struct SimulatedBMC {
    var password: String
    var username: String
    var suites: [CipherSuite]
    var generatorKey: [UInt8]
    /// What it says of a suite that it lacks; nil makes it silent.
    var refusal: UInt8?
    var supportsVersion2: Bool
    /// Chooses this in place of what was proposed.
    var choosesAuthentication: UInt8?

    private(set) var keys: SessionKeys?
    private(set) var privilege: UInt8 = 0
    private(set) var isClosed = false
    private(set) var statusOfRAKP3: UInt8?
    private var exchange: KeyExchange?
    private var sent: UInt32 = 0

    init(
        password: String = "secret",
        username: String = "admin",
        suites: [CipherSuite] = [.sha256, .sha1],
        generatorKey: [UInt8] = [],
        refusal: UInt8? = 0x04,
        supportsVersion2: Bool = true,
        choosesAuthentication: UInt8? = nil
    ) {
        self.password = password
        self.username = username
        self.suites = suites
        self.generatorKey = generatorKey
        self.refusal = refusal
        self.supportsVersion2 = supportsVersion2
        self.choosesAuthentication = choosesAuthentication
    }

    private var identity: Identity {
        Identity(
            name: [UInt8](username.utf8),
            password: [UInt8](password.utf8),
            generatorKey: generatorKey,
            privilege: .administrator
        )
    }

    mutating func answer(_ datagram: [UInt8]) throws -> [UInt8]? {
        if let message = try Packet.readSessionless(datagram) {
            let data: [UInt8] = [
                0x01, supportsVersion2 ? 0x80 : 0x04, 0x04, supportsVersion2 ? 0x02 : 0x01, 0, 0, 0, 0,
            ]
            return Packet.sessionless(respond(to: message, data: data))
        }
        if let keys, let packet = try? Packet(protected: datagram, keys: keys) {
            let data: [UInt8]
            switch packet.payload[5] {
            case 0x3B:
                privilege = packet.payload[6]
                data = [privilege]
            case 0x3C:
                isClosed = true
                data = []
            default: data = [0x01, 0x00, 0x00]
            }
            return try protected(respond(to: packet.payload, data: data))
        }
        let packet = try Packet(plain: datagram)
        let payload = packet.payload
        let consoleID = (0..<4).reduce(UInt32(0)) { $0 | UInt32(payload[4 + $1]) << (8 * $1) }
        switch packet.payloadType {
        case .openSessionRequest:
            guard let suite = suites.first(where: { $0.authentication == payload[12] }) else {
                return refusal.map { plain(.openSessionResponse, [payload[0], $0, 0, 0] + payload[4..<8]) }
            }
            exchange = KeyExchange(suite: suite, consoleSessionID: consoleID, consoleRandom: [])
            exchange?.bmcSessionID = 0x0102_0304
            var algorithms = [UInt8](payload[8...])
            if let choosesAuthentication { algorithms[4] = choosesAuthentication }
            return plain(.openSessionResponse, [payload[0], 0, 4, 0] + payload[4..<8] + [4, 3, 2, 1] + algorithms)
        case .rakp1:
            guard let opened = exchange else { return nil }
            let name = [UInt8](payload[28...])
            var exchange = KeyExchange(
                suite: opened.suite,
                consoleSessionID: opened.consoleSessionID,
                consoleRandom: [UInt8](payload[8..<24])
            )
            exchange.bmcSessionID = opened.bmcSessionID
            exchange.bmcRandom = [UInt8](0..<16)
            exchange.bmcGUID = [UInt8](repeating: 0xA1, count: 16)
            self.exchange = exchange
            guard name == identity.name else {
                return plain(.rakp2, [payload[0], 0x0D, 0, 0] + consoleOctets(exchange))
            }
            return plain(
                .rakp2,
                [payload[0], 0, 0, 0] + consoleOctets(exchange) + exchange.bmcRandom + exchange.bmcGUID
                    + exchange.rakp2Code(identity)
            )
        case .rakp3:
            statusOfRAKP3 = payload[1]
            guard let exchange, payload[1] == 0 else { return nil }
            guard [UInt8](payload[8...]) == exchange.rakp3Code(identity) else {
                return plain(.rakp4, [payload[0], 0x0F, 0, 0] + consoleOctets(exchange))
            }
            let key = exchange.sessionIntegrityKey(identity)
            keys = SessionKeys(suite: exchange.suite, sessionIntegrityKey: key)
            return plain(
                .rakp4,
                [payload[0], 0, 0, 0] + consoleOctets(exchange) + exchange.rakp4Check(sessionIntegrityKey: key)
            )
        default: return nil
        }
    }

    private func consoleOctets(_ exchange: KeyExchange) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: exchange.consoleSessionID >> UInt32(8 * $0)) }
    }

    private func plain(_ type: Packet.Payload, _ payload: [UInt8]) -> [UInt8] {
        Packet(payloadType: type, payload: payload).plainDatagram()
    }

    mutating func protected(_ message: [UInt8], _ kind: Packet.Payload = .message) throws -> [UInt8] {
        sent += 1
        let packet = Packet(
            payloadType: kind,
            sessionID: exchange?.consoleSessionID ?? 0,
            sequence: sent,
            payload: message
        )
        return try packet.protectedDatagram(keys: keys!, vector: [UInt8](repeating: 7, count: 16))
    }

    private func respond(to message: [UInt8], data: [UInt8]) -> [UInt8] {
        let head = [LANMessage.consoleAddress, message[1] + 0x04]
        let body = [LANMessage.bmcAddress, message[4], message[5], 0x00] + data
        return head + [LANMessage.checksum(head)] + body + [LANMessage.checksum(body)]
    }
}

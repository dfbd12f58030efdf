import Octets

/// Why a BMC refused a step of the login (IPMI 2.0 table 13-15).
public struct RAKPStatus: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let noErrors = Self(rawValue: 0x00)
    public static let invalidRole = Self(rawValue: 0x09)
    public static let unauthorizedRole = Self(rawValue: 0x0A)
    public static let unauthorizedName = Self(rawValue: 0x0D)
    public static let invalidIntegrityCheck = Self(rawValue: 0x0F)

    /// The BMC does not do the proposed algorithms; another suite may go. "Invalid role" is how some say it.
    var refusesSuite: Bool { [0x04, 0x05, 0x06, 0x07, 0x09, 0x10, 0x11].contains(rawValue) }

    /// The BMC knows the user not, or not with this password or privilege.
    var refusesUser: Bool { [Self.unauthorizedName, .invalidIntegrityCheck, .unauthorizedRole].contains(self) }

    /// The BMC has no free session now.
    public var isShortOfSessions: Bool { rawValue == 0x01 || rawValue == 0x0B }
}

extension RAKPStatus: CustomStringConvertible {
    public var description: String {
        let meanings: [UInt8: String] = [
            0x01: "insufficient resources for another session",
            0x02: "invalid session ID",
            0x03: "invalid payload type",
            0x04: "invalid authentication algorithm",
            0x05: "invalid integrity algorithm",
            0x06: "no matching authentication payload",
            0x07: "no matching integrity payload",
            0x08: "inactive session ID",
            0x09: "invalid role",
            0x0A: "unauthorized role or privilege level",
            0x0B: "insufficient resources for a session with that role",
            0x0C: "invalid name length",
            0x0D: "unauthorized name",
            0x0E: "unauthorized GUID",
            0x0F: "invalid integrity check value",
            0x10: "invalid confidentiality algorithm",
            0x11: "no cipher suite matches the proposed algorithms",
            0x12: "illegal or unrecognised parameter",
        ]
        return meanings[rawValue] ?? "status \(rawValue)"
    }
}

/// Who logs in, in the octets that the key exchange is computed over.
struct Identity: Sendable {
    let name: [UInt8]
    let password: [UInt8]
    let generatorKey: [UInt8]
    let privilege: PrivilegeLevel

    /// Bit 4 asks for look-up by name alone; the low bits are the highest privilege wanted.
    var role: UInt8 { 0x10 | privilege.rawValue }

    var userKey: [UInt8] { password + [UInt8](repeating: 0, count: max(0, 20 - password.count)) }

    /// K_G, or the user's key where the BMC has none ("one-key" login).
    var sessionKeySource: [UInt8] { generatorKey.isEmpty ? userKey : generatorKey }

    var roleAndName: [UInt8] { [role, UInt8(truncatingIfNeeded: name.count)] + name }
}

/// What both ends have said in a key exchange, and the codes over it (IPMI 2.0 sections 13.17 to 13.31).
struct KeyExchange: Sendable {
    let suite: CipherSuite
    let consoleSessionID: UInt32
    let consoleRandom: [UInt8]
    var bmcSessionID: UInt32 = 0
    var bmcRandom: [UInt8] = []
    var bmcGUID: [UInt8] = []

    init(suite: CipherSuite, consoleSessionID: UInt32, consoleRandom: [UInt8]) {
        self.suite = suite
        self.consoleSessionID = consoleSessionID
        self.consoleRandom = consoleRandom
    }

    private var hash: KeyedHash { KeyedHash(suite: suite) }

    private func leastFirst(_ value: UInt32) -> [UInt8] {
        var octets: [UInt8] = []
        octets.append(leastFirst: value)
        return octets
    }

    /// The code of RAKP 2: the BMC proves that it knows the user's key.
    func rakp2Code(_ identity: Identity) -> [UInt8] {
        let said =
            leastFirst(consoleSessionID) + leastFirst(bmcSessionID) + consoleRandom + bmcRandom + bmcGUID
            + identity.roleAndName
        return hash(key: identity.userKey, said)
    }

    /// The code of RAKP 3: we prove it.
    func rakp3Code(_ identity: Identity) -> [UInt8] {
        hash(key: identity.userKey, bmcRandom + leastFirst(consoleSessionID) + identity.roleAndName)
    }

    func sessionIntegrityKey(_ identity: Identity) -> [UInt8] {
        hash(key: identity.sessionKeySource, consoleRandom + bmcRandom + identity.roleAndName)
    }

    /// The check value of RAKP 4, truncated as the suite's integrity algorithm is.
    func rakp4Check(sessionIntegrityKey: [UInt8]) -> [UInt8] {
        let code = hash(key: sessionIntegrityKey, consoleRandom + leastFirst(bmcSessionID) + bmcGUID)
        return [UInt8](code.prefix(suite.integrityLength))
    }

    // MARK: What is sent

    func openSessionRequest(tag: UInt8, privilege: PrivilegeLevel) -> Packet {
        var payload: [UInt8] = [tag, privilege.rawValue, 0, 0]
        payload.append(leastFirst: consoleSessionID)
        for (kind, algorithm) in [suite.authentication, suite.integrity, suite.confidentiality].enumerated() {
            payload += [UInt8(kind), 0, 0, 8, algorithm, 0, 0, 0]
        }
        return Packet(payloadType: .openSessionRequest, payload: payload)
    }

    func rakp1(tag: UInt8, identity: Identity) -> Packet {
        var payload: [UInt8] = [tag, 0, 0, 0]
        payload.append(leastFirst: bmcSessionID)
        payload +=
            consoleRandom + [identity.role, 0, 0, UInt8(truncatingIfNeeded: identity.name.count)] + identity.name
        return Packet(payloadType: .rakp1, payload: payload)
    }

    /// With a status other than none, the login ends there and the BMC frees its slot.
    func rakp3(tag: UInt8, status: RAKPStatus = .noErrors, code: [UInt8] = []) -> Packet {
        var payload: [UInt8] = [tag, status.rawValue, 0, 0]
        payload.append(leastFirst: bmcSessionID)
        return Packet(payloadType: .rakp3, payload: payload + code)
    }
}

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
        if status == .noErrors || reader.remaining >= 4 { consoleSessionID = try reader.readLeastFirst() }
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
        bmcSessionID = try reader.readLeastFirst()
        algorithms = []
        for _ in 0..<3 {
            let record = try [UInt8](reader.read(8))
            algorithms.append(record[4] & 0x3F)
        }
    }
}

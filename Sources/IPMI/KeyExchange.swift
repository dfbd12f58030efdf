import Octets

/// Who logs in, in the octets that the key exchange is computed over.
struct Identity: Sendable {
    let name: [UInt8]
    let password: [UInt8]
    let generatorKey: [UInt8]
    /// Bit 4 asks for look-up by name alone; the low bits are the highest privilege wanted.
    let role: UInt8

    init(name: [UInt8], password: [UInt8], generatorKey: [UInt8], privilege: PrivilegeLevel) {
        self.init(name: name, password: password, generatorKey: generatorKey, role: 0x10 | privilege.rawValue)
    }

    /// With the role as a console sent it.
    init(name: [UInt8], password: [UInt8], generatorKey: [UInt8], role: UInt8) {
        self.name = name
        self.password = password
        self.generatorKey = generatorKey
        self.role = role
    }

    /// None for a role that the specification reserves.
    var privilege: PrivilegeLevel? { PrivilegeLevel(rawValue: role & 0x0F) }

    var userKey: [UInt8] { password + [UInt8](repeating: 0, count: max(0, 20 - password.count)) }

    /// K_G, or the user's key where the BMC has none ("one-key" login).
    var sessionKeySource: [UInt8] { generatorKey.isEmpty ? userKey : generatorKey }

    var roleAndName: [UInt8] { [role, UInt8(truncatingIfNeeded: name.count)] + name }
}

/// What both ends have said in a key exchange, and the codes over it (IPMI 2.0 sections 13.17 to 13.31).
struct KeyExchange: Sendable {
    let suite: CipherSuite
    let consoleSessionID: UInt32
    var consoleRandom: [UInt8]
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
        octets.append(littleEndian: value)
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
        payload.append(littleEndian: consoleSessionID)
        for (kind, algorithm) in [suite.authentication, suite.integrity, suite.confidentiality].enumerated() {
            payload += [UInt8(kind), 0, 0, 8, algorithm, 0, 0, 0]
        }
        return Packet(payloadType: .openSessionRequest, payload: payload)
    }

    func rakp1(tag: UInt8, identity: Identity) -> Packet {
        var payload: [UInt8] = [tag, 0, 0, 0]
        payload.append(littleEndian: bmcSessionID)
        payload +=
            consoleRandom + [identity.role, 0, 0, UInt8(truncatingIfNeeded: identity.name.count)] + identity.name
        return Packet(payloadType: .rakp1, payload: payload)
    }

    /// With a status other than none, the login ends there and the BMC frees its slot.
    func rakp3(tag: UInt8, status: RAKPStatus = .noErrors, code: [UInt8] = []) -> Packet {
        var payload: [UInt8] = [tag, status.rawValue, 0, 0]
        payload.append(littleEndian: bmcSessionID)
        return Packet(payloadType: .rakp3, payload: payload + code)
    }
}

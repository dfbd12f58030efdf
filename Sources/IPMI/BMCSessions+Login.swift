import Octets

/// Open Session and RAKP 1 to 4 (IPMI 2.0 sections 13.17 to 13.24).
extension BMCSessions {
    mutating func login(
        _ packet: Packet,
        from peer: Peer,
        at now: Duration,
        random: inout some RandomNumberGenerator
    ) throws(WireError) -> Received {
        var reader = OctetReader(packet.payload)
        let tag: UInt8 = try reader.readInteger()
        switch packet.payloadType {
        case .openSessionRequest: return try open(tag, reader, from: peer, at: now, random: &random)
        case .rakp1: return try rakp1(tag, reader, from: peer, at: now, random: &random)
        case .rakp3: return try rakp3(tag, reader, from: peer, at: now)
        case .message, .serial, .openSessionResponse, .rakp2, .rakp4: return .ignored("not of a console's login")
        }
    }

    private func answer(
        _ kind: Packet.Payload,
        _ tag: UInt8,
        _ status: RAKPStatus,
        _ console: UInt32,
        _ rest: [UInt8] = [],
        privilege: UInt8 = 0
    ) -> Received {
        var payload: [UInt8] = [tag, status.rawValue, privilege, 0]
        payload.append(littleEndian: console)
        return .answer(Packet(payloadType: kind, payload: payload + rest).plainDatagram())
    }

    // MARK: Open Session

    private mutating func open(
        _ tag: UInt8,
        _ rest: OctetReader,
        from peer: Peer,
        at now: Duration,
        random: inout some RandomNumberGenerator
    ) throws(WireError) -> Received {
        var reader = rest
        let wanted: UInt8 = try reader.readInteger() & 0x0F
        _ = try reader.read(2)
        let console: UInt32 = try reader.readLittleEndian()
        func refuse(_ status: RAKPStatus) -> Received { answer(.openSessionResponse, tag, status, console) }
        // Zero asks for the highest that the suite allows.
        guard let ceiling = wanted == 0 ? .administrator : PrivilegeLevel(rawValue: wanted) else {
            return refuse(.invalidRole)
        }
        guard console != 0 else { return refuse(.invalidSessionID) }
        var algorithms: [UInt8] = []
        for kind in 0..<3 as Range<UInt8> {
            let record = try [UInt8](reader.read(8))
            guard record[0] == kind else { return refuse(.illegalParameter) }
            // A length of zero leaves the choice to the BMC.
            algorithms.append(record[3] == 0 ? Self.wildcard : record[4] & 0x3F)
        }
        let known = suites.map { [$0.authentication, $0.integrity, $0.confidentiality] }
        let refusals: [RAKPStatus] = [.invalidAuthentication, .invalidIntegrity, .invalidConfidentiality]
        for (kind, refusal) in refusals.enumerated()
        where algorithms[kind] != Self.wildcard && !known.contains(where: { $0[kind] == algorithms[kind] }) {
            return refuse(refusal)
        }
        let fitting = known.first { suite in
            zip(suite, algorithms).allSatisfy { $1 == Self.wildcard || $0 == $1 }
        }
        guard let fitting, let suite = CipherSuite(algorithms: fitting) else { return refuse(.noMatchingSuite) }
        guard !isFull, makeRoom() else { return refuse(.insufficientResources) }

        var id: UInt32
        repeat { id = UInt32.random(in: 1...UInt32.max, using: &random) } while sessions[id] != nil
        var exchange = KeyExchange(suite: suite, consoleSessionID: console, consoleRandom: [])
        exchange.bmcSessionID = id
        exchange.bmcGUID = guid
        sessions[id] = Session(peer: peer, exchange: exchange, ceiling: ceiling, heardAt: now)
        var said: [UInt8] = []
        said.append(littleEndian: id)
        for (kind, algorithm) in fitting.enumerated() {
            said += [UInt8(truncatingIfNeeded: kind), 0, 0, 8, algorithm, 0, 0, 0]
        }
        return answer(.openSessionResponse, tag, .noErrors, console, said, privilege: ceiling.rawValue)
    }

    private static var wildcard: UInt8 { 0xFF }

    /// A login that somebody left in the middle gives way to a new one; a session does not.
    private mutating func makeRoom() -> Bool {
        guard sessions.count >= limits.sessions else { return true }
        let left = sessions.filter { !$0.value.isActive }.min { $0.value.heardAt < $1.value.heardAt }
        guard let left else { return false }
        sessions[left.key] = nil
        return true
    }

    // MARK: RAKP

    private mutating func rakp1(
        _ tag: UInt8,
        _ rest: OctetReader,
        from peer: Peer,
        at now: Duration,
        random: inout some RandomNumberGenerator
    ) throws(WireError) -> Received {
        var reader = rest
        _ = try reader.read(3)
        let id: UInt32 = try reader.readLittleEndian()
        let consoleRandom = try [UInt8](reader.read(16))
        let role: UInt8 = try reader.readInteger()
        _ = try reader.read(2)
        let length = Int(try reader.readInteger(UInt8.self))
        guard var session = sessions[id], session.peer == peer, !session.isActive else {
            return answer(.rakp2, tag, .invalidSessionID, 0)
        }
        let console = session.exchange.consoleSessionID
        func refuse(_ status: RAKPStatus) -> Received { answer(.rakp2, tag, status, console) }
        guard length <= 16 else { return refuse(.invalidNameLength) }
        let name = try [UInt8](reader.read(length))
        let found = users.first { $0.value.isEnabled && !name.isEmpty && [UInt8]($0.value.name.utf8) == name }
        guard let (number, user) = found, !isLocked(number) else {
            sessions[id] = nil
            return refuse(.unauthorizedName)
        }
        let identity = Identity(
            name: name,
            password: user.password,
            generatorKey: hasGeneratorKey ? generatorKey : [],
            role: role
        )
        guard let privilege = identity.privilege ?? (role & 0x0F == 0 ? session.ceiling : nil) else {
            return refuse(.invalidRole)
        }
        guard privilege <= user.privilege else {
            sessions[id] = nil
            return refuse(.unauthorizedRole)
        }
        // Who asks again gets the same challenge.
        if session.exchange.consoleRandom != consoleRandom || session.exchange.bmcRandom.isEmpty {
            session.exchange.consoleRandom = consoleRandom
            session.exchange.bmcRandom = random.octets(16)
        }
        session.ceiling = min(session.ceiling, privilege)
        session.phase = .challenged(identity, user: number)
        session.heardAt = now
        sessions[id] = session
        let exchange = session.exchange
        return answer(
            .rakp2,
            tag,
            .noErrors,
            console,
            exchange.bmcRandom + exchange.bmcGUID + exchange.rakp2Code(identity)
        )
    }

    private mutating func rakp3(
        _ tag: UInt8,
        _ rest: OctetReader,
        from peer: Peer,
        at now: Duration
    ) throws(WireError) -> Received {
        var reader = rest
        let status = RAKPStatus(rawValue: try reader.readInteger())
        _ = try reader.read(2)
        let id: UInt32 = try reader.readLittleEndian()
        guard var session = sessions[id], session.peer == peer else {
            return answer(.rakp4, tag, .invalidSessionID, 0)
        }
        let console = session.exchange.consoleSessionID
        switch session.phase {
        case .opened: return .ignored("RAKP 3 before RAKP 1")
        case .active(let keys, _):
            // The answer was lost.
            let check = session.exchange.rakp4Check(sessionIntegrityKey: keys.sessionIntegrityKey)
            return answer(.rakp4, tag, .noErrors, console, check)
        case .challenged(let identity, let user):
            guard status == .noErrors else {
                // The console says that our proof does not fit its password: for us it is the same.
                if status == .invalidIntegrityCheck { failures[user, default: 0] += 1 }
                sessions[id] = nil
                return .ignored("the console gave up: \(status)")
            }
            guard equalInConstantTime(reader.readRemaining(), session.exchange.rakp3Code(identity)) else {
                failures[user, default: 0] += 1
                sessions[id] = nil
                return answer(.rakp4, tag, .invalidIntegrityCheck, console)
            }
            failures[user] = nil
            let key = session.exchange.sessionIntegrityKey(identity)
            let check = session.exchange.rakp4Check(sessionIntegrityKey: key)
            session.phase = .active(SessionKeys(suite: session.exchange.suite, sessionIntegrityKey: key), user: user)
            session.privilege = min(.user, session.ceiling)
            session.heardAt = now
            sessions[id] = session
            return answer(.rakp4, tag, .noErrors, console, check)
        }
    }

    private func isLocked(_ user: UInt8) -> Bool {
        lockOut.map { failures[user, default: 0] >= $0 } ?? false
    }
}

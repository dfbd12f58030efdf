public import Octets

/// The BMC's end of RMCP+, as a value: who may log in, who has, and which datagram says what in whose name
/// (IPMI 2.0 sections 13 and 22).
///
/// Commands and serial over LAN are somebody else's: they come out of ``received(_:from:at:random:)`` and their answers go in by
/// ``datagram(answering:of:_:_:at:random:)``. Times are counted from any beginning and never go back.
public struct BMCSessions: Sendable {
    /// Who may log in.
    public struct User: Hashable, Sendable {
        /// At most 16 octets; empty for a place that nobody has.
        public var name: String
        /// At most 20 octets.
        public var password: [UInt8]
        public var privilege: PrivilegeLevel
        public var isEnabled: Bool

        public init(name: String, password: [UInt8], privilege: PrivilegeLevel, isEnabled: Bool = true) {
            self.name = name
            self.password = password
            self.privilege = privilege
            self.isEnabled = isEnabled
        }
    }

    /// Where a console is.
    public struct Peer: Hashable, Sendable {
        public var address: IPv4Address
        public var port: UInt16

        public init(address: IPv4Address, port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    /// What a BMC allows.
    public struct Limits: Hashable, Sendable {
        /// Sessions and logins under way.
        public var sessions = 5
        /// A session in which nothing is heard for so long is over (IPMI 2.0 section 6.12.15).
        public var idle: Duration = .seconds(60)
        public var login: Duration = .seconds(15)
        /// How long an answer is kept for a console that asks again because it did not come.
        public var repetition: Duration = .seconds(5)

        public init() {}
    }

    /// Who says something, and how an answer gets there.
    public struct Caller: Hashable, Sendable {
        enum Framing: Hashable, Sendable {
            case version15, version20
            case session(UInt32)
        }

        public var peer: Peer
        /// The number of the user; nil outside of a session.
        public var user: UInt8?
        /// Nil outside of a session.
        public var privilege: PrivilegeLevel?
        var framing: Framing

        /// The BMC's number of the session; nil outside of one.
        public var session: UInt32? {
            if case .session(let id) = framing { id } else { nil }
        }
    }

    /// What a datagram says.
    public enum Received: Sendable {
        /// Part of a login, or a command that was answered before: this goes back.
        case answer([UInt8])
        case command(LANRequest, Caller)
        /// A payload of serial over LAN.
        case serial([UInt8], Caller)
        /// Nothing goes back. The text is for a debug log.
        case ignored(String)
    }

    struct Session: Sendable {
        enum Phase: Sendable {
            case opened
            case challenged(Identity, user: UInt8)
            case active(SessionKeys, user: UInt8)
        }

        var peer: Peer
        var exchange: KeyExchange
        /// The privilege that the console asked for at most.
        var ceiling: PrivilegeLevel
        var phase = Phase.opened
        var privilege = PrivilegeLevel.user
        var heardAt: Duration
        var lastSent: UInt32 = 0
        var window = ReplayWindow()
        var lastCommand: [UInt8] = []
        var lastAnswer: [UInt8]?
        var answeredAt: Duration = .zero

        var isActive: Bool { if case .active = phase { true } else { false } }
    }

    public let guid: [UInt8]
    public let suites: [CipherSuite]
    public let limits: Limits
    let generatorKey: [UInt8]
    /// By number, from 1.
    public var users: [UInt8: User]
    /// Every new login is told that there is no room.
    public var isFull = false
    /// After so many wrong passwords a user is refused; nil for never, which forgets what was counted.
    public var lockOut: Int? { didSet { if lockOut == nil { failures = [:] } } }
    var sessions: [UInt32: Session] = [:]
    var failures: [UInt8: Int] = [:]

    /// - Parameters:
    ///   - guid: 16 octets, as Get System GUID has them.
    ///   - generatorKey: K_G for two-key login; empty otherwise.
    public init(
        guid: [UInt8],
        users: [UInt8: User],
        suites: [CipherSuite] = CipherSuite.allCases,
        generatorKey: [UInt8] = [],
        limits: Limits = Limits()
    ) {
        self.guid = [UInt8](guid.prefix(16)) + [UInt8](repeating: 0, count: max(0, 16 - guid.count))
        self.users = users
        self.suites = suites
        self.generatorKey = generatorKey
        self.limits = limits
    }

    public var hasGeneratorKey: Bool { generatorKey.contains { $0 != 0 } }

    // MARK: Datagrams

    /// What a datagram says, and to whom an answer is owed.
    public mutating func received(
        _ datagram: [UInt8],
        from peer: Peer,
        at now: Duration,
        random: inout some RandomNumberGenerator
    ) -> Received {
        expire(at: now)
        if let pong = PresencePing.pong(answering: datagram) { return .answer(pong) }
        do {
            if let message = try Packet.readSessionless(datagram) {
                return .command(try LANRequest(message), Caller(peer: peer, framing: .version15))
            }
            guard datagram.count > 10 else { return .ignored("a packet cut short") }
            // What is protected belongs to a session; the session's number stands in the clear.
            guard datagram[5] & 0xC0 == 0 else {
                return try receivedProtected(datagram, from: peer, at: now, random: &random)
            }
            let packet = try Packet(plain: datagram)
            if packet.payloadType == .message, packet.sessionID == 0 {
                return .command(try LANRequest(packet.payload), Caller(peer: peer, framing: .version20))
            }
            return try login(packet, from: peer, at: now, random: &random)
        } catch {
            return .ignored("\(error)")
        }
    }

    private mutating func receivedProtected(
        _ datagram: [UInt8],
        from peer: Peer,
        at now: Duration,
        random: inout some RandomNumberGenerator
    ) throws -> Received {
        let id = datagram[6..<10].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard var session = sessions[id], case .active(let keys, let user) = session.phase else {
            return .ignored("no session has the number \(id)")
        }
        let packet = try Packet(protected: datagram, keys: keys)
        guard session.window.admit(packet.sequence) else {
            return .ignored("packet \(packet.sequence) was seen before")
        }
        session.heardAt = now
        session.peer = peer
        defer { sessions[id] = session }
        let caller = Caller(peer: peer, user: user, privilege: session.privilege, framing: .session(id))
        switch packet.payloadType {
        case .message:
            if packet.payload == session.lastCommand, let answer = session.lastAnswer,
                now - session.answeredAt < limits.repetition
            {
                return .answer(try session.datagram(.message, answer, keys, random: &random))
            }
            let request = try LANRequest(packet.payload)
            session.lastCommand = packet.payload
            session.lastAnswer = nil
            return .command(request, caller)
        case .serial: return .serial(packet.payload, caller)
        default: return .ignored("a packet of a login within a session")
        }
    }

    /// The datagram of an answer; nil when its session is over.
    public mutating func datagram(
        answering request: LANRequest,
        of caller: Caller,
        _ completion: CompletionCode,
        _ data: [UInt8],
        at now: Duration,
        random: inout some RandomNumberGenerator
    ) -> [UInt8]? {
        let message = request.octets(completion, data)
        switch caller.framing {
        case .version15: return Packet.sessionless(message)
        case .version20: return Packet(payloadType: .message, payload: message).plainDatagram()
        case .session(let id):
            guard var session = sessions[id], case .active(let keys, _) = session.phase else { return nil }
            defer { sessions[id] = session }
            session.lastAnswer = message
            session.answeredAt = now
            return try? session.datagram(.message, message, keys, random: &random)
        }
    }

    /// The datagram of a payload of serial over LAN and where it goes; nil when the session is over.
    public mutating func datagram(
        serial payload: [UInt8],
        to id: UInt32,
        random: inout some RandomNumberGenerator
    ) -> (octets: [UInt8], peer: Peer)? {
        guard var session = sessions[id], case .active(let keys, _) = session.phase else { return nil }
        defer { sessions[id] = session }
        guard let octets = try? session.datagram(.serial, payload, keys, random: &random) else { return nil }
        return (octets, session.peer)
    }

    // MARK: Sessions

    /// Whether a datagram claims to be of a session.
    public static func isProtected(_ datagram: [UInt8]) -> Bool {
        datagram.count > 10 && datagram[4] == 0x06 && datagram[5] & 0xC0 != 0
    }

    public var activeCount: Int { sessions.values.count { $0.isActive } }

    public func isActive(_ id: UInt32) -> Bool { sessions[id]?.isActive ?? false }

    /// What Get Session Info tells of a session.
    public func details(_ id: UInt32) -> (user: UInt8, privilege: PrivilegeLevel, peer: Peer)? {
        guard let session = sessions[id], case .active(_, let user) = session.phase else { return nil }
        return (user, session.privilege, session.peer)
    }

    /// The numbers of active sessions, in an order that stays.
    public var activeSessions: [UInt32] { sessions.filter { $0.value.isActive }.map(\.key).sorted() }

    /// Raises or lowers a session's privilege; false when that is more than the user has or asked for at login.
    public mutating func setPrivilege(_ privilege: PrivilegeLevel, of id: UInt32) -> Bool {
        guard let session = sessions[id], case .active(_, let user) = session.phase,
            privilege <= session.ceiling, privilege <= (users[user]?.privilege ?? .callback)
        else { return false }
        sessions[id]?.privilege = privilege
        return true
    }

    /// Ends a session; false when there is none with this number.
    public mutating func end(_ id: UInt32) -> Bool { sessions.removeValue(forKey: id) != nil }

    /// Ends all sessions without a word.
    public mutating func endAll() { sessions = [:] }

    /// Ends what was silent for too long.
    public mutating func expire(at now: Duration) {
        sessions = sessions.filter { now - $0.value.heardAt < ($0.value.isActive ? limits.idle : limits.login) }
    }
}

extension BMCSessions.Session {
    /// A protected packet with the next number.
    fileprivate mutating func datagram(
        _ kind: Packet.Payload,
        _ payload: [UInt8],
        _ keys: SessionKeys,
        random: inout some RandomNumberGenerator
    ) throws -> [UInt8] {
        lastSent = lastSent == .max ? 1 : lastSent + 1
        let packet = Packet(
            payloadType: kind,
            sessionID: exchange.consoleSessionID,
            sequence: lastSent,
            payload: payload
        )
        return try packet.protectedDatagram(keys: keys, vector: random.octets(16))
    }
}

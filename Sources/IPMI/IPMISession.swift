import Octets

/// A login to a BMC and the commands within it, as a value: datagrams and time-outs come in, what to do comes out.
///
/// The sequence is: channel authentication capabilities, open session, RAKP 1 to 4, then commands one at a time.
/// It does not know the time: whoever sends the datagrams calls ``timedOut(random:)`` when no answer came.
public struct IPMISession: Sendable {
    /// What to do next.
    public enum Step: Equatable, Sendable {
        /// Send this datagram and wait.
        case send([UInt8])
        /// The session stands; commands may be sent.
        case opened
        /// The answer to the command that was sent.
        case answered(IPMIResponse)
        /// A payload of serial over LAN.
        case serial([UInt8])
        /// Not for us, not authentic or seen before; go on waiting. The text is for a debug log.
        case ignored(String)
        /// It is over. The farewell, if any, is sent once so that the BMC frees the session.
        case failed(IPMIFailure, farewell: [UInt8]?)
    }

    enum Phase: Sendable {
        case start
        case capabilities
        case openSession(KeyExchange)
        case rakp2(KeyExchange)
        case rakp4(KeyExchange, [UInt8])
        case open(OpenState)
        case over
    }

    struct OpenState: Sendable {
        let keys: SessionKeys
        let consoleSessionID: UInt32
        let bmcSessionID: UInt32
        var lastSent: UInt32 = 0
        var window = ReplayWindow()
        var requestNumber: UInt8 = 0
        var pending: IPMIRequest?
    }

    /// How often each datagram of the login and each command is sent before giving up.
    public static let attempts = 5
    /// A BMC that does not answer a proposal at all gets it this often before the next suite is tried.
    static let attemptsBeforeNextSuite = 3

    let identity: Identity
    private let privilege: PrivilegeLevel
    private(set) var suites: [CipherSuite]
    var phase = Phase.start
    private var attempt = 1
    private var tag: UInt8 = 0
    /// The tag of the first sending of what is waited for.
    private var firstTag: UInt8 = 0
    private var capabilitiesNumber: UInt8 = 0

    /// - Parameters:
    ///   - suites: Those to try, in order; a suite that this BMC accepted before goes first.
    ///   - generatorKey: K_G of a BMC with two-key login; empty otherwise.
    /// - Throws: `IPMIFailure.credentialsTooLong` when IPMI cannot carry them.
    public init(
        username: String,
        password: String,
        generatorKey: [UInt8] = [],
        suites: [CipherSuite] = [.sha256, .sha1],
        privilege: PrivilegeLevel = .administrator
    ) throws(IPMIFailure) {
        let name = [UInt8](username.utf8)
        let secret = [UInt8](password.utf8)
        guard name.count <= 16, secret.count <= 20, generatorKey.count <= 20, !suites.isEmpty else {
            throw .credentialsTooLong
        }
        identity = Identity(name: name, password: secret, generatorKey: generatorKey, privilege: privilege)
        self.privilege = privilege
        self.suites = suites
    }

    /// The suite of the session that stands.
    public var suite: CipherSuite? {
        if case .open(let state) = phase { state.keys.suite } else { nil }
    }

    /// The first datagram of the login.
    public mutating func start() -> [UInt8] {
        phase = .capabilities
        attempt = 1
        return capabilitiesDatagram()
    }

    /// Sends a command; one may be under way at a time.
    public mutating func send(
        _ request: IPMIRequest,
        random: inout some RandomNumberGenerator
    ) throws(IPMIFailure) -> [UInt8] {
        guard case .open(var state) = phase, state.pending == nil else { throw .notOpen }
        state.pending = request
        state.requestNumber = (state.requestNumber + 1) & 0x3F
        attempt = 1
        return try sendPending(&state, random: &random)
    }

    /// What a datagram from the BMC leads to.
    public mutating func received(_ datagram: [UInt8], random: inout some RandomNumberGenerator) -> Step {
        do {
            switch phase {
            case .start, .over: return .ignored("no exchange is under way")
            case .capabilities: return try receivedCapabilities(datagram, random: &random)
            case .openSession(let exchange): return try receivedOpenSession(datagram, exchange, random: &random)
            case .rakp2(let exchange): return try receivedRAKP2(datagram, exchange, random: &random)
            case .rakp4(let exchange, let key): return try receivedRAKP4(datagram, exchange, sessionKey: key)
            case .open(let state): return try receivedMessage(datagram, state)
            }
        } catch {
            return .ignored("\(error)")
        }
    }

    /// What the lack of an answer leads to: the same again, the next suite, or the end.
    public mutating func timedOut(random: inout some RandomNumberGenerator) -> Step {
        if case .openSession = phase, attempt >= Self.attemptsBeforeNextSuite, suites.count > 1 {
            return nextSuite(random: &random) ?? fail(.timeout(.openSession))
        }
        guard attempt < Self.attempts else { return fail(.timeout(timeoutPoint), farewell: farewell(random: &random)) }
        attempt += 1
        switch phase {
        case .start, .over: return .ignored("no exchange is under way")
        case .capabilities: return .send(capabilitiesDatagram())
        case .openSession(let exchange): return .send(openSessionDatagram(exchange))
        case .rakp2(let exchange): return .send(rakp1Datagram(exchange))
        case .rakp4(let exchange, _): return .send(rakp3Datagram(exchange))
        case .open(var state):
            guard state.pending != nil else { return .ignored("no command is under way") }
            do {
                return .send(try sendPending(&state, random: &random))
            } catch {
                return fail(error)
            }
        }
    }

    private var timeoutPoint: IPMIFailure.Point {
        switch phase {
        case .start, .over, .capabilities: .capabilities
        case .openSession: .openSession
        case .rakp2: .rakp2
        case .rakp4: .rakp4
        case .open(let state): .command(state.pending?.command ?? 0)
        }
    }

    private mutating func fail(_ failure: IPMIFailure, farewell: [UInt8]? = nil) -> Step {
        phase = .over
        return .failed(failure, farewell: farewell)
    }

    // MARK: Login

    private mutating func capabilitiesDatagram() -> [UInt8] {
        capabilitiesNumber = (capabilitiesNumber + 1) & 0x3F
        let request = IPMIRequest.channelAuthenticationCapabilities(privilege: privilege)
        return Packet.sessionless(LANMessage.write(request, sequence: capabilitiesNumber))
    }

    private mutating func receivedCapabilities(
        _ datagram: [UInt8],
        random: inout some RandomNumberGenerator
    ) throws -> Step {
        guard let message = try Packet.readSessionless(datagram) else {
            return .ignored("an RMCP+ packet before a session")
        }
        let (response, _) = try LANMessage.readResponse(message)
        guard response.command == 0x38, response.networkFunction == 0x07 else {
            return .ignored("another command's answer")
        }
        // A BMC that cannot answer this may still know RMCP+; only a clear "1.5 alone" is a no.
        if response.completion == .success, let said = try? ChannelAuthenticationCapabilities(response.data),
            !said.supportsVersion2
        {
            return fail(.noVersion2)
        }
        return .send(propose(random: &random))
    }

    /// Starts the key exchange with the first suite that is left.
    private mutating func propose(random: inout some RandomNumberGenerator) -> [UInt8] {
        let exchange = KeyExchange(
            suite: suites[0],
            consoleSessionID: UInt32.random(in: 1...UInt32.max, using: &random),
            consoleRandom: random.octets(16)
        )
        attempt = 1
        phase = .openSession(exchange)
        return openSessionDatagram(exchange)
    }

    private mutating func nextSuite(random: inout some RandomNumberGenerator) -> Step? {
        guard suites.count > 1 else { return nil }
        suites.removeFirst()
        return .send(propose(random: &random))
    }

    private mutating func openSessionDatagram(_ exchange: KeyExchange) -> [UInt8] {
        exchange.openSessionRequest(tag: nextTag(), privilege: privilege).plainDatagram()
    }

    private mutating func rakp1Datagram(_ exchange: KeyExchange) -> [UInt8] {
        exchange.rakp1(tag: nextTag(), identity: identity).plainDatagram()
    }

    private mutating func rakp3Datagram(_ exchange: KeyExchange) -> [UInt8] {
        exchange.rakp3(tag: nextTag(), code: exchange.rakp3Code(identity)).plainDatagram()
    }

    /// Each datagram of the key exchange has a tag of its own, so that a late answer is known.
    private mutating func nextTag() -> UInt8 {
        tag &+= 1
        if attempt == 1 { firstTag = tag }
        return tag
    }

    /// A late answer to an earlier sending is as good as another, but for a challenge: a BMC that was asked twice may hold
    /// to its second one alone. Of a login that it refused a BMC knows nothing any more when it is asked again.
    private func isAwaited(_ answer: KeyExchangeAnswer, _ kind: Packet.Payload) -> Bool {
        if kind == .rakp2, answer.status == .noErrors { return answer.tag == tag }
        return answer.tag &- firstTag <= tag &- firstTag
    }

    /// The answer when it is of the kind and to the datagram that is waited for.
    private func answer(
        _ datagram: [UInt8],
        _ kind: Packet.Payload,
        _ exchange: KeyExchange
    ) throws(WireError) -> KeyExchangeAnswer? {
        let packet = try Packet(plain: datagram)
        guard packet.payloadType == kind else { return nil }
        let answer = try KeyExchangeAnswer(packet)
        guard isAwaited(answer, kind) else { return nil }
        guard answer.status != .noErrors || answer.consoleSessionID == exchange.consoleSessionID else { return nil }
        return answer
    }

    private mutating func receivedOpenSession(
        _ datagram: [UInt8],
        _ exchange: KeyExchange,
        random: inout some RandomNumberGenerator
    ) throws -> Step {
        guard let answer = try answer(datagram, .openSessionResponse, exchange) else {
            return .ignored("another answer")
        }
        guard answer.status == .noErrors else { return refused(answer.status, at: .openSession, random: &random) }
        let opened = try OpenedSession(answer)
        let proposed = [exchange.suite.authentication, exchange.suite.integrity, exchange.suite.confidentiality]
        guard opened.algorithms == proposed else {
            return nextSuite(random: &random) ?? fail(.downgraded(algorithms: opened.algorithms))
        }
        var exchange = exchange
        exchange.bmcSessionID = opened.bmcSessionID
        attempt = 1
        phase = .rakp2(exchange)
        return .send(rakp1Datagram(exchange))
    }

    private mutating func receivedRAKP2(
        _ datagram: [UInt8],
        _ exchange: KeyExchange,
        random: inout some RandomNumberGenerator
    ) throws -> Step {
        guard var answer = try answer(datagram, .rakp2, exchange) else { return .ignored("another answer") }
        guard answer.status == .noErrors else { return refused(answer.status, at: .rakp2, random: &random) }
        var exchange = exchange
        exchange.bmcRandom = try [UInt8](answer.rest.read(16))
        exchange.bmcGUID = try [UInt8](answer.rest.read(16))
        let code = try answer.rest.read(exchange.suite.codeLength)
        guard equalInConstantTime(exchange.rakp2Code(identity), code) else {
            let farewell = exchange.rakp3(tag: nextTag(), status: .invalidIntegrityCheck).plainDatagram()
            return fail(.wrongPassword, farewell: farewell)
        }
        attempt = 1
        phase = .rakp4(exchange, exchange.sessionIntegrityKey(identity))
        return .send(rakp3Datagram(exchange))
    }

    private mutating func receivedRAKP4(
        _ datagram: [UInt8],
        _ exchange: KeyExchange,
        sessionKey: [UInt8]
    ) throws -> Step {
        guard var answer = try answer(datagram, .rakp4, exchange) else { return .ignored("another answer") }
        guard answer.status == .noErrors else { return refused(answer.status, at: .rakp4) }
        let check = try answer.rest.read(exchange.suite.integrityLength)
        guard equalInConstantTime(exchange.rakp4Check(sessionIntegrityKey: sessionKey), check) else {
            return fail(.sessionKeyDiffers)
        }
        let keys = SessionKeys(suite: exchange.suite, sessionIntegrityKey: sessionKey)
        phase = .open(
            OpenState(
                keys: keys,
                consoleSessionID: exchange.consoleSessionID,
                bmcSessionID: exchange.bmcSessionID
            )
        )
        return .opened
    }

    private mutating func refused(
        _ status: RAKPStatus,
        at point: IPMIFailure.Point,
        random: inout some RandomNumberGenerator
    ) -> Step {
        if status.refusesSuite, let step = nextSuite(random: &random) { return step }
        return refused(status, at: point)
    }

    private mutating func refused(_ status: RAKPStatus, at point: IPMIFailure.Point) -> Step {
        fail(status.refusesUser ? .userRefused(status) : .refused(status, at: point))
    }

    // MARK: Commands

    private mutating func sendPending(
        _ state: inout OpenState,
        random: inout some RandomNumberGenerator
    ) throws(IPMIFailure) -> [UInt8] {
        guard let request = state.pending else { throw .notOpen }
        // A repeated command keeps its own number; the packet gets a new one, or the BMC takes it for a replay.
        let message = LANMessage.write(request, sequence: state.requestNumber)
        defer { phase = .open(state) }
        return try state.datagram(.message, message, random: &random)
    }

    private mutating func receivedMessage(_ datagram: [UInt8], _ state: OpenState) throws -> Step {
        var state = state
        let packet = try Packet(protected: datagram, keys: state.keys)
        guard packet.sessionID == state.consoleSessionID else { return .ignored("a packet of another session") }
        guard state.window.admit(packet.sequence) else { return .ignored("packet \(packet.sequence) was seen before") }
        phase = .open(state)
        if packet.payloadType == .serial { return .serial(packet.payload) }
        guard packet.payloadType == .message else { return .ignored("not a message") }
        let (response, number) = try LANMessage.readResponse(packet.payload)
        guard let pending = state.pending, number == state.requestNumber, response.command == pending.command,
            response.networkFunction == pending.networkFunction | 1
        else { return .ignored("the answer to an earlier command") }
        state.pending = nil
        phase = .open(state)
        return .answered(response)
    }

    /// The datagram that closes the session, to be sent once without waiting; the session is over.
    public mutating func close(random: inout some RandomNumberGenerator) -> [UInt8]? {
        let datagram = farewell(random: &random)
        phase = .over
        return datagram
    }

    private mutating func farewell(random: inout some RandomNumberGenerator) -> [UInt8]? {
        guard case .open(var state) = phase else { return nil }
        state.pending = .closeSession(state.bmcSessionID)
        state.requestNumber = (state.requestNumber + 1) & 0x3F
        return try? sendPending(&state, random: &random)
    }
}

extension RandomNumberGenerator {
    mutating func octets(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}

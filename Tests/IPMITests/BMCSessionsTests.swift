import Octets
import TestSupport
import Testing

@testable import IPMI

/// The BMC's end of a session, with our console's end and with recorded ones.
struct BMCSessionsTests {
    private static let peer = BMCSessions.Peer(address: IPv4Address(rawValue: 0x7F00_0001), port: 40000)
    private static let guid = [UInt8](0xA0..<0xB0)

    private var random = SeededGenerator(seed: 11)

    private func sessions(
        suites: [CipherSuite] = CipherSuite.allCases,
        generatorKey: [UInt8] = [],
        sessions: Int = 5
    ) -> BMCSessions {
        var limits = BMCSessions.Limits()
        limits.sessions = sessions
        return BMCSessions(
            guid: Self.guid,
            users: [
                2: .init(name: "admin", password: Array("secret".utf8), privilege: .administrator),
                3: .init(name: "viewer", password: Array("look".utf8), privilege: .user),
                4: .init(name: "gone", password: Array("gone".utf8), privilege: .administrator, isEnabled: false),
            ],
            suites: suites,
            generatorKey: generatorKey,
            limits: limits
        )
    }

    /// Carries what one end says to the other until the console's end has something to tell.
    private mutating func talk(
        _ console: inout IPMISession,
        _ bmc: inout BMCSessions,
        _ first: [UInt8],
        at now: Duration = .zero
    ) throws -> IPMISession.Step {
        var datagram = first
        for _ in 0..<20 {
            let step = try talkOnce(&console, &bmc, datagram, at: now)
            guard case .send(let next) = step else { return step }
            datagram = next
        }
        throw CancellationError()
    }

    /// What the console's end makes of the answer to a datagram, or of there being none.
    private mutating func talkOnce(
        _ console: inout IPMISession,
        _ bmc: inout BMCSessions,
        _ datagram: [UInt8],
        at now: Duration = .zero
    ) throws -> IPMISession.Step {
        let answer: [UInt8]?
        switch bmc.received(datagram, from: Self.peer, at: now, random: &random) {
        case .answer(let octets): answer = octets
        case .command(let request, let caller):
            let data =
                request.request.command == 0x38
                ? ChannelAuthenticationCapabilities(
                    supportsVersion2: true,
                    needsGeneratorKey: bmc.hasGeneratorKey
                ).octets(channel: 1) : request.request.data
            answer = bmc.datagram(answering: request, of: caller, .success, data, at: now, random: &random)
        case .serial, .ignored: answer = nil
        }
        return answer.map { console.received($0, random: &random) } ?? console.timedOut(random: &random)
    }

    private mutating func loggedIn(
        _ bmc: inout BMCSessions,
        user: String = "admin",
        password: String = "secret",
        privilege: PrivilegeLevel = .administrator,
        suites: [CipherSuite] = CipherSuite.allCases,
        at now: Duration = .zero
    ) throws -> (IPMISession, IPMISession.Step) {
        var console = try IPMISession(username: user, password: password, suites: suites, privilege: privilege)
        let step = try talk(&console, &bmc, console.start(), at: now)
        return (console, step)
    }

    // MARK: Login

    @Test(arguments: CipherSuite.allCases)
    mutating func bothEndsComeToTheSameKeysAndCommandsGoThrough(suite: CipherSuite) throws {
        var bmc = sessions()
        var (console, step) = try loggedIn(&bmc, suites: [suite])
        #expect(step == .opened)
        #expect(bmc.activeCount == 1)
        let data = random.octets(30)
        let request = IPMIRequest(networkFunction: 0x06, command: 0x52, data: data)
        guard case .answered(let answer) = try talk(&console, &bmc, console.send(request, random: &random)) else {
            throw CancellationError()
        }
        #expect(answer.data == data)
        #expect(answer.networkFunction == 0x07)
    }

    @Test mutating func suitesThatItLacksAreRefusedSoThatTheNextIsTried() throws {
        var bmc = sessions(suites: [.sha1])
        let (console, step) = try loggedIn(&bmc)
        #expect(step == .opened)
        #expect(console.suite == .sha1)
        let (_, refused) = try loggedIn(&bmc, suites: [.sha256])
        #expect(refused == .failed(.refused(.invalidAuthentication, at: .openSession), farewell: nil))
    }

    /// Authentication, integrity, confidentiality (0xFF leaves it open), and what is said to it.
    struct Proposal: Sendable {
        var algorithms: [UInt8]
        var status: UInt8

        init(_ authentication: UInt8, _ integrity: UInt8, _ confidentiality: UInt8, status: UInt8) {
            algorithms = [authentication, integrity, confidentiality]
            self.status = status
        }
    }

    static let proposals = [
        Proposal(0x01, 0x01, 0x01, status: 0x00),
        Proposal(0x03, 0x04, 0x01, status: 0x00),
        Proposal(0xFF, 0xFF, 0xFF, status: 0x00),
        Proposal(0x00, 0x00, 0x00, status: 0x04),
        Proposal(0x02, 0x02, 0x01, status: 0x04),
        Proposal(0x03, 0x02, 0x01, status: 0x05),
        Proposal(0x01, 0x01, 0x00, status: 0x10),
        Proposal(0x03, 0x01, 0x01, status: 0x11),
        Proposal(0x01, 0x04, 0x01, status: 0x11),
    ]

    @Test(arguments: proposals)
    mutating func proposalsGetTheStatusOfTheTable(proposal: Proposal) throws {
        var bmc = sessions()
        var payload: [UInt8] = [9, 4, 0, 0, 1, 2, 3, 4]
        for (kind, algorithm) in proposal.algorithms.enumerated() {
            let length: UInt8 = algorithm == 0xFF ? 0 : 8
            payload += [UInt8(kind), 0, 0, length, algorithm & 0x3F, 0, 0, 0]
        }
        let packet = Packet(payloadType: .openSessionRequest, payload: payload)
        let said = bmc.received(packet.plainDatagram(), from: Self.peer, at: .zero, random: &random)
        guard case .answer(let octets) = said else { throw CancellationError() }
        let answer = try KeyExchangeAnswer(Packet(plain: octets))
        #expect(answer.tag == 9)
        #expect(answer.status.rawValue == proposal.status)
        #expect(answer.consoleSessionID == 0x0403_0201)
    }

    @Test mutating func wrongNamesPasswordsAndPrivilegesAreToldApart() throws {
        var bmc = sessions()
        let (_, password) = try loggedIn(&bmc, password: "other")
        guard case .failed(.wrongPassword, let farewell?) = password else { throw CancellationError() }
        guard case .ignored = bmc.received(farewell, from: Self.peer, at: .zero, random: &random) else {
            throw CancellationError()
        }
        #expect(bmc.sessions.isEmpty, "the console's farewell frees the place")
        for user in ["nobody", "gone", ""] {
            let (_, step) = try loggedIn(&bmc, user: user)
            #expect(step == .failed(.userRefused(.unauthorizedName), farewell: nil), "\(user)")
        }
        let (_, role) = try loggedIn(&bmc, user: "viewer", password: "look")
        #expect(role == .failed(.userRefused(.unauthorizedRole), farewell: nil))
        let (_, viewer) = try loggedIn(&bmc, user: "viewer", password: "look", privilege: .user)
        #expect(viewer == .opened)
        let id = try #require(bmc.activeSessions.first)
        let raised = bmc.setPrivilege(.operator, of: id)
        #expect(!raised)
        let kept = bmc.setPrivilege(.user, of: id)
        #expect(kept)
    }

    @Test mutating func aProofThatDoesNotFitIsRefused() throws {
        var bmc = sessions()
        var console = try IPMISession(username: "admin", password: "secret", suites: [.sha256])
        var step = IPMISession.Step.send(console.start())
        var asked: [UInt8] = []
        while case .send(let datagram) = step {
            asked = datagram
            if datagram[5] == Packet.Payload.rakp3.rawValue { break }
            guard case .answer(let octets) = received(&bmc, datagram) else { throw CancellationError() }
            step = console.received(octets, random: &random)
        }
        asked[asked.count - 1] ^= 1
        guard case .answer(let octets) = received(&bmc, asked) else { throw CancellationError() }
        #expect(try KeyExchangeAnswer(Packet(plain: octets)).status == .invalidIntegrityCheck)
        #expect(bmc.sessions.isEmpty)
    }

    /// Capabilities are answered as a BMC does; the rest is a login's.
    private mutating func received(_ bmc: inout BMCSessions, _ datagram: [UInt8]) -> BMCSessions.Received {
        let said = bmc.received(datagram, from: Self.peer, at: .zero, random: &random)
        guard case .command(let request, let caller) = said else { return said }
        let data = ChannelAuthenticationCapabilities(supportsVersion2: true, needsGeneratorKey: false).octets(
            channel: 1
        )
        let octets = bmc.datagram(answering: request, of: caller, .success, data, at: .zero, random: &random)
        return octets.map { .answer($0) } ?? said
    }

    @Test mutating func aGeneratorKeyIsNeededWhereThereIsOne() throws {
        var bmc = sessions(generatorKey: [1, 2, 3])
        let (_, without) = try loggedIn(&bmc)
        #expect(without == .failed(.sessionKeyDiffers, farewell: nil))
        var console = try IPMISession(username: "admin", password: "secret", generatorKey: [1, 2, 3])
        let step = try talk(&console, &bmc, console.start())
        #expect(step == .opened)
    }

    // MARK: Room and time

    @Test mutating func loginsLeftInTheMiddleMakeRoomAndSessionsDoNot() throws {
        var bmc = sessions(sessions: 3)
        for seconds in 0..<3 {
            var console = try IPMISession(username: "admin", password: "secret")
            _ = console.start()
            let exchange = KeyExchange(suite: .sha1, consoleSessionID: 7, consoleRandom: [])
            let open = exchange.openSessionRequest(tag: 1, privilege: .administrator).plainDatagram()
            _ = bmc.received(open, from: Self.peer, at: .seconds(seconds), random: &random)
        }
        #expect(bmc.sessions.count == 3)
        for _ in 0..<3 {
            let step = try loggedIn(&bmc, at: .seconds(4)).1
            #expect(step == .opened)
        }
        let (_, step) = try loggedIn(&bmc, at: .seconds(5))
        #expect(step == .failed(.refused(.insufficientResources, at: .openSession), farewell: nil))
        let later = try loggedIn(&bmc, at: .seconds(65)).1
        #expect(later == .opened, "those that said nothing for a minute are over")
    }

    @Test mutating func aUserIsLockedOutAfterSoManyWrongPasswords() throws {
        var bmc = sessions()
        bmc.lockOut = 2
        for _ in 0..<2 {
            guard case .failed(.wrongPassword, let farewell?) = try loggedIn(&bmc, password: "other").1 else {
                throw CancellationError()
            }
            _ = bmc.received(farewell, from: Self.peer, at: .zero, random: &random)
        }
        let locked = try loggedIn(&bmc).1
        #expect(locked == .failed(.userRefused(.unauthorizedName), farewell: nil))
        bmc.lockOut = nil
        let opened = try loggedIn(&bmc).1
        #expect(opened == .opened)
    }

    /// Who has asked again before the refusal came is told no better by the answer to that: the login is unknown by then.
    @Test mutating func aRefusalThatComesLateIsARefusal() throws {
        var bmc = sessions()
        bmc.lockOut = 0
        var console = try IPMISession(username: "admin", password: "secret")
        guard case .send(let open) = try talkOnce(&console, &bmc, console.start()),
            case .send(let name) = try talkOnce(&console, &bmc, open),
            case .answer(let refusal) = bmc.received(name, from: Self.peer, at: .zero, random: &random),
            case .send = console.timedOut(random: &random)
        else { throw CancellationError() }
        let step = console.received(refusal, random: &random)
        #expect(step == .failed(.userRefused(.unauthorizedName), farewell: nil))
    }

    // MARK: Packets

    @Test mutating func packetsSeenBeforeChangedOrOfNobodyAreIgnored() throws {
        var bmc = sessions()
        var (console, _) = try loggedIn(&bmc)
        let datagram = try console.send(.chassisStatus, random: &random)
        var changed = datagram
        changed[40] ^= 1
        var stranger = datagram
        stranger[6] ^= 1
        func isCommand(_ datagram: [UInt8]) -> Bool {
            let said = bmc.received(datagram, from: Self.peer, at: .zero, random: &random)
            if case .command = said { return true }
            return false
        }
        let isTaken = [changed, stranger, datagram, datagram].map { isCommand($0) }
        #expect(isTaken == [false, false, true, false])
    }

    @Test mutating func aCommandAskedAgainIsAnsweredAndNotCarriedOutAgain() throws {
        var bmc = sessions()
        var (console, _) = try loggedIn(&bmc)
        let first = try console.send(.chassisControl(.hardReset), random: &random)
        let said = bmc.received(first, from: Self.peer, at: .zero, random: &random)
        guard case .command(let request, let caller) = said else { throw CancellationError() }
        let lost = bmc.datagram(answering: request, of: caller, .success, [], at: .zero, random: &random)
        #expect(lost != nil)
        guard case .send(let second) = console.timedOut(random: &random) else { throw CancellationError() }
        guard case .answer(let octets) = received(&bmc, second) else { throw CancellationError() }
        guard case .answered(let answer) = console.received(octets, random: &random) else { throw CancellationError() }
        #expect(answer.completion == .success)
    }

    /// Whatever comes, at whatever point, is refused without a trap and opens nothing.
    @Test(arguments: 0..<40 as Range<UInt64>)
    mutating func noiseOpensNoSession(seed: UInt64) throws {
        var noise = SeededGenerator(seed: seed)
        var bmc = sessions()
        var console = try IPMISession(username: "admin", password: "secret")
        var datagram = console.start()
        for _ in 0..<6 {
            for _ in 0..<30 {
                var bad = datagram
                switch Int.random(in: 0..<3, using: &noise) {
                case 0: bad.removeLast(Int.random(in: 1...bad.count, using: &noise))
                case 1: bad = Array(bad.prefix(6)) + noise.octets(Int.random(in: 0...80, using: &noise))
                default:
                    // What authenticates comes last in RAKP 3 and in every packet.
                    bad[bad.count - 1] ^= UInt8.random(in: 1...255, using: &noise)
                }
                var copy = bmc
                let before = copy.activeCount
                _ = copy.received(bad, from: Self.peer, at: .zero, random: &noise)
                #expect(copy.activeCount == before)
            }
            guard case .answer(let octets) = received(&bmc, datagram),
                case .send(let next) = console.received(octets, random: &random)
            else { return }
            datagram = next
        }
    }
}

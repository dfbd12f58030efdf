import TestSupport
import Testing

@testable import IPMI

struct SessionTests {
    var random = SeededGenerator(seed: 1)

    /// Lets the two talk until the session has something to say to its caller.
    mutating func talk(
        _ session: inout IPMISession,
        _ bmc: inout SimulatedBMC,
        _ first: [UInt8]
    ) throws -> IPMISession.Step {
        var datagram = first
        var timeouts = 0
        for _ in 0..<50 {
            let step: IPMISession.Step
            if let answer = try bmc.answer(datagram) {
                step = session.received(answer, random: &random)
            } else {
                timeouts += 1
                step = session.timedOut(random: &random)
            }
            guard case .send(let next) = step else { return step }
            datagram = next
        }
        Issue.record("no end after 50 datagrams")
        return .ignored("")
    }

    mutating func opened(
        _ bmc: inout SimulatedBMC,
        generatorKey: [UInt8] = []
    ) throws -> IPMISession {
        var session = try IPMISession(username: "admin", password: "secret", generatorKey: generatorKey)
        let step = try talk(&session, &bmc, session.start())
        #expect(step == .opened)
        return session
    }

    @Test(arguments: CipherSuite.allCases)
    mutating func aSessionIsOpenedUsedAndClosed(suite: CipherSuite) throws {
        var bmc = SimulatedBMC(suites: [suite])
        var session = try opened(&bmc)
        #expect(session.suite == suite)

        let raise = try session.send(.setSessionPrivilege(.administrator), random: &random)
        guard case .answered(let raised) = try talk(&session, &bmc, raise) else { throw CancellationError() }
        #expect(raised.completion == .success)
        #expect(bmc.privilege == 4)

        let ask = try session.send(.chassisStatus, random: &random)
        guard case .answered(let status) = try talk(&session, &bmc, ask) else { throw CancellationError() }
        #expect(try ChassisStatus(status.data).isPowerOn)

        let closed = session.close(random: &random)
        let farewell = try #require(closed)
        _ = try bmc.answer(farewell)
        #expect(bmc.isClosed)
    }

    @Test mutating func serialPayloadsGoBesideTheCommands() throws {
        var bmc = SimulatedBMC()
        var session = try opened(&bmc)
        let ask = try session.send(.chassisStatus, random: &random)
        let typed = try session.send(serial: [1, 0, 0, 0, 0x41], random: &random)
        let keys = try #require(bmc.keys)
        let packet = try Packet(protected: typed, keys: keys)
        #expect(packet.payloadType == .serial)
        #expect(packet.sequence == 2)
        #expect(packet.payload == [1, 0, 0, 0, 0x41])

        let shown = session.received(try bmc.protected([0, 1, 1, 0], .serial), random: &random)
        #expect(shown == .serial([0, 1, 1, 0]))
        guard case .answered(let status) = try talk(&session, &bmc, ask) else { throw CancellationError() }
        #expect(status.command == 0x01, "the command is still under way")

        var before = try IPMISession(username: "admin", password: "secret")
        #expect(throws: IPMIFailure.notOpen) { _ = try before.send(serial: [], random: &random) }
    }

    @Test mutating func sha256IsProposedFirstAndSHA1AfterARefusal() throws {
        for refusal in [0x04, 0x05, 0x09, 0x11] as [UInt8] {
            var bmc = SimulatedBMC(suites: [.sha1], refusal: refusal)
            let suite = try opened(&bmc).suite
            #expect(suite == .sha1)
        }
    }

    @Test mutating func aBMCThatIsSilentOnSHA256IsAskedForSHA1() throws {
        var bmc = SimulatedBMC(suites: [.sha1], refusal: nil)
        let suite = try opened(&bmc).suite
        #expect(suite == .sha1)
    }

    @Test mutating func aWrongPasswordIsToldApartFromSilence() throws {
        var bmc = SimulatedBMC(password: "other")
        var session = try IPMISession(username: "admin", password: "secret")
        guard case .failed(let failure, let farewell) = try talk(&session, &bmc, session.start()) else {
            throw CancellationError()
        }
        #expect(failure == .wrongPassword)
        #expect(failure.isAboutCredentials)
        let told = try #require(farewell)
        _ = try bmc.answer(told)
        #expect(bmc.statusOfRAKP3 == 0x0F, "the BMC is told, so that it frees the session")

        var silent = try IPMISession(username: "admin", password: "secret")
        _ = silent.start()
        var steps = 0
        var step = silent.timedOut(random: &random)
        while case .send = step {
            steps += 1
            step = silent.timedOut(random: &random)
        }
        #expect(step == .failed(.timeout(.capabilities), farewell: nil))
        #expect(steps == IPMISession.attempts - 1)
    }

    @Test mutating func anUnknownUserIsARefusalOfTheUser() throws {
        var bmc = SimulatedBMC(username: "root")
        var session = try IPMISession(username: "admin", password: "secret")
        let step = try talk(&session, &bmc, session.start())
        #expect(step == .failed(.userRefused(.unauthorizedName), farewell: nil))
    }

    @Test mutating func aDowngradeIsNotAccepted() throws {
        var bmc = SimulatedBMC(suites: [.sha256, .sha1], choosesAuthentication: 0)
        var session = try IPMISession(username: "admin", password: "secret")
        let step = try talk(&session, &bmc, session.start())
        #expect(step == .failed(.downgraded(algorithms: [0, 1, 1]), farewell: nil))
    }

    @Test mutating func aKeyOfTheBMCsOwnIsNeededWhereItHasOne() throws {
        var bmc = SimulatedBMC(generatorKey: [1, 2, 3])
        _ = try opened(&bmc, generatorKey: [1, 2, 3])
        var other = SimulatedBMC(generatorKey: [1, 2, 3])
        var session = try IPMISession(username: "admin", password: "secret")
        let step = try talk(&session, &other, session.start())
        #expect(step == .failed(.sessionKeyDiffers, farewell: nil))
    }

    @Test mutating func aBMCOfVersion15IsRefused() throws {
        var bmc = SimulatedBMC(supportsVersion2: false)
        var session = try IPMISession(username: "admin", password: "secret")
        let step = try talk(&session, &bmc, session.start())
        #expect(step == .failed(.noVersion2, farewell: nil))
    }

    @Test mutating func anAnswerSaidTwiceOrChangedOrLateIsIgnored() throws {
        var bmc = SimulatedBMC()
        var session = try opened(&bmc)
        let ask = try session.send(.chassisStatus, random: &random)
        let reply = try bmc.answer(ask)
        let answer = try #require(reply)
        var changed = answer
        changed[40] ^= 1
        guard case .ignored = session.received(changed, random: &random) else { throw CancellationError() }
        guard case .answered = session.received(answer, random: &random) else { throw CancellationError() }

        let again = try session.send(.chassisStatus, random: &random)
        guard case .ignored = session.received(answer, random: &random) else { throw CancellationError() }
        let late = try bmc.protected([0x81, 0x04, 0x7B, 0x20, 0x04, 0x01, 0, 1, 0, 0, 0xDA])
        guard case .ignored = session.received(late, random: &random) else { throw CancellationError() }
        guard case .answered = try talk(&session, &bmc, again) else { throw CancellationError() }
    }

    @Test mutating func aRepeatedCommandKeepsItsNumberInANewPacket() throws {
        var bmc = SimulatedBMC()
        var session = try opened(&bmc)
        let keys = try #require(bmc.keys)
        let first = try Packet(protected: session.send(.chassisStatus, random: &random), keys: keys)
        guard case .send(let datagram) = session.timedOut(random: &random) else { throw CancellationError() }
        let second = try Packet(protected: datagram, keys: keys)
        #expect(first.payload == second.payload)
        #expect(second.sequence == first.sequence + 1)
    }

    /// Whatever comes, at whatever point, is refused without a trap and changes nothing.
    @Test(arguments: 0..<40 as Range<UInt64>)
    mutating func noiseIsIgnored(seed: UInt64) throws {
        var noise = SeededGenerator(seed: seed)
        var bmc = SimulatedBMC()
        var session = try IPMISession(username: "admin", password: "secret")
        var datagram = session.start()
        for _ in 0..<10 {
            guard let answer = try bmc.answer(datagram) else { break }
            for _ in 0..<20 {
                var bad = answer
                if !bad.isEmpty, Bool.random(using: &noise) {
                    bad.removeLast(Int.random(in: 1...bad.count, using: &noise))
                } else {
                    bad = Array(bad.prefix(4)) + noise.octets(Int.random(in: 0...80, using: &noise))
                }
                var copy = session
                _ = copy.received(bad, random: &random)
            }
            guard case .send(let next) = session.received(answer, random: &random) else { return }
            datagram = next
        }
    }

    @Test func credentialsThatIPMICannotCarryAreRefused() {
        #expect(throws: IPMIFailure.credentialsTooLong) {
            _ = try IPMISession(username: "admin", password: "123456789012345678901")
        }
        #expect(throws: IPMIFailure.credentialsTooLong) {
            _ = try IPMISession(username: "a-name-of-17-bytes", password: "x")
        }
    }
}

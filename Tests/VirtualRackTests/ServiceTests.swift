import IPMI
import Octets
import TestSupport
import Testing

@testable import VirtualRack

/// The BMC's value alone: no socket, and time as it is told.
struct ServiceTests {
    private static let peer = BMCSessions.Peer(address: IPv4Address(rawValue: 0x7F00_0001), port: 40000)
    private static let start = Duration.seconds(1_800_000_000)

    /// A BMC, its machine and a console that is logged in.
    private struct Bench {
        var service: IPMIService
        var around: IPMIService.Surroundings
        var random = SeededGenerator(seed: 4)
        var orders: [IPMIService.Order] = []
        var typed: [UInt8] = []
        var moves: [IPv4Address] = []

        init(port: UInt16 = 623) throws {
            let machine = RackDefinition.Machine(
                name: "alpha",
                firmware: .uefi,
                uuid: "6f1c3a52-8f0e-4d4b-9c57-2f2d3f6f8a11",
                serial: "VR-0001",
                macs: ["52:54:00:12:34:56"],
                disks: [],
                bmc: .init(
                    transport: .ipmi,
                    implementation: .own,
                    address: "10.77.0.11",
                    username: "admin",
                    password: "secret"
                )
            )
            let described = try IPMIMachine(machine, on: .init(namespace: "none"), port: port)
            service = IPMIService(machine: described, at: ServiceTests.start)
            around = IPMIService.Surroundings(now: ServiceTests.start)
        }

        /// The datagrams that an event leads to; the machine does at once what it is told.
        mutating func handle(_ event: IPMIService.Event) -> [[UInt8]] {
            var sent: [[UInt8]] = []
            for effect in service.handle(event, in: around, random: &random) {
                switch effect {
                case .send(let octets, _, _): sent.append(octets)
                case .order(let order):
                    orders.append(order)
                    if order == .powerOn { around.power = .on }
                    if order == .powerOff { around.power = .off }
                    if order != .powerOff, order != .pressPowerButton {
                        around.starts += 1
                        _ = around.bootOverride.consume()
                    }
                case .setBootOverride(let override): around.bootOverride = override
                case .type(let characters): typed += characters
                case .move(let address): moves.append(address)
                case .sendBreak, .faultIsOver: break
                }
            }
            return sent
        }

        mutating func wait(_ time: Duration) {
            around.now += time
            _ = handle(.timer)
        }

        mutating func login(
            user: String = "admin",
            privilege: PrivilegeLevel = .administrator
        ) throws -> IPMISession {
            var console = try IPMISession(username: user, password: "secret", privilege: privilege)
            var step = IPMISession.Step.send(console.start())
            while case .send(let datagram) = step {
                let answer = try #require(handle(.datagram(datagram, from: ServiceTests.peer)).first)
                step = console.received(answer, random: &random)
            }
            try #require(step == .opened)
            if privilege > .user {
                #expect(try ask(&console, .setSessionPrivilege(privilege)).completion == .success)
            }
            return console
        }

        mutating func ask(_ console: inout IPMISession, _ request: IPMIRequest) throws -> IPMIResponse {
            let datagram = try console.send(request, random: &random)
            let answers = handle(.datagram(datagram, from: ServiceTests.peer))
            guard let answer = answers.first,
                case .answered(let response) = console.received(answer, random: &random)
            else { throw CancellationError() }
            return response
        }

        mutating func flags(_ console: inout IPMISession) throws -> BootFlags {
            try BootFlags(ask(&console, .bootFlags).data)
        }
    }

    // MARK: Boot options

    @Test func bootFlagsEndAfterAMinuteUnlessTheTimerIsMasked() throws {
        var bench = try Bench()
        var console = try bench.login()
        let pxe = BootFlags(device: .pxe, isPersistent: false, isUEFI: true)
        _ = try bench.ask(&console, .setBootFlags(pxe))
        #expect(try bench.flags(&console) == pxe)
        #expect(bench.service.wakeAt == bench.around.now + .seconds(60))
        bench.wait(.seconds(59))
        #expect(try bench.flags(&console).isValid)
        bench.wait(.seconds(1))
        #expect(try bench.flags(&console) == BootFlags(device: .pxe, isPersistent: false, isUEFI: true, isValid: false))
        #expect(bench.around.bootOverride == .disabled)

        _ = try bench.ask(&console, .keepBootFlagsUntilBoot)
        _ = try bench.ask(&console, .setBootFlags(pxe))
        for _ in 0..<10 {
            bench.wait(.seconds(30))
            #expect(try bench.flags(&console).isValid, "longer than a minute")
        }
        #expect(bench.around.bootOverride == BootOverride(target: .network, duration: .once))
    }

    @Test func aStartUsesUpFlagsThatAreForOneStart() throws {
        for isPersistent in [false, true] {
            var bench = try Bench()
            var console = try bench.login()
            _ = try bench.ask(
                &console,
                .setBootFlags(BootFlags(device: .pxe, isPersistent: isPersistent, isUEFI: true))
            )
            _ = try bench.ask(&console, .chassisControl(.powerUp))
            #expect(bench.orders == [.powerOn])
            let flags = try bench.flags(&console)
            #expect(flags.isValid == isPersistent)
            #expect(flags.isUEFI == isPersistent)
        }
    }

    @Test func twoWhoSetBootOptionsAtOnceAreToldSo() throws {
        var bench = try Bench()
        var console = try bench.login()
        #expect(try bench.ask(&console, .setBootOptionsInProgress(true)).completion == .success)
        #expect(try bench.ask(&console, .setBootOptionsInProgress(true)).completion.rawValue == 0x81)
        #expect(try bench.ask(&console, .setBootOptionsInProgress(false)).completion == .success)
        #expect(try bench.ask(&console, .setBootOptionsInProgress(true)).completion == .success)
        // Only the bits of the mask change.
        func acknowledgement() throws -> [UInt8] {
            try bench.ask(&console, IPMIRequest(networkFunction: 0, command: 9, data: [4, 0, 0])).data
        }
        _ = try bench.ask(&console, IPMIRequest(networkFunction: 0, command: 8, data: [4, 0x1F, 0x15]))
        _ = try bench.ask(&console, IPMIRequest(networkFunction: 0, command: 8, data: [4, 0x01, 0x00]))
        #expect(try acknowledgement() == [0x01, 0x04, 0x00, 0x14])
        let unknown = try bench.ask(&console, IPMIRequest(networkFunction: 0, command: 9, data: [0x60, 0, 0]))
        #expect(unknown.completion.rawValue == 0x80)
    }

    // MARK: Sessions

    @Test func aSessionThatIsSilentForAMinuteIsOver() throws {
        var bench = try Bench()
        var console = try bench.login()
        bench.wait(.seconds(59))
        #expect(try bench.ask(&console, .chassisStatus).completion == .success)
        bench.wait(.seconds(60))
        let late = try console.send(.chassisStatus, random: &bench.random)
        #expect(bench.handle(.datagram(late, from: Self.peer)).isEmpty)
    }

    @Test func aSessionThatIsClosedAnswersOnceMoreAndNeverAgain() throws {
        var bench = try Bench()
        var console = try bench.login()
        let closing = console.close(random: &bench.random)
        let farewell = try #require(closing)
        #expect(bench.handle(.datagram(farewell, from: Self.peer)).count == 1)
        #expect(bench.service.sessions.activeCount == 0)
        #expect(bench.handle(.datagram(farewell, from: Self.peer)).isEmpty)
    }

    @Test func privilegesAreHeld() throws {
        var bench = try Bench()
        var console = try bench.login(privilege: .user)
        #expect(try bench.ask(&console, .chassisStatus).completion == .success)
        for request in [
            IPMIRequest.chassisControl(.powerUp),
            .setBootFlags(BootFlags(device: .pxe, isPersistent: false, isUEFI: true)),
            IPMIRequest(networkFunction: 0x0A, command: 0x47, data: [1, 0, 0x43, 0x4C, 0x52, 0xAA]),
            IPMIRequest(networkFunction: 0x06, command: 0x47, data: [2, 2] + [UInt8](repeating: 0, count: 16)),
        ] {
            #expect(try bench.ask(&console, request).completion == .insufficientPrivilege)
        }
        #expect(bench.orders.isEmpty)
        #expect(try bench.ask(&console, .setSessionPrivilege(.administrator)).completion.rawValue == 0x81)
    }

    // MARK: Records

    @Test func aReservationIsLostToALaterOne() throws {
        var bench = try Bench()
        var console = try bench.login()
        func ask(_ command: UInt8, _ data: [UInt8]) throws -> IPMIResponse {
            try bench.ask(&console, IPMIRequest(networkFunction: 0x0A, command: command, data: data))
        }
        let first = try ask(0x42, []).data
        _ = try ask(0x42, [])
        #expect(try ask(0x47, first + [0x43, 0x4C, 0x52, 0xAA]).completion == .reservationCancelled)
        let sdr = try ask(0x22, []).data
        _ = try ask(0x22, [])
        #expect(try ask(0x23, sdr + [0, 0, 5, 8]).completion == .reservationCancelled)
        #expect(try ask(0x23, [0, 0, 0, 0, 0, 0xFF]).completion == .success, "from the start it needs none")
        #expect(try ask(0x23, [0, 0, 0x99, 0, 0, 0xFF]).completion == .notPresent)
        #expect(try ask(0x11, [0, 0xFF, 0x7F, 8]).completion == .outOfRange)
        #expect(try ask(0x11, [7, 0, 0, 8]).completion == .notPresent)
    }

    @Test func theLogFillsUpAndSaysSo() throws {
        var log = EventLog(at: Self.start)
        for _ in 0..<600 { log.add(.power(.on), at: Self.start) }
        #expect(log.records.count == EventLog.room)
        #expect(log.info.hasOverflown)
        #expect(log.info.free == 0)
        log.clear(at: Self.start)
        #expect(log.info.count == 0 && !log.info.hasOverflown)
    }

    // MARK: The console

    @Test func aConsoleThatIsTakenAwayIsToldSo() throws {
        var bench = try Bench()
        var first = try bench.login()
        var second = try bench.login()
        #expect(try bench.ask(&first, .activateSerial).completion == .success)
        #expect(try bench.ask(&second, .activateSerial).completion == .payloadHasThatState)
        let datagram = try second.send(.deactivateSerial, random: &bench.random)
        var told: SOLPacket?
        for octets in bench.handle(.datagram(datagram, from: Self.peer)) {
            if case .serial(let payload) = first.received(octets, random: &bench.random) {
                told = try SOLPacket(payload)
            }
        }
        #expect(told?.flags == .inactive)
        // What the first one types now goes nowhere.
        let typed = SOLPacket(sequence: 1, characters: [0x41]).octets
        #expect(try bench.handle(.datagram(first.send(serial: typed, random: &bench.random), from: Self.peer)).isEmpty)
        #expect(bench.typed.isEmpty)
    }

    @Test func theMachinesWordsGoToWhoHasTheConsoleAndToNobodyElse() throws {
        var bench = try Bench()
        #expect(bench.handle(.serial(Array("unheard".utf8))).isEmpty)
        var console = try bench.login()
        _ = try bench.ask(&console, .activateSerial)
        #expect(bench.handle(.serial(Array("heard".utf8))).isEmpty, "more may follow")
        let due = try #require(bench.service.wakeAt)
        bench.around.now = due
        let sent = bench.handle(.timer)
        guard let octets = sent.first, case .serial(let payload) = console.received(octets, random: &bench.random)
        else {
            throw CancellationError()
        }
        #expect(try SOLPacket(payload).characters == Array("heard".utf8))
    }

    // MARK: Noise

    /// Commands of any function, number and data are answered and trap nothing.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func anyCommandIsAnswered(seed: UInt64) throws {
        var noise = SeededGenerator(seed: seed)
        var bench = try Bench()
        var console = try bench.login()
        for _ in 0..<300 {
            var request = IPMIRequest(
                networkFunction: [0x00, 0x04, 0x06, 0x0A, 0x0C, 0x2C, 0x3E].randomElement(using: &noise) ?? 0,
                command: UInt8.random(in: 0...0x60, using: &noise),
                data: noise.octets(Int.random(in: 0...24, using: &noise))
            )
            // These may end the session itself, or its user.
            if request.networkFunction == 0x06, [0x3B, 0x3C, 0x43, 0x45, 0x47].contains(request.command) {
                request.command = 0x01
            }
            let response = try bench.ask(&console, request)
            #expect(response.command == request.command)
            bench.wait(.milliseconds(Int.random(in: 0...900, using: &noise)))
        }
    }

    // MARK: Faults by word

    @Test(arguments: [
        "slow-answers 2.5s", "unavailable", "wrong-power-state", "ignored-boot-override", "dropped-session",
        "expired-certificate", "lost-answers 3", "out-of-sessions", "lock-out 3", "stranded-move",
        "expired-certificate", "lost-answers 3", "out-of-sessions", "lock-out 3",
        "lost-subscriptions", "no-event-service", "out-of-subscriptions",
    ])
    func faultsReadAsTheyAreWritten(text: String) {
        let fault = BMCFault(text)
        #expect(fault.map { "\($0)" } == text)
    }

    @Test func faultsComeAndGoByTheWordAndTheClock() {
        let faults = BMCFaults([.unavailable])
        let now = ContinuousClock.now
        #expect(faults.order("slow-answers 2s for 10s", at: now))
        #expect(faults.order("slow-answers 3s for 10s", at: now), "it takes the place of the other")
        #expect(faults.inForce(at: now) == [.unavailable, .slowAnswers(.seconds(3))])
        #expect(faults.inForce(at: now + .seconds(10)) == [.unavailable])
        for line in [
            "", "slow", "slow-answers", "slow-answers -1s", "lost-answers 0", "unavailable for ever", "clear a b",
        ] {
            #expect(!faults.order(line, at: now), "\(line)")
        }
        #expect(faults.order("clear unavailable", at: now))
        #expect(faults.inForce(at: now).isEmpty)
    }
}

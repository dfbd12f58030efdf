import IPMI
import Octets

/// One machine's IPMI 2.0 BMC, as a value: told what comes by the network, from the machine's serial port and with time,
/// it says what to send and what to do with the machine.
struct IPMIService: Sendable {
    /// How things are when something happens.
    struct Surroundings: Sendable {
        /// Since the beginning of 1970; never goes back.
        var now: Duration
        var power = PowerState.off
        /// How often the machine has started.
        var starts = 0
        var bootOverride = BootOverride.disabled
        var faults: [BMCFault] = []
    }

    enum Event: Sendable {
        case datagram([UInt8], from: BMCSessions.Peer)
        /// The machine wrote to its serial port.
        case serial([UInt8])
        /// ``wakeAt`` is past.
        case timer
    }

    enum Effect: Hashable, Sendable {
        case send([UInt8], to: BMCSessions.Peer, after: Duration)
        /// One after the other, without waiting for them: a machine takes its time, the BMC answers at once.
        case order(Order)
        /// Before the next event.
        case setBootOverride(BootOverride)
        /// For the machine's serial port.
        case type([UInt8])
        case sendBreak
        /// The BMC is at another address from now on, after what is sent beside this.
        case move(to: IPv4Address)
        /// The fault of this name has done its work.
        case faultIsOver(String)
    }

    enum Order: Hashable, Sendable {
        case powerOn, powerOff, powerCycle, reset, pressPowerButton
    }

    /// A command that is not carried out, and what is answered.
    struct Refusal: Error {
        var completion: CompletionCode

        init(_ completion: CompletionCode) {
            self.completion = completion
        }

        /// There is no such parameter of boot options, LAN or serial over LAN.
        static let unknownParameter = Self(CompletionCode(rawValue: 0x80))
    }

    struct Call {
        var request: IPMIRequest
        var caller: BMCSessions.Caller
        var around: Surroundings

        func hasFault(_ fault: BMCFault) -> Bool { around.faults.contains(fault) }
    }

    let machine: IPMIMachine
    var sessions: BMCSessions
    var boot = BootOptions()
    var chassis = ChassisMemory()
    var log: EventLog
    var sensors: SensorRepository
    var lan: LANMemory
    /// The session that has the machine's serial port.
    var console: (session: UInt32, port: SOLPort)?
    var effects: [Effect] = []
    private var answers = 0

    /// - Parameter now: when the BMC starts, since the beginning of 1970.
    init(machine: IPMIMachine, limits: BMCSessions.Limits = BMCSessions.Limits(), at now: Duration) {
        self.machine = machine
        sessions = BMCSessions(guid: machine.guid, users: machine.users, suites: machine.suites, limits: limits)
        sensors = SensorRepository(machine: machine, at: now)
        lan = LANMemory(machine)
        log = EventLog(at: now)
    }

    /// When ``Event/timer`` is due; nil for never.
    var wakeAt: Duration? { [console?.port.wakeAt, boot.expiresAt].compactMap { $0 }.min() }

    /// What something leads to, in order.
    mutating func handle(
        _ event: Event,
        in around: Surroundings,
        random: inout some RandomNumberGenerator
    ) -> [Effect] {
        effects = []
        sessions.expire(at: around.now)
        notice(around)
        switch event {
        case .datagram(let octets, let peer): received(octets, from: peer, around, &random)
        case .serial(let characters): withConsole(around, &random) { $0.machineWrote(characters, at: around.now) }
        case .timer: withConsole(around, &random) { $0.timerFired(at: around.now) }
        }
        return effects
    }

    /// What changed outside since the last event.
    private mutating func notice(_ around: Surroundings) {
        if let console, !sessions.isActive(console.session) { self.console = nil }
        if let override = boot.notice(around.bootOverride, starts: around.starts, at: around.now) {
            effects.append(.setBootOverride(override))
        }
        if let power = chassis.notice(around.power) { log.add(.power(power), at: around.now) }
        sessions.isFull = around.faults.contains(.outOfSessions)
        let limits: [Int] = around.faults.compactMap { if case .lockOut(let count) = $0 { count } else { nil } }
        if sessions.lockOut != limits.first { sessions.lockOut = limits.first }
    }

    // MARK: Datagrams

    private mutating func received(
        _ datagram: [UInt8],
        from peer: BMCSessions.Peer,
        _ around: Surroundings,
        _ random: inout some RandomNumberGenerator
    ) {
        if lan.hasMoved, around.faults.contains(.strandedMove) { return }
        if around.faults.contains(.droppedSession), sessions.activeCount > 0, BMCSessions.isProtected(datagram) {
            sessions.endAll()
            console = nil
            return effects.append(.faultIsOver(BMCFault.droppedSession.name))
        }
        switch sessions.received(datagram, from: peer, at: around.now, random: &random) {
        case .answer(let octets): send(octets, to: peer, around)
        case .command(let request, let caller):
            let call = Call(request: request.request, caller: caller, around: around)
            let (completion, data) = answer(call, &random)
            let octets = sessions.datagram(
                answering: request,
                of: caller,
                completion,
                data,
                at: around.now,
                random: &random
            )
            if let octets { send(octets, to: peer, around) }
            if completion == .success, call.isCloseSession { close(call) }
        case .serial(let payload, let caller):
            guard let console, console.session == caller.session else { return }
            withConsole(around, &random) { $0.received(payload, at: around.now) }
        case .ignored: break
        }
    }

    private mutating func answer(
        _ call: Call,
        _ random: inout some RandomNumberGenerator
    ) -> (CompletionCode, [UInt8]) {
        if call.hasFault(.unavailable), call.caller.session != nil, !call.isCloseSession { return (.busy, []) }
        do {
            return (.success, try carryOut(call, &random))
        } catch let refusal as Refusal {
            return (refusal.completion, [])
        } catch {
            // What is missing in the request is all that can be thrown besides.
            return (.dataLengthInvalid, [])
        }
    }

    mutating func send(_ octets: [UInt8], to peer: BMCSessions.Peer, _ around: Surroundings) {
        var delay = Duration.zero
        var losesEvery: Int?
        for fault in around.faults {
            if case .slowAnswers(let time) = fault { delay = time }
            if case .lostAnswers(let every) = fault { losesEvery = every }
        }
        guard let losesEvery else {
            answers = 0
            return effects.append(.send(octets, to: peer, after: delay))
        }
        answers += 1
        if answers % losesEvery != 0 { effects.append(.send(octets, to: peer, after: delay)) }
    }

    // MARK: The console

    /// Lets the console's end of the serial port act, if somebody has it.
    mutating func withConsole(
        _ around: Surroundings,
        _ random: inout some RandomNumberGenerator,
        _ act: (inout SOLPort) -> [SOLPort.Effect]
    ) {
        guard var console else { return }
        let followed = act(&console.port)
        self.console = console
        for effect in followed {
            switch effect {
            case .send(let payload):
                let datagram = sessions.datagram(serial: payload, to: console.session, random: &random)
                if let datagram { send(datagram.octets, to: datagram.peer, around) }
            case .type(let characters): effects.append(.type(characters))
            case .sendBreak: effects.append(.sendBreak)
            }
        }
    }
}

/// A machine's serial console over a session: a value that is told what came and when, and says what to do.
///
/// Characters go out one packet at a time, each sent again until the BMC has acknowledged it; what is typed meanwhile
/// waits. `now` is a reading of any clock that does not go back.
public struct SOLStream: Sendable {
    public enum Event: Hashable, Sendable {
        case attach
        /// The answer to the command that was asked for.
        case answered(IPMIResponse)
        /// A payload of serial over LAN.
        case received([UInt8])
        case typed([UInt8])
        case sendBreak
        /// Asks the machine to pause, or to go on: nobody reads fast enough.
        case pause(Bool)
        case timerFired
        case detach
    }

    public enum Effect: Hashable, Sendable {
        case ask(IPMIRequest)
        /// A payload to send, of type 1.
        case send([UInt8])
        case show([UInt8])
        /// Replaces the timer that was set before.
        case setTimer(after: Duration)
        case attached
        /// Something worth a line to the person.
        case note(Note)
        case end(Ending)
    }

    public enum Note: Hashable, Sendable {
        /// Another session had the console; it was ended.
        case tookOver
        case charactersLost
        case breakSeen
        /// More was typed than can wait; so many characters were dropped.
        case dropped(Int)
    }

    public enum Ending: Hashable, Sendable {
        case detached
        /// Somebody else has the console now, or the BMC ended it.
        case endedByBMC
        case refused(CompletionCode)
        case noAnswer
    }

    public struct Limits: Hashable, Sendable {
        public var retryInterval: Duration = .seconds(1)
        /// How often a packet is sent in all.
        public var attempts = 8
        /// A session without traffic is ended by the BMC after a minute (IPMI 2.0 section 6.12.15), by some after half of one.
        public var keepAlive: Duration = .seconds(20)
        /// Characters that wait to be sent.
        public var waiting = 16 << 10

        public init() {}
    }

    private enum Phase {
        case idle
        case activating(isSecond: Bool)
        /// Another session has it.
        case evicting
        case active
        case leaving
        case over
    }

    private enum Item {
        case characters([UInt8])
        case sendBreak
        /// Only the flags, which have changed.
        case signal
    }

    private struct Flight {
        var packet: SOLPacket
        var attempts: Int
        var sentAt: Duration
    }

    private let limits: Limits
    private var phase = Phase.idle
    private var wantsToLeave = false
    private var isAsking = false
    private var size = 16
    private var items: [Item] = []
    private var flight: Flight?
    private var lastSequence: UInt8 = 0
    /// The BMC takes nothing until then.
    private var heldUntil: Duration?
    private var isPausing = false
    private var received: (sequence: UInt8, count: Int) = (0, 0)
    private var beforeReceived: UInt8 = 0
    private var spokeAt: Duration = .zero
    private var timerAt: Duration?

    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    public mutating func handle(_ event: Event, at now: Duration) -> [Effect] {
        var effects: [Effect] = []
        switch (phase, event) {
        case (.over, _): return []
        case (.idle, .attach):
            phase = .activating(isSecond: false)
            ask(.activateSerial, &effects, now)
        case (_, .attach): break
        case (_, .answered(let response)):
            isAsking = false
            answered(response, &effects, now)
        case (.active, .received(let payload)):
            // What is no packet of serial over LAN will be sent again.
            if let packet = try? SOLPacket(payload) { took(packet, &effects, now) }
        case (_, .received): break
        case (.leaving, .typed), (.leaving, .sendBreak), (.leaving, .pause): break
        case (_, .typed(let characters)): type(characters, &effects)
        case (_, .sendBreak): items.append(.sendBreak)
        case (_, .pause(let pauses)):
            if pauses != isPausing { items.append(.signal) }
            isPausing = pauses
        case (.active, .timerFired):
            timerAt = nil
            lookAtClock(&effects, now)
        case (_, .timerFired): timerAt = nil
        case (_, .detach): leave(&effects, now)
        }
        if case .active = phase {
            sendNext(&effects, now)
            setTimer(&effects, now)
        }
        return effects
    }

    private mutating func ask(_ request: IPMIRequest, _ effects: inout [Effect], _ now: Duration) {
        isAsking = true
        spokeAt = now
        effects.append(.ask(request))
    }

    private mutating func end(_ ending: Ending, _ effects: inout [Effect]) {
        phase = .over
        effects.append(.end(ending))
    }

    // MARK: Coming and going

    private mutating func answered(_ response: IPMIResponse, _ effects: inout [Effect], _ now: Duration) {
        switch phase {
        case .activating(let isSecond):
            if response.completion == .success {
                phase = .active
                if let activation = try? SerialActivation(response.data) {
                    size = min(max(activation.inboundSize - SOLPacket.headerLength, 1), 255)
                }
                effects.append(.attached)
                if wantsToLeave { leave(&effects, now) }
            } else if wantsToLeave {
                end(.detached, &effects)
            } else if response.completion == .payloadHasThatState, !isSecond {
                phase = .evicting
                ask(.deactivateSerial, &effects, now)
            } else {
                end(.refused(response.completion), &effects)
            }
        case .evicting:
            guard !wantsToLeave else { return end(.detached, &effects) }
            if response.completion == .success { effects.append(.note(.tookOver)) }
            phase = .activating(isSecond: true)
            ask(.activateSerial, &effects, now)
        case .leaving: end(.detached, &effects)
        case .active: if wantsToLeave { leave(&effects, now) }
        case .idle, .over: break
        }
    }

    private mutating func leave(_ effects: inout [Effect], _ now: Duration) {
        wantsToLeave = true
        switch phase {
        case .idle: end(.detached, &effects)
        // The answer is waited for: a session that is being activated cannot be deactivated yet.
        case .activating, .evicting, .leaving, .over: break
        case .active where isAsking: break
        case .active:
            phase = .leaving
            ask(.deactivateSerial, &effects, now)
        }
    }

    // MARK: To the machine

    private var waiting: Int {
        items.reduce(0) { count, item in
            if case .characters(let characters) = item { count + characters.count } else { count }
        }
    }

    private mutating func type(_ characters: [UInt8], _ effects: inout [Effect]) {
        let taken = characters.prefix(max(0, limits.waiting - waiting))
        if taken.count < characters.count { effects.append(.note(.dropped(characters.count - taken.count))) }
        guard !taken.isEmpty else { return }
        if case .characters(let before)? = items.last {
            items[items.count - 1] = .characters(before + taken)
        } else {
            items.append(.characters([UInt8](taken)))
        }
    }

    private mutating func sendNext(_ effects: inout [Effect], _ now: Duration) {
        guard flight == nil, heldUntil == nil, !items.isEmpty else { return }
        var packet = SOLPacket(flags: flags)
        switch items.removeFirst() {
        case .characters(let characters):
            packet.characters = [UInt8](characters.prefix(size))
            let rest = characters.dropFirst(size)
            if !rest.isEmpty { items.insert(.characters([UInt8](rest)), at: 0) }
        case .sendBreak: packet.flags.insert(.sendBreak)
        case .signal: break
        }
        lastSequence = lastSequence % 15 + 1
        packet.sequence = lastSequence
        flight = Flight(packet: packet, attempts: 1, sentAt: now)
        send(packet, &effects, now)
    }

    /// Every packet says how the lines are.
    private var flags: SOLPacket.Flags { isPausing ? .pause : [] }

    private mutating func send(_ packet: SOLPacket, _ effects: inout [Effect], _ now: Duration) {
        spokeAt = now
        effects.append(.send(packet.octets))
    }

    // MARK: From the machine

    private mutating func took(_ packet: SOLPacket, _ effects: inout [Effect], _ now: Duration) {
        if packet.sequence != 0 { show(packet, &effects, now) }
        acknowledge(packet, now)
        if packet.flags.contains(.overrun) { effects.append(.note(.charactersLost)) }
        if packet.flags.contains(.breakDetected) { effects.append(.note(.breakSeen)) }
        if packet.flags.contains(.inactive) { end(.endedByBMC, &effects) }
    }

    /// A packet that is sent again may hold more characters than before; the one before it comes late and is old.
    private mutating func show(_ packet: SOLPacket, _ effects: inout [Effect], _ now: Duration) {
        // As many as one octet can count; the rest comes again.
        let characters = packet.characters.prefix(255)
        var accepted = characters.count
        if packet.sequence != beforeReceived {
            if packet.sequence != received.sequence {
                beforeReceived = received.sequence
                received = (packet.sequence, 0)
            }
            let new = characters.dropFirst(received.count)
            if !new.isEmpty { effects.append(.show([UInt8](new))) }
            received.count = max(received.count, accepted)
            accepted = received.count
        }
        let answer = SOLPacket(acknowledged: packet.sequence, accepted: UInt8(clamping: accepted), flags: flags)
        send(answer, &effects, now)
    }

    private mutating func acknowledge(_ packet: SOLPacket, _ now: Duration) {
        let refuses = !packet.flags.isDisjoint(with: [.nack, .unavailable])
        guard let flight, packet.acknowledged == flight.packet.sequence else {
            // A BMC that was not able to take characters says when it is again.
            if packet.acknowledged == 0, packet.sequence == 0, !refuses { heldUntil = nil }
            return
        }
        self.flight = nil
        let rest = flight.packet.characters.dropFirst(Int(packet.accepted))
        if !rest.isEmpty { items.insert(.characters([UInt8](rest)), at: 0) }
        let tookNothing = packet.accepted == 0 && !flight.packet.characters.isEmpty
        heldUntil = refuses || tookNothing ? now + limits.retryInterval : nil
    }

    // MARK: Time

    private mutating func lookAtClock(_ effects: inout [Effect], _ now: Duration) {
        if let until = heldUntil, now >= until { heldUntil = nil }
        if var flight, now >= flight.sentAt + limits.retryInterval {
            guard flight.attempts < limits.attempts else { return end(.noAnswer, &effects) }
            flight.attempts += 1
            flight.sentAt = now
            self.flight = flight
            send(flight.packet, &effects, now)
        }
        if !isAsking, now >= spokeAt + limits.keepAlive { ask(.deviceID, &effects, now) }
    }

    private mutating func setTimer(_ effects: inout [Effect], _ now: Duration) {
        var next = spokeAt + limits.keepAlive
        // An answer that is waited for has the session's own timers.
        if isAsking { next = now + limits.keepAlive }
        if let heldUntil { next = min(next, heldUntil) }
        if let flight { next = min(next, flight.sentAt + limits.retryInterval) }
        // One that is set and comes early does no harm.
        if let timerAt, timerAt <= next, timerAt > now { return }
        timerAt = next
        effects.append(.setTimer(after: max(.zero, next - now)))
    }
}

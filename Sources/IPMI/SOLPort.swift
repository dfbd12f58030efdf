/// The BMC's end of serial over LAN, as a value: what the machine writes goes to the console in numbered packets until it is
/// acknowledged, what the console types goes to the machine once (IPMI 2.0 section 15.11).
public struct SOLPort: Sendable {
    public enum Effect: Hashable, Sendable {
        /// A payload for the console.
        case send([UInt8])
        /// Characters for the machine's serial port.
        case type([UInt8])
        case sendBreak
    }

    public struct Settings: Hashable, Sendable {
        /// Characters of one packet to the console.
        public var mostCharacters = 200
        /// A packet waits so long for more characters of the machine.
        public var accumulation: Duration = .milliseconds(60)
        public var retryInterval: Duration = .milliseconds(500)
        /// After so many sendings a packet is given up, and the console is told that characters were lost.
        public var attempts = 8
        /// Characters of the machine that wait for the console; the oldest make room.
        public var waiting = 64 << 10

        public init() {}
    }

    private struct Flight {
        var packet: SOLPacket
        var attempts: Int
    }

    private let settings: Settings
    private var waiting: [UInt8] = []
    private var flight: Flight?
    private var lastSequence: UInt8 = 0
    private var lastTaken: (sequence: UInt8, count: UInt8) = (0, 0)
    private var isHeld = false
    private var hasLost = false
    /// When ``timerFired(at:)`` is due; nil for never.
    public private(set) var wakeAt: Duration?

    public init(settings: Settings = Settings()) {
        self.settings = settings
    }

    /// The machine wrote something.
    public mutating func machineWrote(_ characters: [UInt8], at now: Duration) -> [Effect] {
        waiting += characters
        if waiting.count > settings.waiting {
            waiting.removeFirst(waiting.count - settings.waiting)
            hasLost = true
        }
        guard flight == nil, !isHeld else { return [] }
        if waiting.count >= settings.mostCharacters { return sendNext(at: now) }
        if wakeAt == nil { wakeAt = now + settings.accumulation }
        return []
    }

    /// A payload came from the console.
    public mutating func received(_ payload: [UInt8], at now: Duration) -> [Effect] {
        guard let packet = try? SOLPacket(payload) else { return [] }
        var effects: [Effect] = []
        if packet.flags.contains(.flushOutbound) { waiting = [] }
        isHeld = packet.flags.contains(.pause)
        if packet.sequence != 0 {
            // The same number once more: our acknowledgement was lost.
            if isNew(packet.sequence) {
                if packet.flags.contains(.sendBreak) { effects.append(.sendBreak) }
                if !packet.characters.isEmpty { effects.append(.type(packet.characters)) }
                lastTaken = (packet.sequence, UInt8(clamping: packet.characters.count))
            }
            if packet.sequence == lastTaken.sequence {
                effects.append(.send(SOLPacket(acknowledged: packet.sequence, accepted: lastTaken.count).octets))
            }
        }
        if let flight, packet.acknowledged == flight.packet.sequence {
            // What was not taken goes out again, under a number of its own.
            let rest = flight.packet.characters.dropFirst(Int(packet.accepted))
            waiting = rest + waiting
            self.flight = nil
            // A console that took nothing of it needs a moment.
            wakeAt = packet.flags.contains(.nack) && packet.accepted == 0 ? now + settings.retryInterval : nil
        }
        if flight == nil, wakeAt == nil, !isHeld, !waiting.isEmpty { effects += sendNext(at: now) }
        return effects
    }

    /// Numbers go from 1 to 15 and round; one that lies behind is a packet that went astray and is late.
    private func isNew(_ sequence: UInt8) -> Bool {
        guard lastTaken.sequence != 0 else { return true }
        return (1...7).contains((Int(sequence) + 15 - Int(lastTaken.sequence)) % 15)
    }

    public mutating func timerFired(at now: Duration) -> [Effect] {
        guard let due = wakeAt, due <= now else { return [] }
        wakeAt = nil
        guard var flight else { return isHeld || waiting.isEmpty ? [] : sendNext(at: now) }
        guard flight.attempts < settings.attempts else {
            self.flight = nil
            hasLost = true
            return waiting.isEmpty ? [] : sendNext(at: now)
        }
        flight.attempts += 1
        self.flight = flight
        wakeAt = now + settings.retryInterval
        return [.send(flight.packet.octets)]
    }

    /// Tells the console that it has the machine's port no longer.
    public static var farewell: [UInt8] { SOLPacket(flags: .inactive).octets }

    private mutating func sendNext(at now: Duration) -> [Effect] {
        lastSequence = lastSequence == 15 ? 1 : lastSequence + 1
        let characters = [UInt8](waiting.prefix(settings.mostCharacters))
        waiting.removeFirst(characters.count)
        let packet = SOLPacket(sequence: lastSequence, flags: hasLost ? .overrun : [], characters: characters)
        hasLost = false
        flight = Flight(packet: packet, attempts: 1)
        wakeAt = now + settings.retryInterval
        return [.send(packet.octets)]
    }
}

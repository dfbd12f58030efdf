public import Octets

/// How a LAN channel is to be; what is nil stays as it is.
public struct LANWish: Hashable, Sendable {
    public enum Addressing: Hashable, Sendable {
        case fixed(IPv4Address, netmask: IPv4Address, gateway: IPv4Address?)
        case dhcp
    }

    public var addressing: Addressing?
    /// 0 for none, otherwise 1 to 4094.
    public var vlan: UInt16?

    public init(addressing: Addressing? = nil, vlan: UInt16? = nil) {
        self.addressing = addressing
        self.vlan = vlan
    }
}

extension IPMIRequest {
    /// IPMI 2.0 section 23.1.
    static func setLANParameter(_ number: UInt8, _ data: [UInt8], channel: UInt8) -> Self {
        Self(networkFunction: 0x0C, command: 0x01, data: [channel & 0x0F, number] + data)
    }

    /// Which channel this comes in by (IPMI 2.0 section 22.24); the answer's first octet is its number.
    public static var channelInfo: Self { Self(networkFunction: 0x06, command: 0x42, data: [0x0E]) }
}

/// Writes the parameters of a LAN channel: it takes the lock that the BMC has for it (parameter 0), writes, commits, and
/// lets go, so that a BMC that knows the lock changes all at once. What cuts off the session comes last, for those that
/// do not.
public struct LANWriting: Sendable {
    public struct Outcome: Hashable, Sendable {
        /// Why nothing was changed; nil where all was taken.
        public var refusal: String?
        public var remarks: [String] = []
    }

    private struct Write {
        var parameter: UInt8
        var data: [UInt8]
        /// What people call it.
        var name: String
        var isPutOff = false
    }

    private enum Phase {
        case locking(attempt: Int)
        /// Somebody else's lock, left behind: nothing else has let go of it.
        case unlocking
        case relocking
        case writing
        case committing
        case releasing
    }

    private static let lock: UInt8 = 0
    private static let notSupported: UInt8 = 0x80
    private static let locked: UInt8 = 0x81

    private let channel: UInt8
    private let changesBoth: Bool
    private var phase = Phase.locking(attempt: 1)
    private var hasLock = false
    private var writes: [Write] = []
    private var outcome = Outcome()
    /// Whether anything was written yet: from then on silence may mean that it was taken over.
    public private(set) var hasWritten = false

    /// - Parameter channel: its number; 0xE for the one that this comes in by
    public init(_ wish: LANWish, channel: UInt8) {
        self.channel = channel
        changesBoth = wish.addressing != nil && wish.vlan != nil
        let vlan = wish.vlan.map { id in
            let octets = [
                UInt8(truncatingIfNeeded: id), UInt8(truncatingIfNeeded: id >> 8) & 0x0F | (id == 0 ? 0 : 0x80),
            ]
            return Write(parameter: 20, data: octets, name: "VLAN")
        }
        switch wish.addressing {
        case .fixed(let address, let netmask, let gateway):
            writes.append(Write(parameter: 4, data: [LANAddressSource.fixed.rawValue], name: "address source"))
            writes.append(Write(parameter: 6, data: netmask.octets, name: "netmask"))
            if let gateway { writes.append(Write(parameter: 12, data: gateway.octets, name: "gateway")) }
            writes.append(Write(parameter: 3, data: address.octets, name: "address"))
        case .dhcp: writes.append(Write(parameter: 4, data: [LANAddressSource.dhcp.rawValue], name: "address source"))
        case nil: break
        }
        if let vlan { writes.append(vlan) }
    }

    public func start() -> IPMIRequest { lock(1) }

    private func lock(_ state: UInt8) -> IPMIRequest { .setLANParameter(Self.lock, [state], channel: channel) }

    /// What an answer leads to.
    public mutating func handle(_ response: IPMIResponse) -> ReadingStep<Outcome> {
        let code = response.completion.rawValue
        switch phase {
        case .locking(let attempt):
            if code == Self.locked {
                if attempt < 4 {
                    phase = .locking(attempt: attempt + 1)
                    return .askLater(lock(1))
                }
                phase = .unlocking
                return .ask(lock(0))
            }
            hasLock = code == 0
            return begin()
        case .unlocking:
            phase = .relocking
            return .ask(lock(1))
        case .relocking:
            guard code != Self.locked else {
                return refuse("somebody else is changing the LAN parameters of the BMC: try again later")
            }
            outcome.remarks.append("a lock that somebody left on the LAN parameters was taken away")
            hasLock = code == 0
            return begin()
        case .writing: return wrote(response.completion)
        case .committing:
            // Few know it; those that do not have taken each write for good.
            phase = .releasing
            return .ask(lock(0))
        case .releasing: return .done(outcome)
        }
    }

    private mutating func begin() -> ReadingStep<Outcome> {
        guard hasLock || !changesBoth else {
            return refuse(
                "the BMC takes over each parameter at once, so that address and VLAN cut each other off: "
                    + "change one, then the other"
            )
        }
        phase = .writing
        return next()
    }

    private mutating func next() -> ReadingStep<Outcome> {
        guard let write = writes.first else { return hasLock ? commit() : .done(outcome) }
        hasWritten = true
        return .ask(.setLANParameter(write.parameter, write.data, channel: channel))
    }

    private mutating func commit() -> ReadingStep<Outcome> {
        phase = .committing
        return .ask(lock(2))
    }

    private mutating func wrote(_ completion: CompletionCode) -> ReadingStep<Outcome> {
        guard !writes.isEmpty else { return .done(outcome) }
        var write = writes.removeFirst()
        guard completion != .success else { return next() }
        if write.parameter == 12, !write.isPutOff, !writes.isEmpty {
            // Some take no gateway that their present address does not reach.
            write.isPutOff = true
            writes.append(write)
            return next()
        }
        guard !write.isPutOff else {
            outcome.remarks.append("the gateway was refused: \(completion)")
            return next()
        }
        writes = []
        let word =
            completion.rawValue == Self.notSupported || completion.rawValue == 0x82
            ? "cannot be written (\(completion))" : "\(completion)"
        return refuse("\(write.name): \(word)")
    }

    private mutating func refuse(_ text: String) -> ReadingStep<Outcome> {
        outcome.refusal = text
        guard hasLock else { return .done(outcome) }
        phase = .releasing
        return .ask(lock(0))
    }
}

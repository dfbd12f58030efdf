/// Machines without a BMC, which a person switches on and restarts.
extension NodeLifecycle {
    /// Something that a person must do at the machine.
    public struct Handwork: Hashable, Sendable, Codable {
        /// "switch the machine on, and let it boot from the network"
        public var text: String
        /// Seconds since 1970.
        public var askedAt: Double
    }

    /// A person is asked for a thing, and has this long for it.
    static let handworkSeconds = 86_400.0

    mutating func personAsked(_ text: String, at now: Double) -> [Effect] {
        guard wantsRamdisk || isAtFirstBoot else { return [] }
        ask(Handwork(text: text, askedAt: now))
        extend(by: Self.handworkSeconds, at: now)
        see("waiting for a person: \(text)")
        return []
    }

    /// A person says that it is done: the machine has as long as after a BMC's restart.
    mutating func handworkDone(at now: Double) throws(Refusal) -> [Effect] {
        guard handwork != nil else { throw refusal(.handworkDone) }
        ask(nil)
        restarted(at: now)
        extend(by: bootAllowance, at: now)
        see("a person did what was asked for at the machine")
        return []
    }

    /// An agent that called after a boot is the proof that somebody did it.
    mutating func endHandwork(seenAfterBoot: Bool, at now: Double) {
        guard handwork != nil, seenAfterBoot else { return }
        ask(nil)
        restarted(at: now)
        extend(by: bootAllowance, at: now)
    }
}

/// Which packets of a session were seen: the highest number and the 31 before it (IPMI 2.0 section 13.28.5).
struct ReplayWindow: Sendable {
    private var highest: UInt32 = 0
    private var seen: UInt32 = 0

    /// Whether a packet with this number, known to be authentic, is new; it then counts as seen.
    mutating func admit(_ sequence: UInt32) -> Bool {
        guard sequence != 0 else { return false }
        if sequence > highest {
            let ahead = sequence - highest
            seen = ahead >= 32 ? 0 : seen << ahead
            seen |= 1
            highest = sequence
            return true
        }
        let behind = highest - sequence
        guard behind < 32, seen & (1 << behind) == 0 else { return false }
        seen |= 1 << behind
        return true
    }
}

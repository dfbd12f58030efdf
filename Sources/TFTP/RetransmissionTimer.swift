/// How long to wait before sending again: from the round trips seen, as TCP does it (RFC 6298), 250 ms to 8 s.
struct RetransmissionTimer: Sendable {
    private static let least: Duration = .milliseconds(250)
    private static let most: Duration = .seconds(8)

    private(set) var timeout: Duration = .seconds(1)
    private var smoothed: Duration?
    private var variation: Duration = .zero
    private var sentAt: Duration?

    /// What was sent for the first time now awaits its answer.
    mutating func sent(at now: Duration) {
        if sentAt == nil { sentAt = now }
    }

    /// After a repetition nobody knows which packet is answered (Karn's algorithm).
    mutating func ignoreNextAnswer() {
        sentAt = nil
    }

    mutating func answered(at now: Duration) {
        guard let start = sentAt else { return }
        sentAt = nil
        let trip = now - start
        if let known = smoothed {
            let difference = known > trip ? known - trip : trip - known
            variation = variation * 3 / 4 + difference / 4
            smoothed = known * 7 / 8 + trip / 8
        } else {
            smoothed = trip
            variation = trip / 2
        }
        timeout = min(max((smoothed ?? trip) + variation * 4, Self.least), Self.most)
    }

    mutating func expired() {
        sentAt = nil
        timeout = min(timeout * 2, Self.most)
    }
}

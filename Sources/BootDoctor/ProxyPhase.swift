import Octets

/// The second half of proxyDHCP: a PXE client that is not told to skip discovery asks for its boot file on port 4011
/// (PXE 2.1 section 2.2.3).
struct ProxyPhase: Hashable, Sendable {
    /// The offer that sends the client there.
    private(set) var sentBy: Offer?
    /// Another offer named the boot file outright.
    private(set) var isDirect = false
    /// When the client got the address that it would ask from.
    private(set) var acknowledged: Double?
    /// What it asked without an answer.
    private(set) var requests = Tally()
    private(set) var asked: [IPv4Address] = []

    mutating func offered(_ offer: Offer) {
        guard offer.isPXE else { return }
        if offer.asksForProxyPort { sentBy = offer } else { isDirect = true }
    }

    mutating func acknowledged(at instant: Double) {
        if sentBy != nil, acknowledged == nil { acknowledged = instant }
    }

    mutating func ask(_ server: IPv4Address, at instant: Double) {
        requests.add(at: instant)
        asked.note(server, upTo: 4)
    }

    /// The firmware begins anew: what it is told now counts.
    mutating func start() {
        sentBy = nil
        isDirect = false
    }

    /// It was answered, or the client was seen to have its boot file.
    mutating func finish() { self = ProxyPhase() }
}

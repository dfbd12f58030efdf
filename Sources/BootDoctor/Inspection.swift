import Octets

/// What findings are made with besides the records: the instant, and which servers belong here.
struct Inspection: Sendable {
    var now: Double
    /// When the first message was seen.
    var origin: Double
    var servers: KnownServers
    /// Our own server's address offers on this wire, whoever they were for.
    var ownOffers: Tally
    /// Our own server's proxy offers.
    var ownProxyOffers: Tally

    /// An instant as seconds after the first message.
    func text(_ instant: Double) -> String {
        let passed = instant - origin
        return (passed < 0 ? "" : "+") + seconds(passed) + " s"
    }

    /// `once at +1.0 s`, `3 times from +0.0 s to +12.0 s`.
    func text(_ tally: Tally) -> String {
        switch tally.count {
        case 0: "never"
        case 1: "once at \(text(tally.first))"
        default: "\(times(tally.count)) from \(text(tally.first)) to \(text(tally.last))"
        }
    }

    /// An address, marked when it is our own server's.
    func name(_ server: IPv4Address) -> String {
        servers.own.contains(server) ? "\(server) (ours)" : "\(server)"
    }

    func hasPassed(_ span: Double, since instant: Double) -> Bool { now - instant >= span }
}

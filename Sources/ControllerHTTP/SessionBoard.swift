import Synchronization

/// The operators who have logged in to the pages; in memory, so a restart logs all out.
final class SessionBoard: Sendable {
    private struct Session {
        var name: String
        var expires: Double
    }

    private let sessions = Mutex<[String: Session]>([:])
    private let now: @Sendable () -> Double
    /// Twelve hours, in seconds.
    static let duration = 12.0 * 3600
    /// The prefix binds it to this host and to TLS (RFC 6265bis section 4.1.3).
    static let cookie = "__Host-rackwright"

    init(now: @escaping @Sendable () -> Double) {
        self.now = now
    }

    /// A fresh session's id: 256 random bits.
    func open(for name: String) -> String {
        var generator = SystemRandomNumberGenerator()
        let id = (0..<4).map { _ in
            let text = String(UInt64.random(in: 0...UInt64.max, using: &generator), radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
        let instant = now()
        sessions.withLock { sessions in
            sessions = sessions.filter { $0.value.expires > instant }
            sessions[id] = Session(name: name, expires: instant + Self.duration)
        }
        return id
    }

    /// Logs an operator out everywhere.
    func close(for name: String) {
        sessions.withLock { sessions in sessions = sessions.filter { $0.value.name != name } }
    }

    /// Who has this session.
    func name(_ id: String) -> String? {
        let instant = now()
        return sessions.withLock { sessions in
            guard let session = sessions[id], session.expires > instant else { return nil }
            return session.name
        }
    }

    /// Who has the session that a Cookie header names.
    func name(cookies header: String?) -> String? {
        guard let header else { return nil }
        for pair in header.split(separator: ";") {
            let pair = pair.drop { $0 == " " }
            if pair.hasPrefix(Self.cookie + "=") { return name(String(pair.dropFirst(Self.cookie.count + 1))) }
        }
        return nil
    }
}

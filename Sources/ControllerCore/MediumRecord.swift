public import Boot
import Crypto
public import Octets
import Synchronization

/// A medium that was made for one start of a node's ramdisk, and may be in its BMC's drive.
///
/// The store knows its token by a hash alone; who has the token has the one-time token for the agent, which follows from it.
public struct MediumRecord: Codable, Hashable, Sendable {
    /// SHA-256 of the token in its address.
    public var hash: String
    /// Seconds since 1970.
    public var madeAt: Double
    public var network: StaticNetwork?
    /// Of the card that is to be used.
    public var mac: MACAddress?
    /// A machine has started from it: nothing more is served of it.
    public var isOver: Bool
}

extension TokenText {
    /// The agent's one-time token on the medium with this token.
    static func onMedium(_ token: String) -> String { hash("agent on medium " + token) }
}

/// The media that are served just now, and how taking them out of drives goes; in memory, made from what is stored.
final class MediaBoard: Sendable {
    struct Entry: Hashable, Sendable {
        var node: String
        var medium: MediumRecord
        /// The addresses that have read of it; a few.
        var readers: Set<String> = []
    }

    private struct State {
        var served: [String: Entry] = [:]
        var owed: Set<String> = []
        /// By node: how often ejecting failed, and when it is tried again.
        var failures: [String: (count: Int, next: Double)] = [:]
    }

    private let state = Mutex(State())

    /// What is served for a node; nil: nothing.
    func serve(_ medium: MediumRecord?, for node: String) {
        state.withLock { state in
            for (hash, entry) in state.served where entry.node == node && entry.medium != medium {
                state.served[hash] = nil
            }
            if let medium, state.served[medium.hash] == nil {
                state.served[medium.hash] = Entry(node: node, medium: medium)
            }
        }
    }

    /// The medium with this token, and whether this address reads of it for the first time.
    func read(token: String, by address: String) -> (entry: Entry, isFirst: Bool)? {
        let hash = TokenText.hash(token)
        return state.withLock { state in
            guard var entry = state.served[hash] else { return nil }
            let isFirst = entry.readers.count < 4 && entry.readers.insert(address).inserted
            state.served[hash] = entry
            return (entry, isFirst)
        }
    }

    /// Whether a medium is to be taken out of the node's drive.
    func owe(_ isOwed: Bool, _ node: String) {
        state.withLock { state in
            if isOwed { state.owed.insert(node) } else { state.owed.remove(node) }
        }
    }

    /// The nodes whose media are to be taken out now.
    func toEject(at now: Double) -> [String] {
        state.withLock { state in state.owed.filter { (state.failures[$0]?.next ?? now) <= now } }
    }

    /// Whether it is the first failure; the next try is later each time, at most by an hour.
    func ejectFailed(_ node: String, at now: Double) -> Bool {
        state.withLock { state in
            let count = (state.failures[node]?.count ?? 0) + 1
            state.failures[node] = (count, now + min(3600, 15 * Double(1 << min(count, 8))))
            return count == 1
        }
    }

    func ejected(_ node: String) {
        state.withLock { $0.failures[node] = nil }
    }
}

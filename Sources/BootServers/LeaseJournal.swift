import FoundationEssentials
import Glibc
import Synchronization

/// Leases of one kind that the store has not got yet, on disk before the answer that promises them goes out.
///
/// A line is in the system's cache once it is written, so it outlives the process however that ends; it is not waited for
/// that it reaches the disk.
public final class LeaseJournal<Lease: Codable & Sendable>: Sendable {
    private struct State {
        var descriptor: Int32
        var unsettled = 0
    }

    private let path: String
    private let state: Mutex<State>

    /// Opens or makes the file.
    ///
    /// - Throws: `LeaseJournalError` with what the system said.
    public init(path: String) throws(LeaseJournalError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LeaseJournalError(path: path, call: "open", code: errno) }
        self.path = path
        state = Mutex(State(descriptor: descriptor))
    }

    deinit {
        close(state.withLock { $0.descriptor })
    }

    /// What an earlier process wrote and did not settle, oldest first. A line that was cut short is left out.
    public func leases() -> [Lease] {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return [] }
        return data.split(separator: 0x0A).compactMap { try? JSONDecoder().decode(Lease.self, from: Data($0)) }
    }

    /// Writes a lease down; each is settled later.
    public func append(_ lease: Lease) throws(LeaseJournalError) {
        guard let line = try? JSONEncoder().encode(lease) else { return }
        let octets = Array(line) + [0x0A]
        let code: Int32 = state.withLock { state in
            state.unsettled += 1
            let written = unsafe write(state.descriptor, octets, octets.count)
            return written == octets.count ? 0 : errno == 0 ? ENOSPC : errno
        }
        guard code == 0 else { throw LeaseJournalError(path: path, call: "write", code: code) }
    }

    /// The store has the oldest `count` of what was appended; when nothing is left over, the file is emptied.
    public func settle(_ count: Int) {
        state.withLock { state in
            state.unsettled -= min(count, state.unsettled)
            guard state.unsettled == 0 else { return }
            _ = ftruncate(state.descriptor, 0)
        }
    }
}

/// Why leases cannot be written down.
public struct LeaseJournalError: Error, Hashable, CustomStringConvertible {
    public var path: String
    public var call: String
    public var code: Int32

    public var description: String { "\(call) \(path): \(unsafe String(cString: strerror(code)))" }
}

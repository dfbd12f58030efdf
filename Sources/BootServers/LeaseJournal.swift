public import FoundationEssentials
import Glibc
import Octets
import Synchronization

/// Leases of one kind that the store has not got yet, on disk before the answer that promises them goes out.
///
/// A line is in the system's cache once it is written, so it outlives the process however that ends; it is not waited for
/// that it reaches the disk.
public final class LeaseJournal<Lease: JournaledLease>: Sendable {
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

    /// Ends each line, so that one that was cut short is known.
    private static var end: String { " ." }

    /// What an earlier process wrote and did not settle, oldest first. A line that was cut short is left out.
    public func leases() -> [Lease] {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
            line.hasSuffix(Self.end) ? Lease(journalLine: line.dropLast(Self.end.count)) : nil
        }
    }

    /// Writes leases down, at once; each is settled later.
    public func append(_ leases: [Lease]) throws(LeaseJournalError) {
        var octets: [UInt8] = []
        for lease in leases {
            octets += lease.journalLine.utf8
            octets += "\(Self.end)\n".utf8
        }
        let code: Int32 = state.withLock { state in
            state.unsettled += leases.count
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

/// A lease that can be written on one line: words with a space between, none of them empty.
public protocol JournaledLease: Sendable {
    var journalLine: String { get }
    /// What a JSON encoder makes of it. Under load there are thousands a second, hence by hand.
    func document() throws -> Data
    /// Nil for what is no such line.
    init?(journalLine: Substring)
}

extension Lease: JournaledLease {
    public var journalLine: String { "\(mac) \(address) \(state.rawValue) \(expires.timeIntervalSince1970)" }

    public func document() -> Data {
        let end = expires.timeIntervalSinceReferenceDate
        return Data(#"{"mac":"\#(mac)","address":"\#(address)","state":"\#(state.rawValue)","expires":\#(end)}"#.utf8)
    }

    public init?(journalLine: Substring) {
        let words = journalLine.split(separator: " ")
        guard words.count == 4, let mac = MACAddress(words[0]), let address = IPv4Address(words[1]),
            let state = State(rawValue: String(words[2])), let expires = Double(words[3]), expires.isFinite
        else { return nil }
        self.init(mac: mac, address: address, state: state, expires: Date(timeIntervalSince1970: expires))
    }
}

extension DHCPv6Lease: JournaledLease {
    public var journalLine: String {
        let mac = mac.map { "\($0)" } ?? "-"
        return "\(client) \(association) \(mac) \(address) \(expires.timeIntervalSince1970)"
    }

    public func document() throws -> Data { try JSONEncoder().encode(self) }

    public init?(journalLine: Substring) {
        let words = journalLine.split(separator: " ")
        guard words.count == 5, let association = UInt32(words[1]), let address = IPv6Address(words[3]),
            let expires = Double(words[4]), expires.isFinite, words[2] == "-" || MACAddress(words[2]) != nil
        else { return nil }
        self.init(
            client: String(words[0]),
            association: association,
            mac: MACAddress(words[2]),
            address: address,
            expires: Date(timeIntervalSince1970: expires)
        )
    }
}

/// Why leases cannot be written down.
public struct LeaseJournalError: Error, Hashable, CustomStringConvertible {
    public var path: String
    public var call: String
    public var code: Int32

    public var description: String { "\(call) \(path): \(unsafe String(cString: strerror(code)))" }
}

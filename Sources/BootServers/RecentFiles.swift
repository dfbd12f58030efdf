import FoundationEssentials
import Glibc
import NIOPosix
import Synchronization

/// Files as they were read last: a rack's machines ask for the same few at the same time, and one copy in memory is enough.
final class RecentFiles: Sendable {
    /// Tells whether a file is still the one that was read.
    private struct Stamp: Hashable {
        var device: UInt64
        var inode: UInt64
        var size: Int
        var seconds: Int
        var nanoseconds: Int
    }

    private struct Entry {
        var stamp: Stamp
        var reading: Task<[UInt8]?, Never>
        var lastUse: UInt64
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var uses: UInt64 = 0
    }

    /// Octets of one file.
    static let largest = 64 << 20
    /// Octets of all that are kept; what is being sent may be more.
    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int = 128 << 20) {
        self.limit = limit
    }

    /// The file's octets as they are on disk now; nil for what is no plain file of at most 64 MiB or cannot be read.
    func octets(of path: String) async -> [UInt8]? {
        guard let stamp = Self.stamp(of: path), stamp.size <= Self.largest else { return nil }
        let reading = state.withLock { state in
            state.uses += 1
            if var known = state.entries[path], known.stamp == stamp {
                known.lastUse = state.uses
                state.entries[path] = known
                return known.reading
            }
            let reading = Task { try? await NIOThreadPool.singleton.runIfActive { try Self.read(path) } }
            state.entries[path] = Entry(stamp: stamp, reading: reading, lastUse: state.uses)
            forget(&state)
            return reading
        }
        guard let octets = await reading.value else {
            // What went wrong may be over the next time.
            state.withLock { $0.entries[path] = nil }
            return nil
        }
        return octets
    }

    /// Lets go of what was not used for the longest, down to the limit.
    private func forget(_ state: inout State) {
        while state.entries.count > 1, state.entries.values.reduce(0, { $0 + $1.stamp.size }) > limit,
            let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            state.entries[oldest.key] = nil
        }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: path)))
    }

    private static func stamp(of path: String) -> Stamp? {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Stamp(
            device: UInt64(status.st_dev),
            inode: UInt64(status.st_ino),
            size: Int(status.st_size),
            seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec
        )
    }
}

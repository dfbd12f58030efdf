public import ImageFormat
import LinuxKernel
import Synchronization

/// Writes an image to a disk: only chunks whose hash is right reach it.
///
/// The chunk with the boot sector and the partition table is cleared first and written last, when all others are on
/// the medium: a disk that was left half written does not look like one that can boot.
public struct ImageWriter: Sendable {
    /// Gives a chunk as it is stored: one zstd frame.
    public typealias Fetch = @Sendable (ChunkID) async throws -> [UInt8]

    private let device: String
    private let manifest: ImageManifest
    private let options: Options
    private let fetch: Fetch
    private let progress: @Sendable (Progress) -> Void
    private let threads = DiskThreads()

    public struct Options: Hashable, Sendable {
        /// Chunks that are fetched and written at the same time; each takes about two chunks of memory.
        public var parallel: Int
        /// Reads what is on the disk first, and fetches and writes only what differs. Holes are zeroed in any case.
        public var resume: Bool
        /// How often a chunk is asked for before the write fails. A source that is away for a while is waited for by
        /// `fetch` itself.
        public var attempts: Int
        /// The wait before the second attempt; it doubles with each further one.
        public var retryDelay: Duration

        public init(parallel: Int = 4, resume: Bool = false, attempts: Int = 5, retryDelay: Duration = .seconds(1)) {
            self.parallel = parallel
            self.resume = resume
            self.attempts = attempts
            self.retryDelay = retryDelay
        }
    }

    /// How far a write is, in octets of the image.
    public struct Progress: Hashable, Sendable {
        public enum Phase: Hashable, Sendable {
            /// Looking at what the disk already holds.
            case comparing
            case writing
        }

        public var phase: Phase
        public var done: UInt64
        public var total: UInt64
    }

    /// What a write did, in octets of the image.
    public struct Report: Hashable, Sendable {
        public var written: UInt64 = 0
        /// Already right on the disk.
        public var skipped: UInt64 = 0
        public var holes: UInt64 = 0
        public var seconds: Double = 0
    }

    /// `device` is a disk or a plain file that exists; `manifest` has been verified.
    public init(
        device: String,
        manifest: ImageManifest,
        options: Options = Options(),
        fetch: @escaping Fetch,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) {
        self.device = device
        self.manifest = manifest
        self.options = options
        self.fetch = fetch
        self.progress = progress
    }

    /// Writes the image. Throws `ImageWriteError`, `KernelError` or, when cancelled, `CancellationError`: then no further
    /// chunk is begun. May be called again after any of these, with `resume` to keep what is right.
    public func write() async throws -> Report {
        let start = ContinuousClock.now
        let path = device
        let disk = try await threads.run { try BlockDevice(path: path, for: .writing) }
        guard disk.size >= manifest.size else {
            throw ImageWriteError.diskTooSmall(
                image: manifest.name,
                needs: manifest.size,
                device: device,
                has: disk.size
            )
        }
        var report = Report()
        var wanted = chunkIndices
        if options.resume {
            wanted = try await indicesThatDiffer(on: disk)
            report.skipped = octets(of: chunkIndices) - octets(of: wanted)
        }
        try Task.checkCancellation()
        if !wanted.isEmpty {
            // From here on the disk must not boot; so its first chunk is owed, whatever it was.
            let first = min(UInt64(manifest.chunkSize), manifest.size)
            try await threads.run { try disk.zero(first, at: 0) }
            if manifest.chunks.first != .hole, wanted.first != 0 {
                wanted.insert(0, at: 0)
                report.skipped -= UInt64(manifest.length(ofChunk: 0))
            }
        }
        let counter = Counter(total: octets(of: wanted) + holeOctets, phase: .writing, report: progress)
        report.holes = try await clearHoles(on: disk, counter: counter)
        let (later, firstChunk) = (wanted.filter { $0 > 0 }, wanted.filter { $0 == 0 })
        try await forEach(later) { try await writeChunk($0, to: disk, counter: counter) }
        try await threads.run { try disk.synchronize() }
        try await forEach(firstChunk) { try await writeChunk($0, to: disk, counter: counter) }
        try await threads.run { try disk.synchronize() }
        report.written = octets(of: wanted)
        report.seconds = (ContinuousClock.now - start) / .seconds(1)
        return report
    }

    private var chunkIndices: [Int] { manifest.chunks.indices.filter { manifest.chunks[$0] != .hole } }

    private func octets(of indices: [Int]) -> UInt64 {
        indices.reduce(0) { $0 + UInt64(manifest.length(ofChunk: $1)) }
    }

    /// Runs `body` for each index, `options.parallel` at a time; stops at the first error.
    private func forEach(_ indices: [Int], _ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            for index in indices {
                if running >= max(1, options.parallel) {
                    try await group.next()
                    running -= 1
                }
                group.addTask { try await body(index) }
                running += 1
            }
            try await group.waitForAll()
        }
    }
}

// MARK: - Chunks

extension ImageWriter {
    private func indicesThatDiffer(on disk: BlockDevice) async throws -> [Int] {
        let differing = Mutex<[Int]>([])
        let counter = Counter(total: octets(of: chunkIndices), phase: .comparing, report: progress)
        try await forEach(chunkIndices) { index in
            try Task.checkCancellation()
            let manifest = manifest
            let isRight = try await threads.run {
                let count = manifest.length(ofChunk: index)
                let buffer = AlignedBuffer(count: count)
                return unsafe buffer.withOctets(count) { octets -> Bool in
                    do {
                        unsafe try disk.read(into: octets, at: manifest.offset(ofChunk: index))
                    } catch {
                        // A disk often takes a write where it cannot be read; where it cannot, the write will say so.
                        return false
                    }
                    return unsafe .chunk(ChunkID(hashing: UnsafeRawBufferPointer(octets))) == manifest.chunks[index]
                }
            }
            if !isRight { differing.withLock { $0.append(index) } }
            counter.add(UInt64(manifest.length(ofChunk: index)))
        }
        return differing.withLock { $0 }.sorted()
    }

    private func writeChunk(_ index: Int, to disk: BlockDevice, counter: Counter) async throws {
        guard case .chunk(let id) = manifest.chunks[index] else { return }
        var delay = options.retryDelay
        var problem = ImageWriteError.ChunkProblem.notFetched("not tried")
        for attempt in 1...max(1, options.attempts) {
            try Task.checkCancellation()
            if attempt > 1 {
                try await Task.sleep(for: delay)
                delay *= 2
            }
            let stored: [UInt8]
            do {
                stored = try await fetch(id)
            } catch let error as CancellationError {
                throw error
            } catch {
                problem = .notFetched("\(error)")
                continue
            }
            guard let found = try await put(stored, as: id, index: index, on: disk) else {
                counter.add(UInt64(manifest.length(ofChunk: index)))
                return
            }
            problem = found
        }
        throw ImageWriteError.chunk(
            image: manifest.name,
            index: index,
            offset: manifest.offset(ofChunk: index),
            expected: id,
            attempts: max(1, options.attempts),
            problem: problem
        )
    }

    /// Writes the chunk if it is what its name says; otherwise says what it is.
    private func put(
        _ stored: [UInt8],
        as id: ChunkID,
        index: Int,
        on disk: BlockDevice
    ) async throws -> ImageWriteError.ChunkProblem? {
        let count = manifest.length(ofChunk: index)
        let offset = manifest.offset(ofChunk: index)
        return try await threads.run { () throws -> ImageWriteError.ChunkProblem? in
            let buffer = AlignedBuffer(count: count)
            return unsafe try buffer.withOctets(count) { octets in
                do {
                    unsafe try Zstandard.decompress(stored, into: octets)
                } catch let failure as Zstandard.Failure {
                    return .notDecompressible("\(failure)")
                }
                let found = unsafe ChunkID(hashing: UnsafeRawBufferPointer(octets))
                guard found == id else { return .hash(found: found) }
                unsafe try disk.write(UnsafeRawBufferPointer(octets), at: offset)
                return nil
            }
        }
    }
}

// MARK: - Holes

extension ImageWriter {
    /// The most that is zeroed by one call, so that progress goes on where zeroes must be written.
    private static let zeroStep: UInt64 = 64 << 20

    private var holeOctets: UInt64 {
        octets(of: manifest.chunks.indices.filter { manifest.chunks[$0] == .hole })
    }

    /// Zeroes the holes, and the disk's last MiB behind the image, where an older system's backup partition table or
    /// RAID label would be found again. Returns the octets of the holes.
    private func clearHoles(on disk: BlockDevice, counter: Counter) async throws -> UInt64 {
        let end = manifest.size
        let tail = max(end, disk.size - min(disk.size, 1 << 20))
        try await threads.run { try disk.zero(disk.size - tail, at: tail) }
        var index = 0
        while index < manifest.chunks.count {
            guard manifest.chunks[index] == .hole else {
                index += 1
                continue
            }
            let start = manifest.offset(ofChunk: index)
            var length: UInt64 = 0
            while index < manifest.chunks.count, manifest.chunks[index] == .hole, length < Self.zeroStep {
                length += UInt64(manifest.length(ofChunk: index))
                index += 1
            }
            try Task.checkCancellation()
            let count = length
            try await threads.run { try disk.zero(count, at: start) }
            counter.add(count)
        }
        return holeOctets
    }
}

/// Adds up what parallel tasks have done and tells it.
private final class Counter: Sendable {
    private let done = Mutex<UInt64>(0)
    private let total: UInt64
    private let phase: ImageWriter.Progress.Phase
    private let report: @Sendable (ImageWriter.Progress) -> Void

    init(total: UInt64, phase: ImageWriter.Progress.Phase, report: @escaping @Sendable (ImageWriter.Progress) -> Void) {
        self.total = total
        self.phase = phase
        self.report = report
    }

    func add(_ octets: UInt64) {
        // Told inside the lock, so that progress never seems to go back.
        done.withLock { done in
            done += octets
            report(ImageWriter.Progress(phase: phase, done: min(done, total), total: total))
        }
    }
}

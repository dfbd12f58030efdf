import FoundationEssentials
import Glibc
import ImageFormat

/// Cuts one file into chunks and keeps them.
struct ImageIntake: Sendable {
    let name: String
    let chunkSize: Int
    let chunks: ChunkFolder
    let threads: BlockingThreads
    let progress: @Sendable (ImageStore.Progress) -> Void

    /// How many chunks are compressed and written at the same time.
    private static let parallel = 4

    /// A piece of the image: a chunk's octets, or a hole of that length.
    private enum Piece: Sendable {
        case octets([UInt8])
        case hole(Int)
    }

    func manifest(of file: String, at now: Date) async throws -> ImageManifest {
        guard (4096...(16 << 20)).contains(chunkSize), chunkSize.nonzeroBitCount == 1 else {
            throw ImageFormatError.manifest("chunks of \(chunkSize) octets")
        }
        let raw = try await threads.run { try RawFile(path: file) }
        let (kind, head) = try await kind(of: raw)
        switch kind {
        case .raw: return try await manifest(ofRaw: raw, file: file, at: now)
        case .qcow2: return try await manifest(ofQCOW2: file, header: head, named: file, at: now)
        case .gzip, .xz, .zstd:
            guard let decompressor = Decompressor(for: kind) else {
                throw ImageStoreError.refused(file: file, reason: "")
            }
            return try await manifest(ofCompressed: file, with: decompressor, at: now)
        }
    }

    private func kind(of raw: RawFile) async throws -> (ImageFileKind, [UInt8]) {
        let head = try await threads.run {
            let count = Int(min(raw.size, UInt64(ImageFileKind.needed)))
            return try raw.piece(count, at: 0) ?? [UInt8](repeating: 0, count: count)
        }
        return (try kind(head, file: raw.path), head)
    }

    private func kind(_ head: [UInt8], file: String) throws -> ImageFileKind {
        do {
            return try ImageFileKind(head)
        } catch {
            throw ImageStoreError.refused(file: file, reason: error.reason)
        }
    }

    // MARK: The ways in

    private func manifest(ofRaw raw: RawFile, file: String, at now: Date) async throws -> ImageManifest {
        guard raw.size > 0 else { throw ImageStoreError.refused(file: file, reason: "is empty") }
        var offset: UInt64 = 0
        return try await cut(file: file, total: raw.size, at: now) {
            guard offset < raw.size else { return nil }
            let (start, count) = (offset, Int(min(UInt64(chunkSize), raw.size - offset)))
            offset += UInt64(count)
            return try await threads.run { try raw.piece(count, at: start).map(Piece.octets) ?? .hole(count) }
        }
    }

    private func manifest(
        ofQCOW2 path: String,
        header: [UInt8],
        named file: String,
        at now: Date
    ) async throws -> ImageManifest {
        do {
            try QCOW2.check(header: header)
        } catch {
            throw ImageStoreError.refused(file: file, reason: error.reason)
        }
        let image = QCOW2(path: path)
        let size = try await image.check()
        return try await withScratchFile { scratch in
            try await image.convert(to: scratch)
            let raw = try RawFile(path: scratch)
            guard raw.size == size else {
                throw ImageStoreError.tool(
                    "qemu-img convert",
                    file: file,
                    reason: "wrote \(raw.size) of \(size) octets"
                )
            }
            return try await manifest(ofRaw: raw, file: file, at: now)
        }
    }

    private func manifest(
        ofCompressed file: String,
        with decompressor: Decompressor,
        at now: Date
    ) async throws -> ImageManifest {
        do {
            let manifest: ImageManifest? = try await decompressor.run(on: file) { output in
                let first = try await output.next(chunkSize)
                // Whether there was nothing, or the program failed at once, shows when it has ended.
                if first.isEmpty { return nil }
                switch try kind(first, file: file) {
                case .raw: break
                case .qcow2: throw CompressedQCOW2()
                case .gzip, .xz, .zstd:
                    throw ImageStoreError.refused(file: file, reason: "is compressed more than once")
                }
                var held: [UInt8]? = first
                return try await cut(file: file, total: nil, at: now) {
                    let octets: [UInt8]
                    if let first = held {
                        octets = first
                        held = nil
                    } else {
                        octets = try await output.next(chunkSize)
                    }
                    return octets.isEmpty ? nil : .octets(octets)
                }
            }
            guard let manifest else { throw ImageStoreError.refused(file: file, reason: "holds nothing") }
            return manifest
        } catch is CompressedQCOW2 {
            return try await withScratchFile { scratch in
                let header = try await decompressor.run(on: file) { output in
                    try await spill(&output, into: scratch)
                }
                return try await manifest(ofQCOW2: scratch, header: header, named: file, at: now)
            }
        }
    }

    /// A compressed file holds a qcow2 image: that cannot be read as a stream.
    private struct CompressedQCOW2: Error {}

    /// Writes all that comes to a file; returns its beginning.
    private func spill(_ output: inout Decompressor.Output, into path: String) async throws -> [UInt8] {
        let file = try ScratchFile(path: path)
        var head: [UInt8] = []
        while true {
            let octets = try await output.next(1 << 20)
            if octets.isEmpty { return head }
            if head.isEmpty { head = Array(octets.prefix(ImageFileKind.needed)) }
            try await threads.run { try file.append(octets) }
        }
    }

    private func withScratchFile<R>(_ body: (String) async throws -> R) async throws -> R {
        let path = "\(chunks.scratch)/\(UUID().uuidString)"
        defer { _ = unsafe unlink(path) }
        return try await body(path)
    }

    // MARK: Cutting

    private func cut(
        file: String,
        total: UInt64?,
        at now: Date,
        next: () async throws -> Piece?
    ) async throws -> ImageManifest {
        var entries: [ImageManifest.Entry] = []
        var size: UInt64 = 0
        var claimed: UInt64?
        try await withThrowingTaskGroup(of: (Int, ImageManifest.Entry, Int).self) { group in
            var running = 0
            var done: UInt64 = 0
            func take(_ result: (Int, ImageManifest.Entry, Int)) {
                entries[result.0] = result.1
                done += UInt64(result.2)
                progress(ImageStore.Progress(done: done, total: total))
            }
            while let piece = try await next() {
                let index = entries.count
                entries.append(.hole)
                switch piece {
                case .hole(let count):
                    size += UInt64(count)
                    take((index, .hole, count))
                case .octets(let octets):
                    if index == 0 { claimed = partitionedSize(octets) }
                    size += UInt64(octets.count)
                    if running >= Self.parallel, let result = try await group.next() {
                        running -= 1
                        take(result)
                    }
                    let (chunks, threads) = (chunks, threads)
                    group.addTask {
                        let entry = try await threads.run {
                            octets.isAllZero ? ImageManifest.Entry.hole : .chunk(try chunks.keep(octets))
                        }
                        return (index, entry, octets.count)
                    }
                    running += 1
                }
            }
            for try await result in group { take(result) }
        }
        if let claimed, claimed > size {
            throw ImageStoreError.refused(
                file: file,
                reason: "is cut short: its partition table is for \(claimed) octets, there are \(size)"
            )
        }
        guard size > 0 else { throw ImageStoreError.refused(file: file, reason: "is empty") }
        return try ImageManifest(name: name, size: size, chunkSize: chunkSize, chunks: entries, createdAt: now)
    }

    /// How large the disk is that an image's partition table was made for, if it has a GPT.
    private func partitionedSize(_ head: [UInt8]) -> UInt64? {
        let table = try? GPT(sectorSize: 512, diskSize: UInt64(Int64.max)) { offset, count in
            guard offset < UInt64(head.count), count <= head.count - Int(offset) else {
                throw ImageFormatError.partitionTable("beyond the first chunk")
            }
            return Array(head[Int(offset)..<Int(offset) + count])
        }
        return table.map { ($0.backupLBA + 1) * 512 }
    }
}

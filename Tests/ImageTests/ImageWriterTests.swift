import Foundation
import ImageFormat
import ImageStore
import ImageWriter
import Synchronization
import TestSupport
import Testing

struct ImageWriterTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
    }

    /// What was on the disk before.
    private func used(_ count: Int) -> Data { Data(repeating: 0xA5, count: count) }

    private func usedDisk(_ size: Int) throws {
        _ = try bench.write([UInt8](used(size)), to: "disk")
    }

    @Test func whatIsWrittenIsTheImageOctetForOctet() async throws {
        let image = bench.image()
        let manifest = try await bench.ingest(bench.write(image, to: "raw"))
        try usedDisk(10 << 20)
        let report = try await bench.writer(manifest, to: "disk").write()
        let disk = try bench.data(of: "disk")
        #expect(disk.count == 10 << 20)
        #expect(disk.prefix(image.count) == Data(image))
        #expect(disk[image.count..<(9 << 20)] == used((9 << 20) - image.count), "behind the image nothing changes")
        #expect(disk.suffix(1 << 20) == Data(count: 1 << 20), "but for the last MiB, where old tables lie")
        #expect(report.written == UInt64(4 << 20) + 5000)
        #expect(report.holes == 3 << 20)
        #expect(report.skipped == 0)
    }

    @Test func aDiskOfExactlyTheImagesSizeIsEnough() async throws {
        let image = bench.image()
        let manifest = try await bench.ingest(bench.write(image, to: "raw"))
        try usedDisk(image.count)
        _ = try await bench.writer(manifest, to: "disk").write()
        #expect(try bench.data(of: "disk") == Data(image))
    }

    @Test func aDiskThatIsTooSmallIsRefusedUntouched() async throws {
        let image = bench.image()
        let manifest = try await bench.ingest(bench.write(image, to: "raw"))
        try usedDisk(image.count - 1)
        let expected = ImageWriteError.diskTooSmall(
            image: "image",
            needs: UInt64(image.count),
            device: bench.path("disk"),
            has: UInt64(image.count - 1)
        )
        await #expect(throws: expected) { try await bench.writer(manifest, to: "disk").write() }
        #expect(try bench.data(of: "disk") == used(image.count - 1))
    }

    @Test func resumingSkipsWhatIsRight() async throws {
        var image = bench.image()
        let manifest = try await bench.ingest(bench.write(image, to: "raw"))
        try usedDisk(9 << 20)
        _ = try await bench.writer(manifest, to: "disk").write()
        let again = try await bench.writer(manifest, to: "disk", resume: true).write()
        #expect(again.written == 0)
        #expect(again.skipped == UInt64(4 << 20) + 5000)

        image[(2 << 20) + 7] = 1
        let changed = try await bench.ingest(bench.write(image, to: "raw2"), as: "changed")
        let third = try await bench.writer(changed, to: "disk", resume: true).write()
        #expect(third.written == 2 << 20, "the changed chunk, and the first, which is always written last")
        #expect(third.written + third.skipped == UInt64(4 << 20) + 5000)
        #expect(try bench.data(of: "disk").prefix(image.count) == Data(image))
    }

    @Test func aBrokenChunkIsNeverWrittenAndIsNamed() async throws {
        let manifest = try await bench.ingest(bench.write(bench.image(), to: "raw"))
        guard case .chunk(let id) = manifest.chunks[4], case .chunk(let other) = manifest.chunks[2] else {
            throw Bench.Missing()
        }
        try usedDisk(9 << 20)
        let store = bench.store
        let asked = Mutex(0)
        let writer = ImageWriter(
            device: bench.path("disk"),
            manifest: manifest,
            options: .init(attempts: 3, retryDelay: .zero)
        ) { wanted in
            if wanted == id { asked.withLock { $0 += 1 } }
            return try await store.chunk(wanted == id ? other : wanted) ?? []
        }
        let expected = ImageWriteError.chunk(
            image: "image",
            index: 4,
            offset: 4 << 20,
            expected: id,
            attempts: 3,
            problem: .hash(found: other)
        )
        await #expect(throws: expected) { try await writer.write() }
        #expect(asked.withLock { $0 } == 3)
        let disk = try bench.data(of: "disk")
        #expect(disk[(4 << 20)..<(5 << 20)] == used(1 << 20))
        #expect(disk[0..<(1 << 20)] == Data(count: 1 << 20), "a disk half written has no boot sector")
    }

    @Test func whatDoesNotDecompressIsNamed() async throws {
        let manifest = try await bench.ingest(bench.write(bench.image(), to: "raw"))
        try usedDisk(9 << 20)
        var generator = SeededGenerator(seed: 7)
        let noise = generator.octets(1000)
        let writer = ImageWriter(
            device: bench.path("disk"),
            manifest: manifest,
            options: .init(attempts: 2, retryDelay: .zero)
        ) { _ in noise }
        let error = await #expect(throws: ImageWriteError.self) { try await writer.write() }
        #expect(error?.description.contains("decompressible") == true)
    }

    @Test func aChunkThatComesAtTheThirdAttemptIsEnough() async throws {
        let image = bench.image()
        let manifest = try await bench.ingest(bench.write(image, to: "raw"))
        try usedDisk(9 << 20)
        let store = bench.store
        let failures = Mutex<[ChunkID: Int]>([:])
        let writer = ImageWriter(
            device: bench.path("disk"),
            manifest: manifest,
            options: .init(attempts: 5, retryDelay: .zero)
        ) { id in
            let count = failures.withLock { failures in
                failures[id, default: 0] += 1
                return failures[id, default: 0]
            }
            guard count > 2, let octets = try await store.chunk(id) else { throw Bench.Missing() }
            return octets
        }
        _ = try await writer.write()
        #expect(try bench.data(of: "disk").prefix(image.count) == Data(image))
    }

    @Test func progressOnlyGrowsAndEndsAtTheTotal() async throws {
        let manifest = try await bench.ingest(bench.write(bench.image(), to: "raw"))
        try usedDisk(9 << 20)
        let store = bench.store
        let seen = Mutex<[ImageWriter.Progress]>([])
        let writer = ImageWriter(device: bench.path("disk"), manifest: manifest) { id in
            try await store.chunk(id) ?? []
        } progress: { progress in
            seen.withLock { $0.append(progress) }
        }
        _ = try await writer.write()
        let steps = seen.withLock { $0.map(\.done) }
        #expect(steps == steps.sorted())
        #expect(steps.last == manifest.size)
        #expect(seen.withLock { $0.allSatisfy { $0.total == manifest.size } })
    }

    @Test func aPathThatIsNoDiskIsAnErrorThatNamesIt() async throws {
        let manifest = try await bench.ingest(bench.write(bench.image(), to: "raw"))
        for name in ["absent", "store"] {
            let error = await #expect(throws: (any Error).self) { try await bench.writer(manifest, to: name).write() }
            #expect(error.map { "\($0)".contains(bench.path(name)) } == true)
        }
    }
}

import Foundation
import ImageFormat
import ImageStore
import ImageWriter
import Synchronization
import Testing

/// Writing onto a disk that holds something already, as the agent always does it.
struct ImageWriterResumeTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
    }

    private func disk(_ octet: UInt8, size: Int = 9 << 20) throws {
        _ = try bench.write([UInt8](repeating: octet, count: size), to: "disk")
    }

    @Test(arguments: [0, 0xA5] as [UInt8])
    func aDiskThatHeldNothingOfItIsWrittenAsAWhole(octet: UInt8) async throws {
        let image = bench.image()
        let manifest = try await bench.ingest(bench.write(image, to: "raw"))
        try disk(octet, size: 10 << 20)
        let report = try await bench.writer(manifest, to: "disk", resume: true).write()
        let written = try bench.data(of: "disk")
        #expect(written.prefix(image.count) == Data(image), "the holes too")
        #expect(written.suffix(1 << 20) == Data(count: 1 << 20), "old tables at the end are gone")
        #expect(report.written == UInt64(4 << 20) + 5000)
        #expect(report.skipped == 0)
        #expect(report.holes == 3 << 20)
    }

    @Test func holesThatHoldSomethingElseAreZeroedThoughEveryChunkIsRight() async throws {
        let image = bench.image()
        let manifest = try await bench.ingest(bench.write(image, to: "raw"))
        try disk(0xA5)
        _ = try await bench.writer(manifest, to: "disk").write()
        var octets = try bench.octets(of: "disk")
        for index in [1 << 20, (5 << 20) + 9, (7 << 20) - 1] { octets[index] = 0xFF }
        _ = try bench.write(octets, to: "disk")
        let report = try await bench.writer(manifest, to: "disk", resume: true).write()
        #expect(report.written == 0)
        #expect(try bench.data(of: "disk").prefix(image.count) == Data(image))
    }

    @Test func aChunkOfNothingButZeroesOnTheDiskIsNoHoleOfTheImage() async throws {
        let image = bench.image()
        let manifest = try await bench.ingest(bench.write(image, to: "raw"))
        try disk(0xA5)
        _ = try await bench.writer(manifest, to: "disk").write()
        var octets = try bench.octets(of: "disk")
        octets.replaceSubrange((2 << 20)..<(3 << 20), with: [UInt8](repeating: 0, count: 1 << 20))
        _ = try bench.write(octets, to: "disk")
        let report = try await bench.writer(manifest, to: "disk", resume: true).write()
        #expect(report.written == 2 << 20, "that chunk, and the first")
        #expect(try bench.data(of: "disk").prefix(image.count) == Data(image))
    }

    @Test func aWriteThatIsCancelledStopsBetweenChunksAndIsResumedWithWhatIsMissing() async throws {
        let image = bench.image()
        let manifest = try await bench.ingest(bench.write(image, to: "raw"))
        try disk(0xA5)
        let store = bench.store
        let asked = Mutex(0)
        let (third, reached) = AsyncStream.makeStream(of: Void.self)
        let writer = ImageWriter(
            device: bench.path("disk"),
            manifest: manifest,
            options: .init(parallel: 1, resume: true)
        ) { id in
            let count = asked.withLock { count in
                count += 1
                return count
            }
            if count == 3 {
                reached.yield()
                try await Task.sleep(for: .seconds(3600))
            }
            return try await store.chunk(id) ?? []
        }
        let task = Task { try await writer.write() }
        _ = await third.first { _ in true }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(asked.withLock { $0 } == 3, "none was begun after it")
        #expect(try bench.data(of: "disk").prefix(1 << 20) == Data(count: 1 << 20), "it does not look bootable")

        let report = try await bench.writer(manifest, to: "disk", resume: true).write()
        #expect(report.skipped == 2 << 20)
        #expect(report.written == UInt64(2 << 20) + 5000)
        #expect(try bench.data(of: "disk").prefix(image.count) == Data(image))
    }
}

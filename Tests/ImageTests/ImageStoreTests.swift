import Foundation
import ImageFormat
import ImageStore
import TestSupport
import Testing

struct ImageStoreTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
    }

    private func files(in folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: bench.path(folder)).filter { $0.hasSuffix(".zst") }
    }

    @Test func aRawImageIsCutIntoChunksOnceEach() async throws {
        let image = bench.image()
        let manifest = try await bench.ingest(bench.write(image, to: "raw"))
        #expect(manifest.size == UInt64(image.count))
        #expect(manifest.chunks.count == 8)
        #expect(manifest.chunks.map { $0 == .hole } == [false, true, false, false, false, true, true, false])
        #expect(manifest.chunks[0] == manifest.chunks[3])
        #expect(try files(in: "store/chunks").count == 4, "the chunk that occurs twice is kept once")
        #expect(try bench.store.names() == ["image"])
        #expect(try await bench.store.verify("image", trusting: [bench.key.publicKey]).isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.path("store/scratch")).isEmpty)
    }

    @Test(arguments: [["gzip", "-1"], ["xz", "-0"], ["zstd", "-q", "-1"]])
    func aCompressedImageIsTheSameImage(command: [String]) async throws {
        let raw = try bench.write(bench.image(), to: "raw")
        let expected = try await bench.ingest(raw, as: "raw")
        let compressed = try bench.run("sh", "-c", "\(command.joined(separator: " ")) -c \(raw) > \(raw).packed")
        #expect(compressed.isEmpty)
        let manifest = try await bench.ingest(raw + ".packed", as: "packed")
        #expect(manifest.chunks == expected.chunks)
        #expect(manifest.size == expected.size)
    }

    @Test(arguments: [["gzip", "-1"], ["xz", "-0"], ["zstd", "-q", "-1"]])
    func aCompressedImageThatIsCutShortIsRefused(command: [String]) async throws {
        let raw = try bench.write(bench.image(), to: "raw")
        try bench.run("sh", "-c", "\(command.joined(separator: " ")) -c \(raw) > \(raw).packed")
        let octets = try bench.octets(of: "raw.packed")
        for count in [octets.count - 1, octets.count - 5, octets.count / 2, 20] {
            let short = try bench.write(Array(octets.prefix(count)), to: "short")
            await #expect(throws: ImageStoreError.self, "\(count) of \(octets.count)") {
                try await bench.ingest(short, as: "short")
            }
        }
        #expect(try bench.store.names().isEmpty)
    }

    @Test func aDamagedCompressedImageIsRefused() async throws {
        let raw = try bench.write(bench.image(), to: "raw")
        try bench.run("gzip", "-1", raw)
        var octets = try bench.octets(of: "raw.gz")
        octets[octets.count / 2] ^= 0x10
        let damaged = try bench.write(octets, to: "damaged")
        await #expect(throws: ImageStoreError.self) { try await bench.ingest(damaged) }
    }

    @Test(.enabled(if: Bench.has("qemu-img")), arguments: [false, true])
    func aQCOW2ImageIsTheSameImage(compressed: Bool) async throws {
        let image = bench.image().prefix(7 << 20)
        let expected = try await bench.ingest(bench.write(Array(image), to: "raw"), as: "raw")
        try bench.run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", bench.path("raw"), bench.path("a,b:c.qcow2"))
        if compressed { try bench.run("zstd", "-q", bench.path("a,b:c.qcow2"), "-o", bench.path("packed")) }
        let manifest = try await bench.ingest(bench.path(compressed ? "packed" : "a,b:c.qcow2"), as: "qcow2")
        #expect(manifest.chunks == expected.chunks)
        #expect(manifest.size == expected.size)
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.path("store/scratch")).isEmpty)
    }

    @Test(.enabled(if: Bench.has("qemu-img")))
    func aQCOW2ImageThatLeansOnOtherFilesIsRefused() async throws {
        let raw = try bench.write(bench.image(), to: "raw")
        try bench.run("qemu-img", "create", "-f", "qcow2", "-b", raw, "-F", "raw", bench.path("backed"))
        try bench.run(
            "qemu-img",
            "create",
            "-f",
            "qcow2",
            "-o",
            "data_file=\(bench.path("data"))",
            bench.path("split"),
            "1M"
        )
        // `crypt_method` 2, LUKS, in the header of a plain one: qemu-img times its key derivation before it makes such an
        // image, and fails where the system counts a thread's time in ticks.
        try bench.run("qemu-img", "create", "-f", "qcow2", bench.path("secret"), "1M")
        let header = try FileHandle(forUpdating: URL(fileURLWithPath: bench.path("secret")))
        try header.seek(toOffset: 32)
        try header.write(contentsOf: [0, 0, 0, 2])
        try header.close()
        for (name, word) in [("backed", "backing"), ("split", "another file"), ("secret", "encrypted")] {
            let error = await #expect(throws: ImageStoreError.self) { try await bench.ingest(bench.path(name)) }
            #expect(error?.description.contains(word) == true, "\(name): \(String(describing: error))")
        }
    }

    @Test func whatAKilledIntakeLeftIsGoneAtTheNextStart() async throws {
        let left = try bench.write([1, 2, 3], to: "store/scratch/half")
        _ = try ImageStore(folder: bench.path("store"))
        #expect(!FileManager.default.fileExists(atPath: left))
        #expect(FileManager.default.fileExists(atPath: bench.path("store/scratch")))
    }

    @Test func whatIsNoImageIsRefused() async throws {
        let page = try bench.write(Array("<!DOCTYPE html><html>404</html>".utf8), to: "page")
        let empty = try bench.write([], to: "empty")
        try bench.run(
            "sh",
            "-c",
            "gzip -c \(empty) > \(empty).gz; tar -cf \(bench.path("tar")) -C \(bench.folder) page"
        )
        for file in [page, empty, empty + ".gz", bench.path("tar"), bench.path("absent"), bench.folder] {
            await #expect(throws: ImageStoreError.self, "\(file)") { try await bench.ingest(file) }
        }
        #expect(try bench.store.names().isEmpty)
    }

    @Test(.enabled(if: Bench.has("sfdisk")))
    func aRawImageShorterThanItsPartitionTableSaysIsRefused() async throws {
        let disk = try bench.blank("disk", size: 8 << 20)
        try bench.run("sfdisk", disk, input: "label: gpt\nsize=2M\n")
        let octets = try bench.octets(of: "disk")
        #expect(try await bench.ingest(disk, as: "whole").size == 8 << 20)
        let short = try bench.write(Array(octets.prefix(5 << 20)), to: "short")
        let error = await #expect(throws: ImageStoreError.self) { try await bench.ingest(short, as: "short") }
        #expect(error?.description.contains("cut short") == true)
    }

    @Test func aFlippedBitInTheStoreIsFoundAndNamedAndMendedByTakingTheImageAgain() async throws {
        let raw = try bench.write(bench.image(), to: "raw")
        let manifest = try await bench.ingest(raw)
        guard case .chunk(let id) = manifest.chunks[4] else { throw Bench.Missing() }
        let path = bench.store.chunkPath(id)
        var octets = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        octets[octets.count / 2] ^= 4
        try Data(octets).write(to: URL(fileURLWithPath: path))
        let broken = try await bench.store.verify("image", trusting: [bench.key.publicKey])
        #expect(broken.map(\.index) == [4])
        #expect(broken.first?.id == id)
        #expect(broken.first?.offset == 4 << 20)
        _ = try await bench.ingest(raw, as: "again")
        #expect(try await bench.store.verify("image", trusting: [bench.key.publicKey]).isEmpty)
    }

    @Test func aNameIsTakenOnceAndReplacedOnlyWhenAsked() async throws {
        let raw = try bench.write(bench.image(), to: "raw")
        _ = try await bench.ingest(raw)
        await #expect(throws: ImageStoreError.exists("image")) { try await bench.ingest(raw) }
        await #expect(throws: ImageStoreError.invalidName("../x")) { try await bench.ingest(raw, as: "../x") }
        #expect(throws: ImageStoreError.noImage("other")) { try bench.store.manifest("other") }
        #expect(throws: ImageStoreError.invalidName("../../etc/passwd")) {
            try bench.store.manifest("../../etc/passwd")
        }
        let other = try bench.write(bench.image(seed: 2), to: "other")
        let (key, now) = (bench.key, bench.now)
        let signed = try await bench.store.ingest(other, as: "image", replacing: true, signedBy: key, at: now)
        #expect(try bench.store.manifest("image") == signed)
    }

    @Test func removingAnImageKeepsTheChunksOfOthers() async throws {
        let (key, raw) = (bench.key.publicKey, bench.image())
        _ = try await bench.ingest(bench.write(raw, to: "one"), as: "one")
        _ = try await bench.ingest(bench.write(Array(raw.prefix(3 << 20)), to: "two"), as: "two")
        try await bench.store.remove("one")
        #expect(try await bench.store.sweep() == 2)
        #expect(try bench.store.names() == ["two"])
        #expect(try await bench.store.verify("two", trusting: [key]).isEmpty)
        try await bench.store.remove("two")
        #expect(try await bench.store.sweep() == 2)
        #expect(try files(in: "store/chunks").isEmpty)
        await #expect(throws: ImageStoreError.noImage("two")) { try await bench.store.remove("two") }
    }
}

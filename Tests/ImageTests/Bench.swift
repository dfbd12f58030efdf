import Foundation
import ImageFormat
import ImageStore
import ImageWriter
import TestSupport
import Testing

/// A folder of its own for one test, with an image store, a signing key and the programs that make files.
final class Bench {
    let folder: String
    let store: ImageStore
    let key = ImageSigningKey()
    let now = Date(timeIntervalSince1970: 1_700_000_000)

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/rackwright-images-" + UUID().uuidString
        store = try ImageStore(folder: folder + "/store")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func write(_ octets: [UInt8], to name: String) throws -> String {
        try Data(octets).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    func octets(of name: String) throws -> [UInt8] {
        try [UInt8](data(of: name))
    }

    /// For comparing, which on `Data` is quick in debug builds too.
    func data(of name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path(name)))
    }

    /// A file of zeroes, without taking room.
    func blank(_ name: String, size: UInt64) throws -> String {
        _ = FileManager.default.createFile(atPath: path(name), contents: nil)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path(name)))
        try handle.truncate(atOffset: size)
        try handle.close()
        return path(name)
    }

    /// Seven MiB and a bit: noise, a hole, text, the first MiB again, noise, two holes, a short end.
    func image(seed: UInt64 = 1) -> [UInt8] {
        seed == 1 ? Self.firstImage : Self.makeImage(seed: seed)
    }

    private static let firstImage = makeImage(seed: 1)

    private static func makeImage(seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        func noise() -> [UInt8] {
            var octets: [UInt8] = []
            for _ in 0..<(1 << 17) {
                let word = generator.next()
                for shift in stride(from: 0, to: 64, by: 8) as StrideTo<UInt64> {
                    octets.append(UInt8(truncatingIfNeeded: word >> shift))
                }
            }
            return octets
        }
        let (first, second) = (noise(), noise())
        let zero = [UInt8](repeating: 0, count: 1 << 20)
        let text = [UInt8](repeating: 0x41, count: 1 << 20)
        return first + zero + text + first + second + zero + zero + generator.octets(5000)
    }

    /// Takes an image in and gives its verified manifest.
    func ingest(_ file: String, as name: String = "image") async throws -> ImageManifest {
        try await store.ingest(file, as: name, signedBy: key, at: now).verified(by: [key.publicKey])
    }

    /// Writes an image from the store to a file in the bench.
    func writer(_ manifest: ImageManifest, to name: String, resume: Bool = false) -> ImageWriter {
        let store = store
        return ImageWriter(
            device: path(name),
            manifest: manifest,
            options: ImageWriter.Options(resume: resume, attempts: 3, retryDelay: .zero)
        ) { id in
            guard let octets = try await store.chunk(id) else { throw Missing() }
            return octets
        }
    }

    struct Missing: Error {}

    /// Runs a program and gives what it wrote; a failure of the program fails the test.
    @discardableResult
    func run(_ program: String, _ arguments: String..., input: String = "", allowing: Set<Int32> = [0]) throws -> String
    {
        let outcome = try Program.run(
            ["/usr/bin/env", program] + arguments,
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"],
            input: Array(input.utf8)
        )
        #expect(allowing.contains(outcome.status), "\(program) \(arguments): \(outcome.output)")
        return outcome.output
    }

    /// Whether a program is on this machine.
    static func has(_ programs: String...) -> Bool {
        programs.allSatisfy { program in
            ["/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"].contains {
                FileManager.default.isExecutableFile(atPath: $0 + program)
            }
        }
    }
}

public import FoundationEssentials
import Glibc
public import ImageFormat

/// The controller's images: signed manifests in `images/`, their chunks in `chunks/`, each piece of content once.
public actor ImageStore {
    private let images: String
    private let chunks: ChunkFolder
    private let threads = BlockingThreads()
    private var ingesting = 0

    /// Makes the folder if it is not there. One store has a folder to itself: what an earlier one left half done is removed.
    public init(folder: String) throws {
        images = folder + "/images"
        chunks = ChunkFolder(folder: folder + "/chunks", scratch: folder + "/scratch")
        try DurableFile.clear(chunks.scratch)
        for path in [images, chunks.folder, chunks.scratch] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    // MARK: Reading

    /// The names of all images, sorted.
    public nonisolated func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: images).filter { $0.hasSuffix(".json") }
            .map { String($0.dropLast(5)) }.filter(ImageManifest.isValid(name:)).sorted()
    }

    /// The signed manifest of an image. Throws `ImageStoreError.noImage`.
    public nonisolated func manifest(_ name: String) throws -> SignedManifest {
        guard ImageManifest.isValid(name: name) else { throw ImageStoreError.invalidName(name) }
        guard let octets = try DurableFile.read(path(ofManifest: name)) else { throw ImageStoreError.noImage(name) }
        return try JSONDecoder().decode(SignedManifest.self, from: Data(octets))
    }

    /// Where a chunk lies, whether it is there or not.
    public nonisolated func chunkPath(_ id: ChunkID) -> String {
        chunks.path(of: id)
    }

    /// A chunk as it is sent: one zstd frame. Nil if there is none.
    public func chunk(_ id: ChunkID) async throws -> [UInt8]? {
        let chunks = chunks
        return try await threads.run { try chunks.stored(id) }
    }

    private nonisolated func path(ofManifest name: String) -> String {
        "\(images)/\(name).json"
    }

    // MARK: Changing

    /// How far an ingest is, in octets of the image; the total is not known of a compressed file.
    public struct Progress: Hashable, Sendable {
        public var done: UInt64
        public var total: UInt64?
    }

    /// Takes a raw or qcow2 image, as it is or compressed with gzip, xz or zstd, and signs its manifest.
    ///
    /// Memory stays at a few chunks. A file that is cut short, damaged, or no image at all leaves no image behind.
    public func ingest(
        _ file: String,
        as name: String,
        replacing: Bool = false,
        signedBy key: ImageSigningKey,
        at now: Date,
        chunkSize: Int = ImageManifest.defaultChunkSize,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws -> SignedManifest {
        guard ImageManifest.isValid(name: name) else { throw ImageStoreError.invalidName(name) }
        let target = path(ofManifest: name)
        let isThere = unsafe access(target, F_OK) == 0
        guard replacing || !isThere else { throw ImageStoreError.exists(name) }
        ingesting += 1
        defer { ingesting -= 1 }
        let intake = ImageIntake(
            name: name,
            chunkSize: chunkSize,
            chunks: chunks,
            threads: threads,
            progress: progress
        )
        let signed = try await SignedManifest(signing: intake.manifest(of: file, at: now), with: key)
        let octets = try Array(JSONEncoder().encode(signed))
        try DurableFile.replace(target, with: octets, scratch: chunks.scratch)
        try DurableFile.synchronize(folder: images)
        return signed
    }

    /// Removes an image. Its chunks stay until `sweep`.
    public func remove(_ name: String) throws {
        guard ImageManifest.isValid(name: name) else { throw ImageStoreError.invalidName(name) }
        guard unsafe unlink(path(ofManifest: name)) == 0 else {
            throw errno == ENOENT ? ImageStoreError.noImage(name) : DurableFile.failure(name, "unlink")
        }
    }

    /// Removes the chunks that no image needs, and says how many. Does nothing while an image is being taken in, and
    /// throws, removing nothing, where a manifest cannot be read.
    @discardableResult
    public func sweep() throws -> Int {
        guard ingesting == 0 else { return 0 }
        var used: Set<ChunkID> = []
        for name in try names() {
            used.formUnion(try ImageManifest(decoding: Array(manifest(name).manifest)).distinctChunks)
        }
        return try chunks.sweep(keeping: used)
    }

    // MARK: Checking

    /// A stored chunk that is not what its name says.
    public struct BrokenChunk: Hashable, Sendable, CustomStringConvertible {
        public var image: String
        public var index: Int
        /// In octets of the image.
        public var offset: UInt64
        public var id: ChunkID
        public var problem: String

        public var description: String { "image \(image), chunk \(index) at \(offset): \(id) \(problem)" }
    }

    /// Reads and hashes every chunk of an image; gives those that are broken. Checks the manifest's signature first.
    public func verify(_ name: String, trusting keys: [ImagePublicKey]) async throws -> [BrokenChunk] {
        let manifest = try manifest(name).verified(by: keys)
        var broken: [BrokenChunk] = []
        for (index, entry) in manifest.chunks.enumerated() {
            guard case .chunk(let id) = entry else { continue }
            let (chunks, length) = (chunks, manifest.length(ofChunk: index))
            guard let problem = try await threads.run({ try chunks.problem(with: id, length: length) }) else {
                continue
            }
            broken.append(
                BrokenChunk(
                    image: name,
                    index: index,
                    offset: manifest.offset(ofChunk: index),
                    id: id,
                    problem: problem
                )
            )
        }
        return broken
    }
}

import FoundationEssentials
import Glibc

/// The container images that nodes pull from the controller: blobs by their digest, and which image has which name.
public actor ContainerStore {
    private let folder: String
    private let blobs: String
    private let scratch: String
    private let threads = BlockingThreads()
    private var tags: [String: Tag]
    private var ingesting = 0

    /// What stands under one name in `tags.json`.
    struct Tag: Codable, Hashable, Sendable {
        var digest: String
        var mediaType: String
        /// Octets of all blobs.
        var size: UInt64
        /// All blobs it needs, the manifest among them.
        var blobs: [String]
    }

    /// One container image.
    public struct Stored: Hashable, Sendable {
        /// `web:1`.
        public var name: String
        /// `sha256:…` of its manifest.
        public var digest: String
        /// Octets of all its blobs.
        public var size: UInt64
        public var blobCount: Int
    }

    /// A manifest as it is sent.
    public struct Manifest: Hashable, Sendable {
        public var digest: ContainerDigest
        public var mediaType: String
        public var octets: [UInt8]
    }

    /// Makes `containers/` in the folder if it is not there. One store has it to itself: what an earlier one left half done
    /// is removed.
    public init(folder: String) throws {
        self.folder = folder + "/containers"
        blobs = self.folder + "/blobs/sha256"
        scratch = self.folder + "/scratch"
        try DurableFile.clear(scratch)
        for path in [blobs, scratch] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let octets = try DurableFile.read(self.folder + "/tags.json")
        tags = try octets.map { try JSONDecoder().decode([String: Tag].self, from: Data($0)) } ?? [:]
    }

    // MARK: Reading

    /// All images, by name.
    public func list() -> [Stored] {
        tags.map { name, tag in Stored(name: name, digest: tag.digest, size: tag.size, blobCount: tag.blobs.count) }
            .sorted { $0.name < $1.name }
    }

    /// `web:1` to `sha256:…`.
    public func digests() -> [String: String] {
        tags.mapValues(\.digest)
    }

    /// Where a blob lies, whether it is there or not.
    public nonisolated func blobPath(_ digest: ContainerDigest) -> String {
        "\(blobs)/\(digest.hexadecimal)"
    }

    /// The manifest that a tag or digest of the repository means; nil if there is none.
    public func manifest(_ repository: String, _ reference: String) async throws -> Manifest? {
        let digest: ContainerDigest
        var mediaType: String?
        if let asked = ContainerDigest(reference) {
            digest = asked
            mediaType = tags.values.first { $0.digest == reference }?.mediaType
        } else {
            guard let tag = tags["\(repository):\(reference)"], let found = ContainerDigest(tag.digest) else {
                return nil
            }
            digest = found
            mediaType = tag.mediaType
        }
        let path = blobPath(digest)
        let octets = try await threads.run { () -> [UInt8]? in
            var status = stat()
            guard unsafe stat(path, &status) == 0, status.st_size <= ContainerIntake.documentLimit else { return nil }
            return try DurableFile.read(path)
        }
        guard let octets else { return nil }
        guard let type = mediaType ?? Self.mediaType(of: octets) else { return nil }
        return Manifest(digest: digest, mediaType: type, octets: octets)
    }

    /// Of an image within an index; nil if the octets are no manifest.
    private static func mediaType(of octets: [UInt8]) -> String? {
        struct Document: Decodable {
            var schemaVersion: Int
            var mediaType: String?
        }
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(octets)), document.schemaVersion == 2
        else { return nil }
        let type = document.mediaType ?? "application/vnd.oci.image.manifest.v1+json"
        guard ContainerIntake.manifestTypes.contains(type) || ContainerIntake.indexTypes.contains(type) else {
            return nil
        }
        return type
    }

    // MARK: Changing

    /// Takes an image from an OCI image layout folder; one that had the name before gives it up.
    ///
    /// Every blob's size and SHA-256 are checked. What is damaged leaves no image behind.
    ///
    /// - Parameter name: `web:1`; empty takes the name that the layout gives.
    public func ingest(
        layout: String,
        as name: String,
        progress: @escaping @Sendable (ImageStore.Progress) -> Void = { _ in }
    ) async throws -> Stored {
        var given: ContainerName?
        if !name.isEmpty {
            guard let parsed = ContainerName(name) else { throw ContainerStoreError.invalidName(name) }
            given = parsed
        }
        let wanted = given
        let intake = ContainerIntake(layout: layout, blobs: blobs, scratch: scratch, progress: progress)
        ingesting += 1
        defer { ingesting -= 1 }
        let (chosen, tag) = try await threads.run { try intake.take(wanted) }
        try save(tags.merging([chosen.description: tag]) { _, new in new })
        return Stored(name: chosen.description, digest: tag.digest, size: tag.size, blobCount: tag.blobs.count)
    }

    /// Removes an image, and the blobs that no other needs unless one is being taken in.
    public func remove(_ name: String) throws {
        guard let parsed = ContainerName(name) else { throw ContainerStoreError.invalidName(name) }
        var rest = tags
        guard rest.removeValue(forKey: parsed.description) != nil else {
            throw ContainerStoreError.noImage(parsed.description)
        }
        try save(rest)
        guard ingesting == 0 else { return }
        let used = Set(rest.values.flatMap(\.blobs))
        for file in try FileManager.default.contentsOfDirectory(atPath: blobs) where !used.contains("sha256:" + file) {
            guard let digest = ContainerDigest("sha256:" + file) else { continue }
            guard unsafe unlink(blobPath(digest)) == 0 else { throw DurableFile.failure(file, "unlink") }
        }
    }

    private func save(_ new: [String: Tag]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try DurableFile.replace(folder + "/tags.json", with: Array(encoder.encode(new)), scratch: scratch)
        try DurableFile.synchronize(folder: folder)
        tags = new
    }
}

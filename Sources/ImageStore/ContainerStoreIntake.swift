import Crypto
import FoundationEssentials
import Glibc

/// Takes one container image out of an OCI image layout folder (image-spec 1.1: image-layout.md); believes nothing in it.
struct ContainerIntake: Sendable {
    /// The layout folder.
    let layout: String
    /// Where blobs are kept, by their 64 digits.
    let blobs: String
    let scratch: String
    let progress: @Sendable (ImageStore.Progress) -> Void

    /// What a manifest, an index or a layer is called where it is referred to.
    struct Descriptor: Codable, Hashable, Sendable {
        var mediaType: String
        var digest: String
        var size: UInt64
        var annotations: [String: String]?
    }

    private struct Index: Decodable {
        var manifests: [Descriptor]
    }

    private struct Manifest: Decodable {
        var config: Descriptor
        var layers: [Descriptor]
    }

    static let indexTypes: Set<String> = [
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
    ]
    static let manifestTypes: Set<String> = [
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    ]
    /// Octets a manifest may have (distribution-spec: "at least 4 megabytes").
    static let documentLimit: UInt64 = 4 << 20
    private static let nameAnnotation = "org.opencontainers.image.ref.name"

    /// Copies all blobs of the image, checked, and says what it is.
    ///
    /// - Parameter name: nil takes the name that the layout gives.
    func take(_ name: ContainerName?) throws -> (ContainerName, ContainerStore.Tag) {
        let octets = try read(layout + "/index.json", limit: Self.documentLimit)
        let index = try decode(Index.self, octets, "index.json")
        let (chosen, root) = try choose(from: index.manifests, name)
        var wanted: [Descriptor] = []
        try collect(root, depth: 0, into: &wanted)
        var total: UInt64 = 0
        for descriptor in wanted {
            let (sum, overflow) = total.addingReportingOverflow(descriptor.size)
            guard !overflow else { throw refusal("its blobs claim impossible sizes") }
            total = sum
        }
        var done: UInt64 = 0
        for descriptor in wanted {
            try copy(descriptor)
            done += descriptor.size
            progress(ImageStore.Progress(done: done, total: total))
        }
        try DurableFile.synchronize(folder: blobs)
        let tag = ContainerStore.Tag(
            digest: root.digest,
            mediaType: root.mediaType,
            size: total,
            blobs: wanted.map(\.digest)
        )
        return (chosen, tag)
    }

    private func choose(
        from manifests: [Descriptor],
        _ name: ContainerName?
    ) throws -> (ContainerName, Descriptor) {
        func annotation(_ descriptor: Descriptor) -> String? { descriptor.annotations?[Self.nameAnnotation] }
        guard let first = manifests.first else { throw refusal("index.json names no image") }
        guard let name else {
            guard manifests.count == 1 else {
                throw refusal("index.json names \(manifests.count) images; say which: NAME:TAG")
            }
            guard let text = annotation(first) else { throw refusal("the image has no name; give one: NAME:TAG") }
            guard let found = ContainerName(text) else { throw ContainerStoreError.invalidName(text) }
            return (found, first)
        }
        if manifests.count == 1 { return (name, first) }
        let fitting = manifests.filter { [name.description, name.tag].contains(annotation($0)) }
        guard fitting.count == 1, let only = fitting.first else {
            throw refusal("index.json names \(manifests.count) images, \(fitting.count) of them \(name)")
        }
        return (name, only)
    }

    /// All that hangs on `descriptor`, each once, and itself last.
    private func collect(_ descriptor: Descriptor, depth: Int, into wanted: inout [Descriptor]) throws {
        guard depth < 3, wanted.count < 1000 else { throw refusal("its index is nested too deeply or too large") }
        guard descriptor.size <= Self.documentLimit else {
            throw refusal("the manifest \(descriptor.digest) claims \(descriptor.size) octets")
        }
        let octets = try document(descriptor)
        if Self.indexTypes.contains(descriptor.mediaType) {
            for child in try decode(Index.self, octets, descriptor.digest).manifests {
                try collect(child, depth: depth + 1, into: &wanted)
            }
        } else if Self.manifestTypes.contains(descriptor.mediaType) {
            let manifest = try decode(Manifest.self, octets, descriptor.digest)
            for blob in [manifest.config] + manifest.layers { try add(blob, to: &wanted) }
        } else {
            throw refusal("\(descriptor.mediaType.debugDescription) is no kind of manifest that can be served")
        }
        try add(descriptor, to: &wanted)
    }

    private func add(_ descriptor: Descriptor, to wanted: inout [Descriptor]) throws {
        _ = try path(descriptor)
        if !wanted.contains(where: { $0.digest == descriptor.digest }) { wanted.append(descriptor) }
    }

    private func path(_ descriptor: Descriptor) throws -> (digest: ContainerDigest, path: String) {
        guard let digest = ContainerDigest(descriptor.digest) else {
            throw refusal("\(descriptor.digest.debugDescription) is no SHA-256 digest")
        }
        return (digest, "\(layout)/blobs/sha256/\(digest.hexadecimal)")
    }

    private func document(_ descriptor: Descriptor) throws -> [UInt8] {
        let (digest, path) = try path(descriptor)
        let octets = try read(path, limit: Self.documentLimit)
        try check(
            digest,
            descriptor.size,
            found: ContainerDigest(octets: SHA256.hash(data: octets)),
            UInt64(octets.count)
        )
        return octets
    }

    private func check(_ digest: ContainerDigest, _ size: UInt64, found: ContainerDigest, _ octets: UInt64) throws {
        guard octets == size else { throw refusal("the blob \(digest) has \(octets) octets where \(size) are named") }
        guard found == digest else { throw refusal("the blob \(digest) is damaged: its hash is \(found)") }
    }

    /// Copies one blob under a name of its own, hashing what is read, and renames it when it is right.
    private func copy(_ descriptor: Descriptor) throws {
        let (digest, path) = try path(descriptor)
        let source = try open(path)
        defer { close(source) }
        let new = scratch + "/" + UUID().uuidString
        let target = unsafe Glibc.open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard target >= 0 else { throw DurableFile.failure(new, "open") }
        do {
            defer { close(target) }
            var hash = SHA256()
            var count: UInt64 = 0
            try pieces(of: source, path) { piece in
                hash.update(data: piece)
                count += UInt64(piece.count)
                guard count <= descriptor.size else {
                    throw refusal("the blob \(digest) has more than the \(descriptor.size) octets that are named")
                }
                try write(piece, to: target, new)
            }
            try check(digest, descriptor.size, found: ContainerDigest(octets: hash.finalize()), count)
            guard fsync(target) == 0 else { throw DurableFile.failure(new, "fsync") }
        } catch {
            _ = unsafe unlink(new)
            throw error
        }
        guard unsafe rename(new, "\(blobs)/\(digest.hexadecimal)") == 0 else {
            let error = DurableFile.failure(digest.description, "rename")
            _ = unsafe unlink(new)
            throw error
        }
    }

    private func write(_ piece: ArraySlice<UInt8>, to descriptor: Int32, _ path: String) throws {
        var rest = piece
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw DurableFile.failure(path, "write") }
            rest = rest.dropFirst(count)
        }
    }

    private func open(_ path: String) throws -> Int32 {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw DurableFile.failure(path, "open") }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw refusal("\(path) is not a plain file")
        }
        return descriptor
    }

    private func pieces(of descriptor: Int32, _ path: String, _ body: (ArraySlice<UInt8>) throws -> Void) throws {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw DurableFile.failure(path, "read") }
            if count == 0 { return }
            try body(buffer[..<count])
        }
    }

    private func read(_ path: String, limit: UInt64) throws -> [UInt8] {
        let descriptor = try open(path)
        defer { close(descriptor) }
        var octets: [UInt8] = []
        try pieces(of: descriptor, path) { piece in
            octets += piece
            guard octets.count <= limit else { throw refusal("\(path) has more than \(limit) octets") }
        }
        return octets
    }

    private func decode<Document: Decodable>(_ type: Document.Type, _ octets: [UInt8], _ what: String) throws
        -> Document
    {
        do {
            return try JSONDecoder().decode(type, from: Data(octets))
        } catch {
            throw refusal("\(what) is not understood: \(error)")
        }
    }

    private func refusal(_ reason: String) -> ContainerStoreError { .refused(layout: layout, reason: reason) }
}

import Crypto
import FoundationEssentials
import ImageStore
import Testing

/// An OCI image layout folder made for a test, and a store beside it; removed with it.
private final class Layout {
    let root: String
    var folder: String { root + "/layout" }
    let store: ContainerStore

    init() throws {
        root = FileManager.default.temporaryDirectory.path + "/containers-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: root + "/layout/blobs/sha256",
            withIntermediateDirectories: true
        )
        store = try ContainerStore(folder: root + "/state")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    static func hex(_ octets: [UInt8]) -> String {
        SHA256.hash(data: octets).map { octet in
            let text = String(octet, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    func path(_ hex: String) -> String { "\(folder)/blobs/sha256/\(hex)" }

    @discardableResult
    func blob(_ octets: [UInt8]) throws -> String {
        let name = Self.hex(octets)
        try Data(octets).write(to: URL(filePath: path(name)))
        return name
    }

    func descriptor(_ type: String, _ digest: String, _ size: Int, name: String? = nil) -> String {
        let annotation = name.map { #","annotations":{"org.opencontainers.image.ref.name":"\#($0)"}"# } ?? ""
        return
            #"{"mediaType":"application/vnd.oci.image.\#(type)","digest":"\#(digest)","size":\#(size)\#(annotation)}"#
    }

    /// Writes an image of one layer; gives the digests of its layer and manifest.
    func image(layer: [UInt8], layerDigest: String? = nil, name: String? = "web:1") throws -> (
        layer: String, manifest: String
    ) {
        let config = Array(#"{"architecture":"amd64","os":"linux"}"#.utf8)
        let layerName = try blob(layer)
        let manifest = """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "config":\(descriptor("config.v1+json", "sha256:" + (try blob(config)), config.count)),
            "layers":[\(descriptor("layer.v1.tar", layerDigest ?? "sha256:" + layerName, layer.count))]}
            """
        let manifestName = try blob(Array(manifest.utf8))
        let root = descriptor("manifest.v1+json", "sha256:" + manifestName, manifest.utf8.count, name: name)
        try index(#"{"schemaVersion":2,"manifests":[\#(root)]}"#)
        return (layerName, manifestName)
    }

    func index(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: folder + "/index.json"))
    }
}

struct HTTPContainerStoreTests {
    private let layout: Layout

    init() throws {
        layout = try Layout()
    }

    @Test func anImageIsTakenWithItsBlobsAndFoundByTagAndDigest() async throws {
        let (layer, manifest) = try layout.image(layer: Array(repeating: 7, count: 3 << 20))
        let stored = try await layout.store.ingest(layout: layout.folder, as: "lab/web:2")
        #expect(stored.name == "lab/web:2")
        #expect(stored.digest == "sha256:" + manifest)
        #expect(stored.blobCount == 3)
        let byTag = try #require(try await layout.store.manifest("lab/web", "2"))
        let byDigest = try #require(try await layout.store.manifest("lab/web", "sha256:" + manifest))
        #expect(byTag == byDigest)
        #expect(byTag.mediaType == "application/vnd.oci.image.manifest.v1+json")
        let digest = try #require(ContainerDigest("sha256:" + layer))
        #expect(FileManager.default.contents(atPath: layout.store.blobPath(digest))?.count == 3 << 20)
        let again = try ContainerStore(folder: layout.root + "/state")
        #expect(await again.digests() == ["lab/web:2": "sha256:" + manifest], "it is there after a restart")
    }

    @Test func withoutANameTheLayoutsOwnIsTaken() async throws {
        _ = try layout.image(layer: [1, 2, 3])
        #expect(try await layout.store.ingest(layout: layout.folder, as: "").name == "web:1")
    }

    @Test func aBlobWithAFlippedBitIsRefusedAndLeavesNothing() async throws {
        let octets: [UInt8] = Array(repeating: 7, count: 5000)
        let (layer, _) = try layout.image(layer: octets)
        var damaged = octets
        damaged[4000] ^= 1
        try Data(damaged).write(to: URL(filePath: layout.path(layer)))
        await #expect(throws: ContainerStoreError.self) {
            try await layout.store.ingest(layout: layout.folder, as: "web:1")
        }
        #expect(await layout.store.list().isEmpty)
        let digest = try #require(ContainerDigest("sha256:" + layer))
        #expect(!FileManager.default.fileExists(atPath: layout.store.blobPath(digest)))
        #expect(try FileManager.default.contentsOfDirectory(atPath: layout.root + "/state/containers/scratch").isEmpty)
    }

    @Test func aBlobThatIsCutShortIsRefused() async throws {
        let (layer, _) = try layout.image(layer: Array(repeating: 7, count: 5000))
        try Data(Array(repeating: 7, count: 4999)).write(to: URL(filePath: layout.path(layer)))
        await #expect(throws: ContainerStoreError.self) {
            try await layout.store.ingest(layout: layout.folder, as: "web:1")
        }
    }

    @Test(arguments: ["sha256:../../../../../etc/passwd", "sha256:", "sha512:00", "../index.json"])
    func aDigestThatIsAPathIsRefused(digest: String) async throws {
        _ = try layout.image(layer: [1], layerDigest: digest)
        await #expect(throws: ContainerStoreError.self) {
            try await layout.store.ingest(layout: layout.folder, as: "web:1")
        }
    }

    @Test(arguments: ["../web:1", "web/../x:1", "/web:1", "Web:1", "web:", "web:1:2", "web:.1", "web//x", ".web"])
    func aNameThatIsNoneIsRefused(name: String) async throws {
        _ = try layout.image(layer: [1])
        await #expect(throws: ContainerStoreError.invalidName(name)) {
            try await layout.store.ingest(layout: layout.folder, as: name)
        }
    }

    /// Every prefix of the index is refused; nothing traps.
    @Test func anIndexThatIsCutShortIsRefused() async throws {
        _ = try layout.image(layer: [1])
        let whole = try #require(FileManager.default.contents(atPath: layout.folder + "/index.json"))
        for length in stride(from: 0, to: whole.count, by: 7) {
            try whole.prefix(length).write(to: URL(filePath: layout.folder + "/index.json"))
            await #expect(throws: ContainerStoreError.self) {
                try await layout.store.ingest(layout: layout.folder, as: "web:1")
            }
        }
    }

    @Test func removingAnImageKeepsTheBlobsOfOthers() async throws {
        let shared = try layout.image(layer: [1, 2, 3])
        _ = try await layout.store.ingest(layout: layout.folder, as: "web:1")
        _ = try await layout.store.ingest(layout: layout.folder, as: "web:2")
        let digest = try #require(ContainerDigest("sha256:" + shared.layer))
        try await layout.store.remove("web:1")
        #expect(FileManager.default.fileExists(atPath: layout.store.blobPath(digest)))
        try await layout.store.remove("web:2")
        #expect(!FileManager.default.fileExists(atPath: layout.store.blobPath(digest)))
        await #expect(throws: ContainerStoreError.noImage("web:2")) { try await layout.store.remove("web:2") }
    }
}

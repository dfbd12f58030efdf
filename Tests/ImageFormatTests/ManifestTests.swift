import FoundationEssentials
import ImageFormat
import TestSupport
import Testing

struct ManifestTests {
    private let noon = Date(timeIntervalSince1970: 1_700_000_000)

    private func manifest(name: String = "debian-12") throws -> ImageManifest {
        try ImageManifest(
            name: name,
            size: (2 << 20) + 512,
            chunks: [.chunk(ChunkID(hashing: [1])), .hole, .chunk(ChunkID(hashing: [2]))],
            createdAt: noon
        )
    }

    @Test func aManifestIsReadAsItWasWritten() throws {
        let manifest = try manifest()
        #expect(try ImageManifest(decoding: manifest.encoded()) == manifest)
        #expect(manifest.length(ofChunk: 0) == 1 << 20)
        #expect(manifest.length(ofChunk: 2) == 512)
        #expect(manifest.offset(ofChunk: 2) == 2 << 20)
        #expect(manifest.distinctChunks.count == 2)
    }

    @Test func equalManifestsHaveEqualOctetsAndDigests() throws {
        #expect(try manifest().encoded() == manifest().encoded())
        #expect(try manifest().digest() == manifest().digest())
        #expect(try manifest().digest() != manifest(name: "debian-13").digest())
    }

    @Test func theOctetsAreJSONWithSortedKeysAndNullForAHole() throws {
        let manifest = try ImageManifest(name: "x", size: 4096, chunkSize: 4096, chunks: [.hole], createdAt: noon)
        let text = String(decoding: try manifest.encoded(), as: UTF8.self)
        #expect(
            text == #"{"chunkSize":4096,"chunks":[null],"createdAt":1700000000,"name":"x","size":4096,"version":1}"#
        )
    }

    @Test(arguments: ["", ".hidden", "a/b", "../x", "-x", "ü", "a b", String(repeating: "a", count: 129)])
    func aNameThatIsNoSafeFileNameIsRefused(name: String) {
        #expect(throws: ImageFormatError.self) { try manifest(name: name) }
    }

    @Test(arguments: [0, 1 << 20, (3 << 20) + 1, .max] as [UInt64])
    func aSizeThatDoesNotFitTheChunksIsRefused(size: UInt64) {
        #expect(throws: ImageFormatError.self) {
            try ImageManifest(name: "x", size: size, chunks: [.hole, .hole, .hole], createdAt: noon)
        }
    }

    @Test(arguments: [0, -1, 4095, 1000, 3 << 20, 1 << 30, .max] as [Int])
    func anAbsurdChunkSizeIsRefused(chunkSize: Int) {
        #expect(throws: ImageFormatError.self) {
            try ImageManifest(name: "x", size: 1, chunkSize: chunkSize, chunks: [.hole], createdAt: noon)
        }
    }

    @Test func everyPrefixIsRefused() throws {
        let octets = try manifest().encoded()
        for count in 0..<octets.count {
            #expect(throws: (any Error).self) { try ImageManifest(decoding: Array(octets.prefix(count))) }
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func aDamagedManifestIsRefusedOrConsistent(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var octets = try manifest().encoded()
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            octets[Int.random(in: octets.indices, using: &generator)] = UInt8.random(in: 32...126, using: &generator)
        }
        guard let read = try? ImageManifest(decoding: octets) else { return }
        #expect(try ImageManifest(decoding: read.encoded()) == read)
        for index in read.chunks.indices { #expect(read.length(ofChunk: index) > 0) }
    }

    @Test func aSignatureHolds() throws {
        let key = ImageSigningKey()
        let signed = try SignedManifest(signing: manifest(), with: key)
        #expect(try signed.verified(by: [ImageSigningKey().publicKey, key.publicKey]) == manifest())
        #expect(try signed.digest == manifest().digest())
        let sent = try JSONDecoder().decode(SignedManifest.self, from: JSONEncoder().encode(signed))
        #expect(sent == signed)
    }

    @Test func anyChangedOctetBreaksTheSignature() throws {
        let key = ImageSigningKey()
        let signed = try SignedManifest(signing: manifest(), with: key)
        for index in signed.manifest.indices {
            var changed = signed.manifest
            changed[index] ^= 1
            let forged = SignedManifest(manifest: changed, signature: signed.signature, keyID: signed.keyID)
            #expect(throws: ImageFormatError.self) { try forged.verified(by: [key.publicKey]) }
        }
        for index in signed.signature.indices {
            var changed = signed.signature
            changed[index] ^= 0x80
            let forged = SignedManifest(manifest: signed.manifest, signature: changed, keyID: signed.keyID)
            #expect(throws: ImageFormatError.self) { try forged.verified(by: [key.publicKey]) }
        }
        let short = SignedManifest(manifest: signed.manifest, signature: Data(), keyID: signed.keyID)
        #expect(throws: ImageFormatError.self) { try short.verified(by: [key.publicKey]) }
    }

    @Test func anotherKeyIsNotTrusted() throws {
        let signed = try SignedManifest(signing: manifest(), with: ImageSigningKey())
        #expect(throws: ImageFormatError.self) { try signed.verified(by: [ImageSigningKey().publicKey]) }
        #expect(throws: ImageFormatError.self) { try signed.verified(by: []) }
    }

    @Test func aKeyIsKeptAsItsOctets() throws {
        let key = ImageSigningKey()
        let kept = try ImageSigningKey(rawRepresentation: key.rawRepresentation)
        #expect(kept.publicKey.id == key.publicKey.id)
        #expect(try ImagePublicKey(rawRepresentation: key.publicKey.rawRepresentation).id == key.publicKey.id)
        #expect(throws: ImageFormatError.self) { try ImageSigningKey(rawRepresentation: [1, 2, 3]) }
        #expect(throws: ImageFormatError.self) { try ImagePublicKey(rawRepresentation: []) }
    }

    @Test(arguments: [
        "", "ab", String(repeating: "A", count: 64), String(repeating: "g", count: 64), "../../etc/passwd",
    ])
    func onlyLowerCaseHexNamesAChunk(text: String) {
        #expect(ChunkID(text) == nil)
    }

    @Test func aChunkIsNamedForItsSHA256() {
        let name = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(ChunkID(hashing: []).description == name)
        #expect(ChunkID(name) == ChunkID(hashing: []))
    }
}

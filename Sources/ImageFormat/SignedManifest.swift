import Crypto
public import FoundationEssentials

/// A manifest's octets, as they were signed, with an Ed25519 signature over them (RFC 8032).
public struct SignedManifest: Codable, Hashable, Sendable {
    /// The manifest's octets; base64 in JSON.
    public let manifest: Data
    /// 64 octets; base64 in JSON.
    public let signature: Data
    /// Which key signed; a hint for choosing, never a proof.
    public let keyID: String

    public init(manifest: Data, signature: Data, keyID: String) {
        self.manifest = manifest
        self.signature = signature
        self.keyID = keyID
    }

    public init(signing manifest: ImageManifest, with key: ImageSigningKey) throws {
        let octets = try Data(manifest.encoded())
        try self.init(manifest: octets, signature: key.signature(over: octets), keyID: key.publicKey.id)
    }

    public var digest: ImageDigest { ImageDigest(ofManifest: Array(manifest)) }

    /// The manifest, if one of the trusted keys signed exactly these octets and the manifest can be right.
    public func verified(by trusted: [ImagePublicKey]) throws -> ImageManifest {
        guard let key = trusted.first(where: { $0.id == keyID }) else {
            throw ImageFormatError.signature("made with key \(keyID.debugDescription), which is not trusted")
        }
        guard key.isValid(signature: signature, over: manifest) else {
            throw ImageFormatError.signature("does not fit the manifest: the octets or the signature were changed")
        }
        return try ImageManifest(decoding: Array(manifest))
    }
}

/// The secret half of the key that signs manifests.
public struct ImageSigningKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// A new key.
    public init() {
        key = Curve25519.Signing.PrivateKey()
    }

    /// A kept key: 32 octets.
    public init(rawRepresentation: some Collection<UInt8>) throws {
        do {
            key = try Curve25519.Signing.PrivateKey(rawRepresentation: Array(rawRepresentation))
        } catch {
            throw ImageFormatError.signature("a signing key has 32 octets, this has \(rawRepresentation.count)")
        }
    }

    /// 32 octets, to be kept secret.
    public var rawRepresentation: [UInt8] { Array(key.rawRepresentation) }

    public var publicKey: ImagePublicKey { ImagePublicKey(key: key.publicKey) }

    func signature(over octets: Data) throws -> Data {
        try key.signature(for: octets)
    }
}

/// The public half: what an agent trusts.
public struct ImagePublicKey: Sendable {
    private let key: Curve25519.Signing.PublicKey

    init(key: Curve25519.Signing.PublicKey) {
        self.key = key
    }

    /// 32 octets.
    public init(rawRepresentation: some Collection<UInt8>) throws {
        do {
            key = try Curve25519.Signing.PublicKey(rawRepresentation: Array(rawRepresentation))
        } catch {
            throw ImageFormatError.signature("a public key has 32 octets, this has \(rawRepresentation.count)")
        }
    }

    /// 32 octets.
    public var rawRepresentation: [UInt8] { Array(key.rawRepresentation) }

    /// The first 16 hexadecimal digits of the SHA-256 of the key.
    public var id: String { Hex.text(SHA256.hash(data: key.rawRepresentation).prefix(8)) }

    func isValid(signature: Data, over octets: Data) -> Bool {
        key.isValidSignature(signature, for: octets)
    }
}

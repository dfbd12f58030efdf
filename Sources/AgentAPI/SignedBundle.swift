public import Crypto
public import FoundationEssentials

/// A bundle as it travels: its JSON octets and the controller's signature over them.
public struct SignedBundle: Codable, Hashable, Sendable {
    /// The JSON of a ``Bundle``.
    public var payload: Data
    /// Ed25519 over `payload`.
    public var signature: Data

    /// Signs `bundle` for the agents.
    public init(_ bundle: Bundle, signedWith key: Curve25519.Signing.PrivateKey) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        payload = try encoder.encode(bundle)
        signature = try key.signature(for: payload)
    }

    /// The bundle, if `key` signed it.
    public func verified(with key: Curve25519.Signing.PublicKey) throws -> Bundle {
        guard key.isValidSignature(signature, for: payload) else { throw InvalidSignature() }
        return try JSONDecoder().decode(Bundle.self, from: payload)
    }

    /// The bundle was not signed by the controller this agent enrolled with, or was changed on the way.
    public struct InvalidSignature: Error, Hashable, Sendable, CustomStringConvertible {
        public init() {}
        public var description: String {
            "the bundle's signature is not the controller's: it was changed on its way or comes from another controller"
        }
    }
}

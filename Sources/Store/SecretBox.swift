import Crypto
public import FoundationEssentials

/// Seals secrets with AES-256-GCM under a key that is kept in a file of its own.
public struct SecretBox: Sendable {
    private let key: SymmetricKey

    /// - Parameter key: 32 octets.
    public init(key: Data) throws {
        guard key.count == 32 else { throw StoreError.unsealing("the key file has \(key.count) octets, not 32") }
        self.key = SymmetricKey(data: key)
    }

    /// A new key's octets.
    public static func newKey() -> Data {
        unsafe SymmetricKey(size: .bits256).withUnsafeBytes { unsafe Data($0) }
    }

    /// A secret of its own for a purpose, the same each time; who has it learns nothing of the key.
    public func derived(for purpose: String, octets count: Int = 16) -> [UInt8] {
        let derived = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key,
            info: Data(purpose.utf8),
            outputByteCount: min(max(1, count), 64)
        )
        return unsafe derived.withUnsafeBytes { unsafe Array($0) }
    }

    /// Nonce, ciphertext and tag; bound to `context`, the record it belongs to.
    public func seal(_ secret: String, context: String) throws -> Data {
        let box = try AES.GCM.seal(Data(secret.utf8), using: key, authenticating: Data(context.utf8))
        guard let combined = box.combined else { throw StoreError.unsealing("the nonce has an unusual length") }
        return combined
    }

    public func open(_ sealed: Data, context: String) throws -> String {
        do {
            let box = try AES.GCM.SealedBox(combined: sealed)
            return String(
                decoding: try AES.GCM.open(box, using: key, authenticating: Data(context.utf8)),
                as: UTF8.self
            )
        } catch {
            throw StoreError.unsealing(
                "for \(context): the key file is not the one it was sealed with, or it was changed"
            )
        }
    }
}

import Crypto
import Octets
import _CryptoExtras

/// The keyed hashes of a suite.
struct KeyedHash: Sendable {
    var suite: CipherSuite

    func callAsFunction(key: [UInt8], _ octets: [UInt8]) -> [UInt8] {
        switch suite {
        case .sha1:
            [UInt8](HMAC<Insecure.SHA1>.authenticationCode(for: octets, using: SymmetricKey(data: key)))
        case .sha256:
            [UInt8](HMAC<SHA256>.authenticationCode(for: octets, using: SymmetricKey(data: key)))
        }
    }
}

/// The keys both ends derive from a key exchange (IPMI 2.0 sections 13.31 and 13.32), and what they protect.
struct SessionKeys: Sendable {
    let suite: CipherSuite
    let sessionIntegrityKey: [UInt8]
    private let integrityKey: [UInt8]
    private let encryptionKey: [UInt8]

    init(suite: CipherSuite, sessionIntegrityKey: [UInt8]) {
        self.suite = suite
        self.sessionIntegrityKey = sessionIntegrityKey
        let hash = KeyedHash(suite: suite)
        integrityKey = hash(key: sessionIntegrityKey, [UInt8](repeating: 1, count: 20))
        encryptionKey = [UInt8](hash(key: sessionIntegrityKey, [UInt8](repeating: 2, count: 20)).prefix(16))
    }

    /// The check value after a packet, over everything from the authentication type to the next header.
    func integrityCheck(_ octets: [UInt8]) -> [UInt8] {
        [UInt8](KeyedHash(suite: suite)(key: integrityKey, octets).prefix(suite.integrityLength))
    }

    /// AES-CBC-128 with the pad 1, 2, 3 … and its length (section 13.29); the vector stands in front.
    func encrypt(_ payload: [UInt8], vector: [UInt8]) throws -> [UInt8] {
        let padLength = (16 - (payload.count + 1) % 16) % 16
        let padded = payload + (0..<padLength).map { UInt8($0 + 1) } + [UInt8(padLength)]
        let sealed = try AES._CBC.encrypt(
            padded,
            using: SymmetricKey(data: encryptionKey),
            iv: AES._CBC.IV(ivBytes: vector),
            noPadding: true
        )
        return vector + sealed
    }

    func decrypt(_ payload: [UInt8]) throws -> [UInt8] {
        guard payload.count >= 32, payload.count % 16 == 0 else {
            throw WireError.invalid(field: "length of an encrypted payload", value: UInt64(payload.count))
        }
        let padded = try [UInt8](
            AES._CBC.decrypt(
                payload[16...],
                using: SymmetricKey(data: encryptionKey),
                iv: AES._CBC.IV(ivBytes: payload[..<16]),
                noPadding: true
            )
        )
        guard let padLength = padded.last.map(Int.init), padLength < 16, padLength < padded.count else {
            throw WireError.invalid(field: "pad length", value: UInt64(padded.last ?? 0))
        }
        let end = padded.count - 1 - padLength
        for (index, octet) in padded[end..<padded.count - 1].enumerated() where octet != UInt8(index + 1) {
            throw WireError.invalid(field: "pad octet", value: UInt64(octet))
        }
        return [UInt8](padded[..<end])
    }
}

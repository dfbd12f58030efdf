import Crypto

/// SHA-256 as lowercase hexadecimal digits.
func sha256Hex(_ octets: [UInt8]) -> String {
    SHA256.hash(data: octets).map { octet in
        let digits = String(octet, radix: 16)
        return octet < 16 ? "0" + digits : digits
    }.joined()
}

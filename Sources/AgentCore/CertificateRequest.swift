import Crypto
import FoundationEssentials

/// A PKCS #10 certification request (RFC 2986) for a P-256 key, as the controller's CA takes it.
enum CertificateRequest {
    /// The request as PEM, with `commonName` as its subject. The CA chooses the names of the certificate itself.
    static func pem(for key: P256.Signing.PrivateKey, commonName: String) throws -> String {
        let subject = DER.sequence(
            DER.set(DER.sequence(DER.objectIdentifier([0x55, 0x04, 0x03]) + DER.utf8String(commonName)))
        )
        let information = DER.sequence(
            DER.integer(0) + subject + Array(key.publicKey.derRepresentation) + DER.emptyAttributes
        )
        let signature = try key.signature(for: information).derRepresentation
        // ecdsa-with-SHA256 (RFC 5758 section 3.2): no parameters.
        let algorithm = DER.sequence(DER.objectIdentifier([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]))
        let request = DER.sequence(information + algorithm + DER.bitString(Array(signature)))
        return PEM.text(request, label: "CERTIFICATE REQUEST")
    }
}

/// The few forms of DER (X.690) that a request is made of.
private enum DER {
    /// `[0] IMPLICIT SET OF Attribute`, of which there are none.
    static let emptyAttributes: [UInt8] = [0xA0, 0x00]

    static func sequence(_ contents: [UInt8]) -> [UInt8] { tagged(0x30, contents) }
    static func set(_ contents: [UInt8]) -> [UInt8] { tagged(0x31, contents) }
    static func integer(_ value: UInt8) -> [UInt8] { tagged(0x02, [value]) }
    static func objectIdentifier(_ octets: [UInt8]) -> [UInt8] { tagged(0x06, octets) }
    static func utf8String(_ text: String) -> [UInt8] { tagged(0x0C, Array(text.utf8)) }
    static func bitString(_ octets: [UInt8]) -> [UInt8] { tagged(0x03, [0] + octets) }

    private static func tagged(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
        let count = contents.count
        let length: [UInt8] =
            switch count {
            case ..<128: [UInt8(count)]
            case ..<256: [0x81, UInt8(count)]
            default: [0x82, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
            }
        return [tag] + length + contents
    }
}

/// Textual encoding of certificates and keys (RFC 7468).
enum PEM {
    static func text(_ der: [UInt8], label: String) -> String {
        var lines = ["-----BEGIN \(label)-----"]
        var rest = Data(der).base64EncodedString()[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        lines.append("-----END \(label)-----")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The octets of the first block with this label.
    static func octets(_ text: String, label: String) -> [UInt8]? {
        var base64: String?
        for line in text.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("-----BEGIN \(label)-----") {
                base64 = ""
            } else if line.hasPrefix("-----END \(label)-----"), let base64 {
                return Data(base64Encoded: base64).map { Array($0) }
            } else if base64 != nil {
                base64?.append(contentsOf: line.filter { !$0.isWhitespace })
            }
        }
        return nil
    }
}

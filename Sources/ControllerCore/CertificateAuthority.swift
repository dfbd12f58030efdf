import Crypto
public import FoundationEssentials
import SwiftASN1
import X509

/// The controller's own CA: made at first start, it signs the controller's and the agents' certificates.
public struct CertificateAuthority: Sendable {
    private let certificate: Certificate
    private let key: Certificate.PrivateKey

    /// The CA certificate, as PEM.
    public let pem: String
    /// SHA-256 of the CA certificate's DER in lower-case hexadecimal: what agents pin.
    public let fingerprint: String

    /// Reads the CA from `folder`, or makes it there.
    public init(folder: String, now: Date) throws {
        let certificatePath = folder + "/ca.pem"
        let keyPath = folder + "/ca.key"
        if FileManager.default.fileExists(atPath: keyPath) {
            certificate = try Certificate(pemEncoded: String(contentsOfFile: certificatePath, encoding: .utf8))
            key = try Certificate.PrivateKey(pemEncoded: String(contentsOfFile: keyPath, encoding: .utf8))
        } else {
            key = Certificate.PrivateKey(P256.Signing.PrivateKey())
            let name = try DistinguishedName {
                CommonName("Rackwright CA")
                OrganizationName("Rackwright")
            }
            certificate = try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(),
                publicKey: key.publicKey,
                notValidBefore: now - 86_400,
                notValidAfter: now + 20 * 365 * 86_400,
                issuer: name,
                subject: name,
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                },
                issuerPrivateKey: key
            )
            try PrivateFile.write(Data(certificate.serializeAsPEM().pemString.utf8), to: certificatePath, mode: 0o644)
            try PrivateFile.write(Data(key.serializeAsPEM().pemString.utf8), to: keyPath, mode: 0o600)
        }
        let document = try certificate.serializeAsPEM()
        pem = document.pemString + "\n"
        fingerprint = Hexadecimal.text(SHA256.hash(data: document.derBytes))
    }

    /// A fresh certificate and key for the controller's HTTPS, good for its addresses and names.
    public func serverCertificate(addresses: [String], names: [String], now: Date) throws -> (
        chain: String, key: String
    ) {
        let serverKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        var alternatives = names.map { GeneralName.dnsName($0) }
        for address in addresses {
            let octets = address.split(separator: ".").compactMap { UInt8($0) }
            if octets.count == 4 {
                alternatives.append(.ipAddress(ASN1OctetString(contentBytes: octets[...])))
            }
        }
        let issued = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: serverKey.publicKey,
            notValidBefore: now - 86_400,
            notValidAfter: now + 825 * 86_400,
            issuer: certificate.subject,
            subject: try DistinguishedName { CommonName("Rackwright controller") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(alternatives)
            },
            issuerPrivateKey: key
        )
        return (try issued.serializeAsPEM().pemString + "\n" + pem, try serverKey.serializeAsPEM().pemString + "\n")
    }

    /// What a certificate request asks for, if its signature proves that the asker has the key.
    func issue(request pem: String, node: String, now: Date) throws -> (certificate: String, keyHash: String) {
        let request = try CertificateSigningRequest(pemEncoded: pem)
        guard request.publicKey.isValidSignature(request.signature, for: request) else {
            throw CertificateProblem(reason: "the certificate request is not signed by its own key")
        }
        let issued = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: request.publicKey,
            notValidBefore: now - 86_400,
            notValidAfter: now + 10 * 365 * 86_400,
            issuer: certificate.subject,
            subject: try DistinguishedName { CommonName(node) },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.clientAuth])
            },
            issuerPrivateKey: key
        )
        return (try issued.serializeAsPEM().pemString, Self.keyHash(request.publicKey))
    }

    /// The SHA-256 of a public key, in hexadecimal.
    static func keyHash(_ key: Certificate.PublicKey) -> String {
        Hexadecimal.text(SHA256.hash(data: key.subjectPublicKeyInfoBytes))
    }

    /// Who a client certificate in DER says it is: the node's id and its key's hash. The TLS layer has already checked that
    /// our CA signed it.
    public static func agent(der: [UInt8]) throws -> (node: String, keyHash: String) {
        let certificate = try Certificate(derEncoded: der)
        for name in certificate.subject {
            for attribute in name where attribute.type == .RDNAttributeType.commonName {
                guard let text = String(attribute.value) else { continue }
                return (text, keyHash(certificate.publicKey))
            }
        }
        throw CertificateProblem(reason: "the client certificate names no node")
    }
}

/// Why a certificate was refused.
public struct CertificateProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public var reason: String

    public var description: String { reason }
}

/// Lower-case hexadecimal digits.
enum Hexadecimal {
    static func text(_ octets: some Sequence<UInt8>) -> String {
        var text = ""
        for octet in octets {
            text.append(digits[Int(octet >> 4)])
            text.append(digits[Int(octet & 15)])
        }
        return text
    }

    private static let digits = Array("0123456789abcdef")
}

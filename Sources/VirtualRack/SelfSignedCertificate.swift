import Crypto
import FoundationEssentials
import NIOCore
import NIOSSL
import SwiftASN1
import X509

/// A BMC's self-signed certificate and its key.
struct SelfSignedCertificate: Sendable {
    /// The certificate, then the key.
    let pem: String
    let chain: [NIOSSLCertificateSource]
    let key: NIOSSLPrivateKeySource

    init(pem: String) throws {
        self.pem = pem
        chain = try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)).map { .certificate($0) }
        key = .privateKey(try NIOSSLPrivateKey(bytes: Array(pem.utf8), format: .pem))
    }

    /// Makes one for an IPv4 address, good for `days` from `start` on.
    init(address: String, from start: Date, days: Double) throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let name = try DistinguishedName { CommonName(address) }
        let octets = address.split(separator: ".").compactMap { UInt8($0) }
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: start,
            notValidAfter: start + days * 86_400,
            issuer: name,
            subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                // Clients take a certificate that signed itself for an authority, so it must be one.
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                SubjectAlternativeNames([.ipAddress(ASN1OctetString(contentBytes: octets[...]))])
            },
            issuerPrivateKey: key
        )
        try self.init(pem: certificate.serializeAsPEM().pemString + "\n" + key.serializeAsPEM().pemString + "\n")
    }
}

/// The certificates of one BMC: its own, and those that faults put in its place.
struct BMCCertificates: Sendable {
    let own: SelfSignedCertificate
    private let expired: SelfSignedCertificate
    private let changed: SelfSignedCertificate

    init(own: SelfSignedCertificate, address: String, now: Date) throws {
        self.own = own
        expired = try SelfSignedCertificate(address: address, from: now - 400 * 86_400, days: 365)
        changed = try SelfSignedCertificate(address: address, from: now - 86_400, days: 3650)
    }

    func inForce(_ faults: [BMCFault]) -> SelfSignedCertificate {
        if faults.contains(.expiredCertificate) { return expired }
        return faults.contains(.changedCertificate) ? changed : own
    }

    /// TLS that shows, at each handshake, the certificate that is in force then.
    func tls(_ faults: BMCFaults) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: own.chain,
            privateKey: own.key
        )
        configuration.sslContextCallback = { [self] _, promise in
            let certificate = inForce(faults.inForce(at: .now))
            var change = NIOSSLContextConfigurationOverride()
            change.certificateChain = certificate.chain
            change.privateKey = certificate.key
            promise.succeed(change)
        }
        return configuration
    }
}

/// How a session is authenticated, protected and encrypted (IPMI 2.0 table 22-20).
public enum CipherSuite: UInt8, Hashable, Sendable, CaseIterable {
    /// RAKP-HMAC-SHA256, HMAC-SHA256-128, AES-CBC-128.
    case sha256 = 17
    /// RAKP-HMAC-SHA1, HMAC-SHA1-96, AES-CBC-128.
    case sha1 = 3

    /// The number of the RAKP algorithm on the wire.
    var authentication: UInt8 { self == .sha256 ? 0x03 : 0x01 }
    var integrity: UInt8 { self == .sha256 ? 0x04 : 0x01 }
    var confidentiality: UInt8 { 0x01 }

    /// Octets of an untruncated key exchange code.
    var codeLength: Int { self == .sha256 ? 32 : 20 }
    /// Octets of an integrity check value: in RAKP 4 and after every packet.
    var integrityLength: Int { self == .sha256 ? 16 : 12 }
}

/// How much a session may do (IPMI 2.0 section 6.8).
public enum PrivilegeLevel: UInt8, Hashable, Sendable {
    case callback = 1
    case user = 2
    case `operator` = 3
    case administrator = 4
}

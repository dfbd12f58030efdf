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

extension CipherSuite {
    /// The suite of three algorithms as they are proposed: authentication, integrity, confidentiality.
    init?(algorithms: [UInt8]) {
        let known = Self.allCases.first { [$0.authentication, $0.integrity, $0.confidentiality] == algorithms }
        guard let known else { return nil }
        self = known
    }

    /// How a BMC lists it in its answer to Get Channel Cipher Suites (IPMI 2.0 table 22-19).
    public var record: [UInt8] {
        [0xC0, rawValue, authentication, 0x40 | integrity, 0x80 | confidentiality]
    }
}

/// How much a session may do (IPMI 2.0 section 6.8).
public enum PrivilegeLevel: UInt8, Hashable, Sendable {
    case callback = 1
    case user = 2
    case `operator` = 3
    case administrator = 4
}

extension PrivilegeLevel: Comparable {
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// Option 93: the kind of firmware a client boots with (RFC 4578 section 2.1 with its errata, IANA's registry).
public struct ClientArchitecture: RawRepresentable, Hashable, Sendable {
    public static let biosX86 = Self(rawValue: 0)
    public static let uefiIA32 = Self(rawValue: 6)
    public static let uefiX64 = Self(rawValue: 7)
    /// "EBC" in the registry; sent by x64 firmware whose author read the RFC before its errata.
    public static let uefiX64AsEBC = Self(rawValue: 9)
    public static let uefiARM32 = Self(rawValue: 10)
    public static let uefiARM64 = Self(rawValue: 11)
    public static let uefiIA32HTTP = Self(rawValue: 15)
    public static let uefiX64HTTP = Self(rawValue: 16)
    public static let uefiARM32HTTP = Self(rawValue: 18)
    public static let uefiARM64HTTP = Self(rawValue: 19)
    public static let biosX86HTTP = Self(rawValue: 20)

    public var rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }
}

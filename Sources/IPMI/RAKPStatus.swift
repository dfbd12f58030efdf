/// Why a BMC refused a step of the login (IPMI 2.0 table 13-15).
public struct RAKPStatus: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let noErrors = Self(rawValue: 0x00)
    static let insufficientResources = Self(rawValue: 0x01)
    static let invalidSessionID = Self(rawValue: 0x02)
    static let invalidAuthentication = Self(rawValue: 0x04)
    static let invalidIntegrity = Self(rawValue: 0x05)
    public static let invalidRole = Self(rawValue: 0x09)
    public static let unauthorizedRole = Self(rawValue: 0x0A)
    static let invalidNameLength = Self(rawValue: 0x0C)
    public static let unauthorizedName = Self(rawValue: 0x0D)
    public static let invalidIntegrityCheck = Self(rawValue: 0x0F)
    static let invalidConfidentiality = Self(rawValue: 0x10)
    static let noMatchingSuite = Self(rawValue: 0x11)
    static let illegalParameter = Self(rawValue: 0x12)

    /// The BMC does not do the proposed algorithms; another suite may go. "Invalid role" is how some say it.
    var refusesSuite: Bool { [0x04, 0x05, 0x06, 0x07, 0x09, 0x10, 0x11].contains(rawValue) }

    /// The BMC knows the user not, or not with this password or privilege.
    var refusesUser: Bool { [Self.unauthorizedName, .invalidIntegrityCheck, .unauthorizedRole].contains(self) }

    /// The BMC has no free session now.
    public var isShortOfSessions: Bool { rawValue == 0x01 || rawValue == 0x0B }
}

extension RAKPStatus: CustomStringConvertible {
    public var description: String {
        let meanings: [UInt8: String] = [
            0x01: "insufficient resources for another session",
            0x02: "invalid session ID",
            0x03: "invalid payload type",
            0x04: "invalid authentication algorithm",
            0x05: "invalid integrity algorithm",
            0x06: "no matching authentication payload",
            0x07: "no matching integrity payload",
            0x08: "inactive session ID",
            0x09: "invalid role",
            0x0A: "unauthorized role or privilege level",
            0x0B: "insufficient resources for a session with that role",
            0x0C: "invalid name length",
            0x0D: "unauthorized name",
            0x0E: "unauthorized GUID",
            0x0F: "invalid integrity check value",
            0x10: "invalid confidentiality algorithm",
            0x11: "no cipher suite matches the proposed algorithms",
            0x12: "illegal or unrecognised parameter",
        ]
        return meanings[rawValue] ?? "status \(rawValue)"
    }
}

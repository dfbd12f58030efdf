/// The first octet of every answer (IPMI 2.0 table 5-2). Codes 0x80 to 0xBE belong to the command.
public struct CompletionCode: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let success = Self(rawValue: 0x00)
    public static let busy = Self(rawValue: 0xC0)
    public static let invalidCommand = Self(rawValue: 0xC1)
    public static let timeout = Self(rawValue: 0xC3)
    public static let outOfSpace = Self(rawValue: 0xC4)
    public static let dataLengthInvalid = Self(rawValue: 0xC7)
    public static let outOfRange = Self(rawValue: 0xC9)
    public static let invalidDataField = Self(rawValue: 0xCC)
    public static let insufficientPrivilege = Self(rawValue: 0xD4)
    public static let notInPresentState = Self(rawValue: 0xD5)

    /// The same command may succeed a little later.
    public var isTransient: Bool {
        [Self.busy, .timeout, .outOfSpace, .notInPresentState].contains(self)
            || [0xCE, 0xD0, 0xD1, 0xD2].contains(rawValue)
    }
}

extension CompletionCode: CustomStringConvertible {
    public var description: String {
        let hex = (rawValue < 16 ? "0x0" : "0x") + String(rawValue, radix: 16)
        return Self.meanings[rawValue].map { "\($0) (\(hex))" } ?? "completion code \(hex)"
    }

    private static let meanings: [UInt8: String] = [
        0x00: "completed",
        0xC0: "the BMC is busy",
        0xC1: "invalid command",
        0xC2: "invalid command for this LUN",
        0xC3: "time-out in the BMC",
        0xC4: "out of space",
        0xC5: "reservation cancelled",
        0xC6: "request data truncated",
        0xC7: "request data length invalid",
        0xC9: "parameter out of range",
        0xCB: "requested data not present",
        0xCC: "invalid data field",
        0xCE: "response could not be provided",
        0xD0: "data repository in update",
        0xD1: "firmware in update",
        0xD2: "the BMC is initialising",
        0xD3: "destination unavailable",
        0xD4: "insufficient privilege",
        0xD5: "not supported in the present state",
        0xD6: "the command is disabled",
        0xFF: "unspecified error",
    ]
}

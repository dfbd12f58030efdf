public import Octets

/// What a serial over LAN payload carries, in either direction (IPMI 2.0 section 15.9).
public struct SOLPacket: Hashable, Sendable {
    /// The fourth octet: what the console asks for, or how the BMC is. Bit 6 is the same both ways.
    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Not all of the packet that is acknowledged was taken.
        public static let nack = Self(rawValue: 0x40)

        // From the console.
        public static let ring = Self(rawValue: 0x20)
        public static let sendBreak = Self(rawValue: 0x10)
        /// Clear To Send is taken away: the machine is to pause.
        public static let pause = Self(rawValue: 0x08)
        /// Carrier and data set ready are taken away.
        public static let dropCarrier = Self(rawValue: 0x04)
        public static let flushInbound = Self(rawValue: 0x02)
        public static let flushOutbound = Self(rawValue: 0x01)

        // From the BMC.
        /// It cannot take characters now.
        public static let unavailable = Self(rawValue: 0x20)
        /// Serial over LAN ends, or has ended.
        public static let inactive = Self(rawValue: 0x10)
        /// Characters from the machine were lost.
        public static let overrun = Self(rawValue: 0x08)
        public static let breakDetected = Self(rawValue: 0x04)
    }

    /// 1 to 15; 0 for a packet that is not acknowledged.
    public var sequence: UInt8
    /// The number of the packet that is acknowledged; 0 for none.
    public var acknowledged: UInt8
    /// How many characters of that were taken.
    public var accepted: UInt8
    public var flags: Flags
    public var characters: [UInt8]

    public init(
        sequence: UInt8 = 0,
        acknowledged: UInt8 = 0,
        accepted: UInt8 = 0,
        flags: Flags = [],
        characters: [UInt8] = []
    ) {
        self.sequence = sequence & 0x0F
        self.acknowledged = acknowledged & 0x0F
        self.accepted = accepted
        self.flags = flags
        self.characters = characters
    }

    static let headerLength = 4

    public init(_ payload: [UInt8]) throws(WireError) {
        var reader = OctetReader(payload)
        sequence = try reader.readInteger() & 0x0F
        acknowledged = try reader.readInteger() & 0x0F
        accepted = try reader.readInteger()
        flags = Flags(rawValue: try reader.readInteger())
        characters = [UInt8](reader.readRemaining())
    }

    public var octets: [UInt8] { [sequence, acknowledged, accepted, flags.rawValue] + characters }
}

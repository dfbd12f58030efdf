public import Octets

/// What kinds of station the sender is, and which of them it is just now (IEEE 802.1AB-2016 section 8.5.8).
public struct SystemCapabilities: TLVContent {
    public static var kind: TLVKind { .basic(.systemCapabilities) }

    public struct Capability: OptionSet, Hashable, Sendable {
        public static let other = Self(rawValue: 1)
        public static let repeater = Self(rawValue: 1 << 1)
        public static let bridge = Self(rawValue: 1 << 2)
        public static let accessPoint = Self(rawValue: 1 << 3)
        public static let router = Self(rawValue: 1 << 4)
        public static let telephone = Self(rawValue: 1 << 5)
        public static let cableModem = Self(rawValue: 1 << 6)
        public static let station = Self(rawValue: 1 << 7)
        public static let customerBridge = Self(rawValue: 1 << 8)
        public static let serviceBridge = Self(rawValue: 1 << 9)
        public static let twoPortRelay = Self(rawValue: 1 << 10)

        public var rawValue: UInt16

        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }
    }

    public var supported: Capability
    public var enabled: Capability

    public init(supported: Capability, enabled: Capability) {
        self.supported = supported
        self.enabled = enabled
    }

    public init(reading reader: inout OctetReader) throws(WireError) {
        supported = Capability(rawValue: try reader.readInteger())
        enabled = Capability(rawValue: try reader.readInteger())
    }

    public func write(to octets: inout [UInt8]) {
        octets.append(bigEndian: supported.rawValue)
        octets.append(bigEndian: enabled.rawValue)
    }
}

public import Octets

/// How the link came to its speed (IEEE 802.3-2018 clause 79.3.1).
public struct LinkNegotiation: TLVContent {
    public static var kind: TLVKind { .ieee8023(1) }

    /// Bit 0: the port can negotiate; bit 1: it does.
    public var status: UInt8
    /// The modes that it offers, by `IANAifMauAutoNegCapBits`.
    public var advertised: UInt16
    /// The mode it works in, by `dot3MauType` (RFC 4836): 30 is 1000BASE-T full duplex.
    public var mode: UInt16

    public init(status: UInt8, advertised: UInt16, mode: UInt16) {
        self.status = status
        self.advertised = advertised
        self.mode = mode
    }

    public init(reading reader: inout OctetReader) throws(WireError) {
        status = try reader.readInteger()
        advertised = try reader.readInteger()
        mode = try reader.readInteger()
    }

    public func write(to octets: inout [UInt8]) {
        octets.append(status)
        octets.append(bigEndian: advertised)
        octets.append(bigEndian: mode)
    }

    public var canNegotiate: Bool { status & 1 != 0 }
    public var negotiates: Bool { status & 2 != 0 }
}

/// Power over the cable (clause 79.3.2).
public struct LinkPower: TLVContent {
    public static var kind: TLVKind { .ieee8023(2) }

    /// Bit 0: supplies power; bit 1: can; bit 2: does; bit 3: pairs can be chosen.
    public var support: UInt8
    /// 1: the signal pairs, 2: the spare ones.
    public var pairs: UInt8
    /// The class and 1.
    public var powerClass: UInt8
    /// What edition 802.3at added.
    public var request: Request?
    /// What 802.3bt added, as it is.
    public var extensions: [UInt8]

    /// What the powered end asks for and the other grants.
    public struct Request: Hashable, Sendable {
        /// Type, source and priority.
        public var flags: UInt8
        /// Tenths of a watt.
        public var wanted: UInt16
        /// Tenths of a watt.
        public var granted: UInt16

        public init(flags: UInt8, wanted: UInt16, granted: UInt16) {
            self.flags = flags
            self.wanted = wanted
            self.granted = granted
        }
    }

    public init(
        support: UInt8,
        pairs: UInt8,
        powerClass: UInt8,
        request: Request? = nil,
        extensions: [UInt8] = []
    ) {
        self.support = support
        self.pairs = pairs
        self.powerClass = powerClass
        self.request = request
        self.extensions = extensions
    }

    public init(reading reader: inout OctetReader) throws(WireError) {
        support = try reader.readInteger()
        pairs = try reader.readInteger()
        powerClass = try reader.readInteger()
        if reader.remaining >= 5 {
            let flags: UInt8 = try reader.readInteger()
            let wanted: UInt16 = try reader.readInteger()
            request = Request(flags: flags, wanted: wanted, granted: try reader.readInteger())
        }
        extensions = Array(reader.readRemaining())
    }

    public func write(to octets: inout [UInt8]) {
        octets += [support, pairs, powerClass]
        if let request {
            octets.append(request.flags)
            octets.append(bigEndian: request.wanted)
            octets.append(bigEndian: request.granted)
        }
        octets += extensions
    }
}

/// The largest frame that the port takes, header and check sequence included (clause 79.3.4).
public struct MaximumFrameSize: TLVContent {
    public static var kind: TLVKind { .ieee8023(4) }

    public var octets: UInt16

    public init(_ octets: UInt16) {
        self.octets = octets
    }

    public init(reading reader: inout OctetReader) throws(WireError) {
        octets = try reader.readInteger()
    }

    public func write(to octets: inout [UInt8]) {
        octets.append(bigEndian: self.octets)
    }
}

public import Octets

extension IPMIRequest {
    /// Activate Payload for serial over LAN, encrypted and authenticated (IPMI 2.0 section 24.1).
    public static var activateSerial: Self {
        // Alerts of the serial port wait; carrier and Clear To Send are there from the start.
        Self(networkFunction: 0x06, command: 0x48, data: [0x01, 0x01, 0xC4, 0, 0, 0])
    }

    /// IPMI 2.0 section 24.2; it ends another's session as well.
    public static var deactivateSerial: Self {
        Self(networkFunction: 0x06, command: 0x49, data: [0x01, 0x01, 0, 0, 0, 0])
    }
}

extension CompletionCode {
    /// Of Activate Payload: it is active on another session. Of Deactivate Payload: it is not active.
    public static let payloadHasThatState = Self(rawValue: 0x80)
}

/// The answer to Activate Payload (IPMI 2.0 section 24.1).
public struct SerialActivation: Hashable, Sendable {
    /// The octets of a payload to the BMC and from it, at most.
    public var inboundSize: Int
    public var outboundSize: Int
    /// The UDP port, in which BMCs err: the session's own serves.
    public var port: UInt16

    public init(inboundSize: Int, outboundSize: Int, port: UInt16) {
        self.inboundSize = inboundSize
        self.outboundSize = outboundSize
        self.port = port
    }

    public init(_ data: [UInt8]) throws(WireError) {
        var reader = OctetReader(data)
        _ = try reader.read(4)
        inboundSize = Int(try reader.readLittleEndian(UInt16.self))
        outboundSize = Int(try reader.readLittleEndian(UInt16.self))
        port = try reader.readLittleEndian()
    }

    /// Without a VLAN.
    public var octets: [UInt8] {
        var octets: [UInt8] = [0, 0, 0, 0]
        octets.append(littleEndian: UInt16(clamping: inboundSize))
        octets.append(littleEndian: UInt16(clamping: outboundSize))
        octets.append(littleEndian: port)
        return octets + [0xFF, 0xFF]
    }
}

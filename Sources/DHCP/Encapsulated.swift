public import Octets

/// Options inside an option: 43 (vendor), 82 (relay) and 175 (iPXE) hold code, length and value over and over.
public struct Encapsulated: Sendable {
    /// Option 43: bits that tell a PXE client how to find its boot server (PXE 2.1 section 2.2.3).
    public static let discoveryControl: UInt8 = 6
    /// Option 82: the subnet to take an address from (RFC 3527).
    public static let linkSelection: UInt8 = 5
    /// Option 82: what the server shall call itself (RFC 5107).
    public static let serverIdentifierOverride: UInt8 = 11
    /// Option 175: tells iPXE not to wait for a proxyDHCP offer.
    public static let noProxyDHCP: UInt8 = 176

    public private(set) var values: [(code: UInt8, value: [UInt8])] = []

    public init() {}

    /// Reads what it can: a sub-option that runs over the end is left out with all after it.
    public init(reading octets: [UInt8]) {
        var reader = OctetReader(octets)
        while let code = try? reader.readInteger(UInt8.self) {
            if code == 255 { return }
            guard let length = try? reader.readInteger(UInt8.self),
                let value = try? reader.read(Int(length))
            else {
                return
            }
            values.append((code, Array(value)))
        }
    }

    public subscript(code: UInt8) -> [UInt8]? { values.first { $0.code == code }?.value }

    /// Adds one sub-option; its value is cut at 255 octets.
    public func adding(_ code: UInt8, _ value: [UInt8]) -> Encapsulated {
        var copy = self
        copy.values.append((code, Array(value.prefix(255))))
        return copy
    }

    public var octets: [UInt8] {
        values.flatMap { [$0.code, UInt8($0.value.count)] + $0.value }
    }
}

extension DHCPMessage {
    /// Option 82.5: the subnet that a relay asks for when it is not that of its own address.
    public var linkSelection: IPv4Address? { relayed(Encapsulated.linkSelection) }

    /// Option 82.11: the address by which the client shall know the server.
    public var serverIdentifierOverride: IPv4Address? {
        relayed(Encapsulated.serverIdentifierOverride)
    }

    private func relayed(_ code: UInt8) -> IPv4Address? {
        options[.relayAgentInformation].flatMap { Encapsulated(reading: $0)[code] }.flatMap {
            IPv4Address(octets: $0)
        }
    }
}

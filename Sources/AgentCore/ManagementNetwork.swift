import Octets

/// How the management controller is reached over its network, asked from within the machine.
struct ManagementNetwork: Hashable {
    var address: IPv4Address?
    var mac: MACAddress?

    init() {}

    /// - Parameter request: asks the controller one question, by function, command and data; the answer begins with its
    ///   completion code
    init(asking request: (UInt8, UInt8, [UInt8]) throws -> [UInt8]) throws {
        // Controllers with a port of their own and a shared one have two channels, and one of them may be unused.
        for channel in try Self.channels(asking: request) {
            var found = ManagementNetwork()
            let octets = try Self.parameter(3, of: channel, asking: request)
            let address = octets.flatMap { IPv4Address(octets: $0.prefix(4)) }
            found.address = address == .any || address == .broadcast ? nil : address
            let mac = try Self.parameter(5, of: channel, asking: request).flatMap { MACAddress(octets: $0.prefix(6)) }
            found.mac = mac?.octets.contains { $0 != 0 } == true ? mac : nil
            if self == ManagementNetwork() || (self.address == nil && found.address != nil) { self = found }
        }
    }

    /// The channels that are networks (Get Channel Info, IPMI 2.0 section 22.24): the first where none says what it is.
    private static func channels(asking request: (UInt8, UInt8, [UInt8]) throws -> [UInt8]) throws -> [UInt8] {
        let ethernet: UInt8 = 4
        let found = try (1...11 as ClosedRange<UInt8>).filter { channel in
            let answer = try request(0x06, 0x42, [channel])
            return answer.count >= 3 && answer[0] == 0 && answer[2] & 0x7F == ethernet
        }
        return found.isEmpty ? [1] : found
    }

    /// What stands behind completion code and revision (Get LAN Configuration Parameters, section 23.2).
    private static func parameter(
        _ selector: UInt8,
        of channel: UInt8,
        asking request: (UInt8, UInt8, [UInt8]) throws -> [UInt8]
    ) throws -> ArraySlice<UInt8>? {
        let answer = try request(0x0C, 0x02, [channel, selector, 0, 0])
        return answer.count > 2 && answer[0] == 0 ? answer[2...] : nil
    }
}

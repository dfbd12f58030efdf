import Octets

/// How the management controller is reached over its network, asked from within the machine.
struct ManagementNetwork: Hashable {
    var address: IPv4Address?
    var mac: MACAddress?
    /// Those that were set by hand first; without addresses of the link alone.
    var ipv6: [IPv6Address] = []

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
            found.ipv6 = try Self.ipv6(of: channel, asking: request)
            let hasNone = self.address == nil && self.ipv6.isEmpty
            if self == ManagementNetwork() || (hasNone && (found.address != nil || !found.ipv6.isEmpty)) {
                self = found
            }
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
        _ set: UInt8 = 0,
        of channel: UInt8,
        asking request: (UInt8, UInt8, [UInt8]) throws -> [UInt8]
    ) throws -> ArraySlice<UInt8>? {
        let answer = try request(0x0C, 0x02, [channel, selector, set, 0])
        return answer.count > 2 && answer[0] == 0 ? answer[2...] : nil
    }

    /// The addresses in use (IPMI 2.0 errata 7, LAN parameters 50 to 59): static ones by parameter 56, dynamic ones by 59.
    private static func ipv6(
        of channel: UInt8,
        asking request: (UInt8, UInt8, [UInt8]) throws -> [UInt8]
    ) throws -> [IPv6Address] {
        // 0: IPv4 alone. A controller that does not know the parameter has no IPv6.
        guard let enables = try parameter(51, of: channel, asking: request)?.first, enables != 0,
            let status = try parameter(55, of: channel, asking: request), status.count >= 2
        else { return [] }
        var found: [IPv6Address] = []
        for (selector, count) in [(56 as UInt8, status.first ?? 0), (59, status.dropFirst().first ?? 0)] {
            for set in 0..<min(count, 16) {
                guard let octets = try parameter(selector, set, of: channel, asking: request), octets.count >= 20,
                    octets.first == set
                else { continue }
                let fields = Array(octets)
                // The highest bit of octet 1 says that a static address is enabled; the last is the status, 0 for active.
                let isEnabled = selector == 59 || fields[1] & 0x80 != 0
                guard isEnabled, fields[19] == 0, let address = IPv6Address(octets: fields[2..<18]),
                    fields[2..<18].contains(where: { $0 != 0 }),
                    !(fields[2] == 0xFE && fields[3] & 0xC0 == 0x80), !found.contains(address)
                else { continue }
                found.append(address)
            }
        }
        return found
    }
}

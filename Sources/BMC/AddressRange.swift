import Octets

/// Addresses where BMCs may be: `10.0.0.0/22`, `10.0.0.5-10.0.0.60`, `10.0.0.7`, `fd00:20::7`.
public struct AddressRange: Hashable, Sendable {
    private enum Content: Hashable, Sendable {
        /// First and last.
        case v4(UInt32, UInt32)
        case v6(IPv6Address)
    }

    private let content: Content

    /// Why a text is no range.
    public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
        public var description: String
    }

    /// How many addresses one search may have.
    public static let limit = 1 << 16

    public init(_ text: some StringProtocol) throws(Problem) {
        if let address = IPv4Address(text) {
            content = .v4(address.rawValue, address.rawValue)
        } else if let address = IPv6Address(text) {
            content = .v6(address)
        } else if let subnet = IPv4Subnet(text) {
            // The network's own address and the one for all are no machine's.
            let isSmall = subnet.prefixLength >= 31
            let (first, last) = (subnet.network.rawValue, subnet.broadcast.rawValue)
            content = isSmall ? .v4(first, last) : .v4(first + 1, last - 1)
        } else {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { IPv4Address($0) }
            guard ends.count == 2, let first = ends[0], let last = ends[1] else {
                let hint = text.contains(":") && text.contains("/") ? "; of IPv6 single addresses are taken" : ""
                throw Problem(
                    description: "'\(text)' is no address and no range of addresses "
                        + "(10.0.0.0/22, 10.0.0.5-10.0.0.60, 10.0.0.7, fd00:20::7)\(hint)"
                )
            }
            guard first <= last else { throw Problem(description: "'\(text)' ends before it begins") }
            content = .v4(first.rawValue, last.rawValue)
        }
        guard count <= Self.limit else {
            throw Problem(description: "'\(text)' has \(count) addresses; up to \(Self.limit) are searched")
        }
    }

    public var count: Int {
        switch content {
        case .v4(let first, let last): Int(last - first) + 1
        case .v6: 1
        }
    }

    public func contains(_ address: String) -> Bool {
        switch content {
        case .v4(let first, let last): IPv4Address(address).map { first <= $0.rawValue && $0.rawValue <= last } ?? false
        case .v6(let own): IPv6Address(address) == own
        }
    }

    /// The addresses of all, each once, in their order.
    public static func addresses(_ ranges: [AddressRange]) throws(Problem) -> [String] {
        var seen: Set<String> = []
        var addresses: [String] = []
        for range in ranges {
            for address in range.addresses where seen.insert(address).inserted { addresses.append(address) }
            guard addresses.count <= limit else {
                throw Problem(description: "the ranges have more than the \(limit) addresses that are searched at once")
            }
        }
        return addresses
    }

    private var addresses: [String] {
        switch content {
        case .v4(let first, let last): (first...last).map { "\(IPv4Address(rawValue: $0))" }
        case .v6(let address): ["\(address)"]
        }
    }
}

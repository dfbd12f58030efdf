import Octets

extension NetworkAddress {
    /// What a query of `ipaddr` asks for: a part, the address itself where it is of the kind that is asked for, or
    /// nothing.
    func answer(to query: String) throws -> Value {
        switch query {
        case "": return .string(hasPrefix ? withPrefix : ip)
        case "bool": return true
        case "address", "ip": return isHost || version == 6 ? .string(ip) : .none
        case "host": return isHost ? .string(withPrefix) : .none
        case "ip/prefix": return isHost && hostBits > 0 ? .string(withPrefix) : .none
        case "ip_netmask": return isHost && hostBits > 0 ? .string("\(ip) \(netmask)") : .none
        case "address/prefix", "gateway", "gw", "host/prefix", "hostnet", "router":
            return hostBits > 1 && (number == first || number == last) ? false : .string(withPrefix)
        case "net": return hostBits > 0 && number == first ? .string(withPrefix) : .none
        case "cidr": return .string(withPrefix)
        case "subnet", "network/prefix": return .string(cidr)
        case "network", "network_id": return .string(text(first))
        case "network_netmask": return .string("\(text(first)) \(netmask)")
        case "network_wildcard": return .string("\(text(first)) \(hostmask)")
        case "broadcast": return hostBits > 1 ? .string(text(last)) : .none
        case "netmask": return .string(netmask)
        case "hostmask", "wildcard": return .string(hostmask)
        case "prefix": return .int(prefixLength)
        case "int": return hasPrefix ? .string("\(number)/\(prefixLength)") : .int(try Self.int(number))
        case "size": return .int(try Self.int(size))
        case "size_usable": return try hostBits == 0 ? 0 : .int(Self.int(hostBits == 1 ? 2 : size.map { $0 - 2 }))
        case "type": return hostBits == 0 || number != first ? "address" : "network"
        case "version": return .int(version)
        case "revdns": return .string(reverseName)
        case "wrap": return .string(version == 4 ? written : "[\(ip)]" + (hasPrefix ? "/\(prefixLength)" : ""))
        case "ipv4": return inIPv4
        case "ipv6": return .string(version == 6 ? written : "::ffff:\(ip)/\(prefixLength + 96)")
        case "6to4": return tunnelled
        case "first_usable": return try usable(for: query).map { .string(Self.text(ofNumber: $0.lowerBound)) } ?? .none
        case "last_usable": return try usable(for: query).map { .string(Self.text(ofNumber: $0.upperBound)) } ?? .none
        case "range_usable":
            return try usable(for: query).map {
                .string("\(Self.text(ofNumber: $0.lowerBound))-\(Self.text(ofNumber: $0.upperBound))")
            } ?? .none
        case "next_usable": return try usable(for: query) == nil ? .none : usable(after: 1)
        case "previous_usable": return try usable(for: query) == nil ? .none : usable(after: -1)
        case "peer": return .string(try peer)
        case "link-local": return itself(if: address.isIn(Self.linkLocal))
        case "lo", "loopback": return itself(if: address.isIn(Self.loopback))
        case "multicast": return itself(if: isMulticast)
        case "unicast": return itself(if: !isMulticast)
        case "private": return itself(if: !isGlobal)
        case "public": return itself(if: isPublic)
        default: return try answer(toPlaceOrNetwork: query)
        }
    }

    private func answer(toPlaceOrNetwork query: String) throws -> Value {
        if let network = Self(query), network.written == query, !query.utf8.allSatisfy({ (48...57).contains($0) }) {
            return itself(if: network.prefixLength <= prefixLength && network.subnet.contains(address))
        }
        guard pythonDouble(query) != nil else { throw JinjaError("'ipaddr' has no query '\(query)'") }
        guard hostBits > 0 else { return .string(hasPrefix ? withPrefix : ip) }
        guard let number = Self.whole(query).flatMap(number(at:)) else { return false }
        return .string("\(text(number))/\(prefixLength)")
    }

    /// The usable address so much further; nothing where that is not usable.
    func usable(after offset: Int) throws -> Value {
        guard let usable else { return .none }
        guard let number = address.number(after: offset) else {
            throw JinjaError("no address is \(offset) after \(ip)")
        }
        return usable.contains(number) ? .string(Self.text(ofNumber: number)) : .none
    }

    var cidr: String { "\(text(first))/\(prefixLength)" }
    private var ip: String { Self.text(address) }
    private var withPrefix: String { "\(ip)/\(prefixLength)" }
    private var netmask: String { text(UInt128.max >> UInt128(128 - address.family.bits) ^ (last - first)) }
    private var hostmask: String { text(last - first) }

    /// How many addresses the network has; nil for all of IPv6.
    private var size: UInt128? { hostBits < 128 ? last - first + 1 : nil }

    private func itself(if condition: Bool) -> Value { condition ? .string(written) : .none }

    private static func int(_ number: UInt128?) throws -> Int {
        guard let number = number.flatMap(Int.init(exactly:)) else { throw JinjaError("a number does not fit 64 bits") }
        return number
    }

    private func usable(for query: String) throws -> ClosedRange<UInt128>? {
        guard hasPrefix else { throw JinjaError("'\(query)' of '\(written)', which has no prefix") }
        return usable
    }

    private var peer: String {
        get throws {
            guard hasPrefix, hostBits == 1 || hostBits == 2 && number != first && number != last else {
                throw JinjaError("'peer' of '\(written)', which is no end of a network of two")
            }
            return Self.text(ofNumber: number ^ (last - first))
        }
    }

    private var reverseName: String {
        if version == 4 {
            return [0, 8, 16, 24].map { "\(number >> UInt128($0) & 255)." }.joined() + "in-addr.arpa."
        }
        return (0..<32).map { String(number >> UInt128(4 * $0) & 15, radix: 16) + "." }.joined() + "ip6.arpa."
    }

    /// The IPv4 address within one of IPv6, in either form.
    private var inIPv4: Value {
        guard version == 6 else { return .string(written) }
        guard number >> 32 == 0 || number >> 32 == 0xFFFF, prefixLength >= 96 else { return false }
        return .string("\(IPv4Address(rawValue: UInt32(truncatingIfNeeded: number)))/\(prefixLength - 96)")
    }

    /// The network behind an IPv4 address (RFC 3056), or the address itself when it lies in such.
    private var tunnelled: Value {
        guard number != first || (version == 4 ? hostBits == 0 : !hasPrefix) else { return false }
        guard version == 4 else { return address.isIn(Self.behindIPv4) ? .string(written) : false }
        guard isPublic || !isGlobal else { return false }
        let digits = String(number + (1 << 32), radix: 16).dropFirst()
        return .string("2002:\(digits.prefix(4)):\(digits.suffix(4))::1/48")
    }
}

/// Kinds of addresses: IANA's registries of special-purpose addresses (RFC 6890).
extension NetworkAddress {
    private static let linkLocal = networks(["169.254.0.0/16", "fe80::/10"])
    private static let loopback = networks(["127.0.0.0/8", "::1/128"])
    private static let multicast = networks(["224.0.0.0/4", "ff00::/8"])
    private static let behindIPv4 = networks(["2002::/16"])
    private static let local = networks([
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
        "::/127", "::ffff:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7",
        "fe80::/10",
    ])
    private static let globalWithinLocal = networks([
        "192.0.0.9/32", "192.0.0.10/32", "2001:1::1/128", "2001:1::2/128", "2001:3::/32", "2001:4:112::/48",
        "2001:20::/28", "2001:30::/28",
    ])

    private static func networks(_ texts: [String]) -> [IPSubnet] { texts.compactMap { IPSubnet($0) } }

    private var isMulticast: Bool {
        Self.multicast.contains { $0.contains(address) && $0.prefixLength <= prefixLength }
    }

    private var isGlobal: Bool { !address.isIn(Self.local) || address.isIn(Self.globalWithinLocal) }

    private var isPublic: Bool {
        isGlobal && !address.isIn(Self.multicast) && !address.isIn(Self.loopback) && Self.maskLength(address) == nil
    }
}

extension IPAddress {
    fileprivate func isIn(_ networks: [IPSubnet]) -> Bool { networks.contains { $0.contains(self) } }
}

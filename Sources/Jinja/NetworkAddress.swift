import Octets

/// An IPv4 or IPv6 address as filters are given it, maybe with the prefix of its network.
struct NetworkAddress {
    let address: IPAddress
    let subnet: IPSubnet
    /// Whether a prefix or mask was written.
    let hasPrefix: Bool
    /// As it was given; an address that was given as a number is written out.
    let written: String

    /// `10.0.0.1`, `10.0.0.1/24`, `10.0.0.1/255.255.255.0`, `2001:db8::1/64`, or the address as a number (`167772161`,
    /// `167772161/8`).
    /// - Parameters:
    ///   - text: what was written.
    ///   - version: 4 or 6 takes only such; 0 takes both.
    init?(_ text: String, version: Int = 0) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2 else { return nil }
        let suffix = parts.count == 2 ? parts[1] : nil
        if let address = Self.address(first) {
            let bits = address.family.bits
            guard let length = suffix.map({ Self.prefixLength($0, address.family) }) ?? bits else { return nil }
            self.init(address, length, hasPrefix: suffix != nil, written: text)
        } else {
            self.init(number: first, suffix, version)
        }
        guard version == 0 || version == self.version else { return nil }
    }

    /// A number, of IPv4 where that has it and such a prefix.
    private init?(number: Substring, _ suffix: Substring?, _ version: Int) {
        guard suffix != nil || Self.isDigits(number), let number = Self.natural(number),
            let length = suffix.map(Self.natural) ?? 0
        else { return nil }
        let isShort = number >> 32 == 0 && length <= 32 && (suffix != nil || version != 6)
        let family: IPAddress.Family = isShort ? .v4 : .v6
        guard let address = IPAddress(family, number: number), let length = Int(exactly: length) else { return nil }
        self.init(address, suffix == nil ? family.bits : length, hasPrefix: suffix != nil, written: nil)
    }

    private init?(_ address: IPAddress, _ prefixLength: Int, hasPrefix: Bool, written: String?) {
        guard let subnet = IPSubnet(address, prefixLength: prefixLength) else { return nil }
        self.address = address
        self.subnet = subnet
        self.hasPrefix = hasPrefix
        self.written = written ?? "\(Self.text(address))/\(prefixLength)"
    }

    /// An address as `inet_pton` reads it, which takes no zeroes in front of a decimal number.
    private static func address(_ text: some StringProtocol) -> IPAddress? {
        if text.contains(".") {
            let decimals = text.split(separator: ":").last?.split(separator: ".") ?? []
            guard !decimals.contains(where: { $0.utf8.count > 1 && $0.hasPrefix("0") }) else { return nil }
        }
        return IPAddress(text)
    }

    /// A length, netmask or hostmask.
    private static func prefixLength(_ text: Substring, _ family: IPAddress.Family) -> Int? {
        if let (isNegative, magnitude) = whole(text) { return isNegative ? nil : Int(exactly: magnitude) }
        guard let mask = address(text), mask.family == family else { return nil }
        return maskLength(mask)
    }

    /// How many bits a netmask keeps, or a hostmask drops; nil of other addresses.
    static func maskLength(_ mask: IPAddress) -> Int? {
        let all = UInt128.max >> UInt128(128 - mask.family.bits)
        for hosts in [all ^ mask.number, mask.number] where hosts & (hosts &+ 1) == 0 {
            return mask.family.bits - hosts.nonzeroBitCount
        }
        return nil
    }

    private static func isDigits(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    private static func natural(_ text: Substring) -> UInt128? {
        whole(text).flatMap { $0.isNegative ? nil : $0.magnitude }
    }

    /// What Python's `int(text)` reads; nil beyond 128 bits, too.
    static func whole(_ text: some StringProtocol) -> (isNegative: Bool, magnitude: UInt128)? {
        var digits = Substring(trimmed(String(text)))
        let isNegative = digits.hasPrefix("-")
        if isNegative || digits.hasPrefix("+") { digits = digits.dropFirst() }
        guard let plain = withoutUnderscores(digits), isDigits(plain), let magnitude = UInt128(plain) else {
            return nil
        }
        return (isNegative && magnitude > 0, magnitude)
    }
}

extension NetworkAddress {
    var version: Int { address.family == .v4 ? 4 : 6 }
    var number: UInt128 { address.number }
    var first: UInt128 { subnet.network.number }
    var last: UInt128 { subnet.last.number }
    var prefixLength: Int { subnet.prefixLength }
    var hostBits: Int { address.family.bits - subnet.prefixLength }
    /// Whether more than the network is meant by it: all addresses but the first of a network with a broadcast address.
    var isHost: Bool { hostBits <= 1 || number != first }

    /// What machines can have, in IPv6 as in IPv4; nil where there is no network.
    var usable: ClosedRange<UInt128>? {
        switch hostBits {
        case ...0: nil
        case 1: first...last
        default: first + 1...last - 1
        }
    }

    /// The number at a place in the network, from its end where that is negative; nil beyond it.
    func number(at place: (isNegative: Bool, magnitude: UInt128)) -> UInt128? {
        if place.isNegative { return place.magnitude - 1 <= last - first ? last - (place.magnitude - 1) : nil }
        return place.magnitude <= last - first ? first + place.magnitude : nil
    }

    func text(_ number: UInt128) -> String { IPAddress(address.family, number: number).map(Self.text) ?? "" }

    /// As `inet_ntop` writes it, which knows the old form of IPv4 within IPv6 (`::10.0.0.1`), too.
    static func text(_ address: IPAddress) -> String {
        guard address.family == .v6, address.number >> 32 == 0, address.number >> 16 != 0 else {
            return address.description
        }
        return "::\(IPv4Address(rawValue: UInt32(truncatingIfNeeded: address.number)))"
    }

    /// As netaddr writes a number: those that IPv4 has are of IPv4.
    static func text(ofNumber number: UInt128) -> String {
        IPAddress(number >> 32 == 0 ? .v4 : .v6, number: number).map(text) ?? ""
    }
}

extension IPAddress {
    /// The number so far after this one's; nil beyond 128 bits.
    func number(after offset: Int) -> UInt128? {
        let distance = UInt128(offset.magnitude)
        let (sum, overflow) =
            offset < 0 ? number.subtractingReportingOverflow(distance) : number.addingReportingOverflow(distance)
        return overflow ? nil : sum
    }
}

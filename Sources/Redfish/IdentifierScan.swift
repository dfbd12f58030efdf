import Octets

/// Finds, in any text, what can be told by its form to name one machine: Ethernet and IP addresses, UUIDs, mail addresses.
struct IdentifierScan {
    enum Kind: Hashable {
        case uuid
        /// Six pairs of hexadecimal digits, or as many more as a worldwide name or a DHCP identifier has.
        case hardware
        case ipv4, ipv6, mail
    }

    private let octets: [UInt8]

    init(_ text: String) {
        octets = Array(text.utf8)
    }

    /// What is there, in order.
    func found() -> [(text: String, kind: Kind)] {
        var found: [(text: String, kind: Kind)] = []
        var index = 0
        while index < octets.count {
            let isStart = index == 0 || !octets[index - 1].isWord
            if isStart, octets[index].isWord || octets[index] == Self.colon, let (end, kind) = match(at: index) {
                found.append((String(decoding: octets[index..<end], as: UTF8.self), kind))
                index = end
            } else {
                index += 1
            }
        }
        return found
    }

    private static let colon = UInt8(ascii: ":")
    private static let dash = UInt8(ascii: "-")
    private static let dot = UInt8(ascii: ".")

    private func match(at start: Int) -> (end: Int, kind: Kind)? {
        if let end = uuid(at: start) { return (end, .uuid) }
        if let end = hardware(at: start) { return (end, .hardware) }
        if let end = ipv4(at: start) { return (end, .ipv4) }
        if let end = ipv6(at: start) { return (end, .ipv6) }
        return mail(at: start).map { ($0, .mail) }
    }

    private func isEnd(_ index: Int) -> Bool { index >= octets.count || !octets[index].isWord }

    private func uuid(at start: Int) -> Int? {
        let end = start + 36
        guard end <= octets.count, isEnd(end) else { return nil }
        for offset in 0..<36 {
            let isDash = [8, 13, 18, 23].contains(offset)
            guard isDash ? octets[start + offset] == Self.dash : octets[start + offset].isHex else { return nil }
        }
        return end
    }

    private func hardware(at start: Int) -> Int? {
        guard start + 2 < octets.count else { return nil }
        let separator = octets[start + 2]
        guard separator == Self.colon || separator == Self.dash else { return nil }
        var index = start
        var pairs = 0
        while index + 1 < octets.count, octets[index].isHex, octets[index + 1].isHex {
            pairs += 1
            index += 2
            guard index < octets.count, octets[index] == separator else { break }
            index += 1
        }
        guard (6...32).contains(pairs), isEnd(index), octets[index - 1] != separator else { return nil }
        return index
    }

    private func ipv4(at start: Int) -> Int? {
        if start > 0, octets[start - 1] == Self.dot { return nil }
        var index = start
        var dots = 0
        while index < octets.count, octets[index].isDigit || octets[index] == Self.dot {
            if octets[index] == Self.dot { dots += 1 }
            index += 1
        }
        // The end of a sentence is no part of it.
        while index > start, octets[index - 1] == Self.dot {
            index -= 1
            dots -= 1
        }
        guard dots == 3, isEnd(index), IPv4Address(String(decoding: octets[start..<index], as: UTF8.self)) != nil else {
            return nil
        }
        // `6.00.30.00` is a version.
        let hasZero = octets[start..<index].split(separator: Self.dot).contains { $0.count > 1 && $0.first == 0x30 }
        return hasZero ? nil : index
    }

    private func ipv6(at start: Int) -> Int? {
        var index = start
        var colons = 0
        while index < octets.count, octets[index].isHex || octets[index] == Self.colon || octets[index] == Self.dot {
            if octets[index] == Self.colon { colons += 1 }
            index += 1
        }
        guard colons >= 2 else { return nil }
        while index > start, octets[index - 1] == Self.dot { index -= 1 }
        guard isEnd(index), IPv6Address(String(decoding: octets[start..<index], as: UTF8.self)) != nil else {
            return nil
        }
        return index
    }

    private func mail(at start: Int) -> Int? {
        var index = start
        while index < octets.count, octets[index].isWord || [0x2E, 0x2B, 0x2D, 0x5F].contains(octets[index]) {
            index += 1
        }
        guard index > start, index < octets.count, octets[index] == UInt8(ascii: "@") else { return nil }
        let host = index + 1
        index = host
        while index < octets.count, octets[index].isWord || octets[index] == Self.dot || octets[index] == Self.dash {
            index += 1
        }
        while index > host, !octets[index - 1].isWord { index -= 1 }
        let name = String(decoding: octets[host..<index], as: UTF8.self)
        // `Members@odata.count` is no address.
        guard name.contains("."), !["odata.", "Redfish.", "Message."].contains(where: name.hasPrefix) else {
            return nil
        }
        return index
    }
}

extension UInt8 {
    var isDigit: Bool { (48...57).contains(self) }
    var isHex: Bool { isDigit || (65...70).contains(self) || (97...102).contains(self) }
    var isUpper: Bool { (65...90).contains(self) }
    var isLower: Bool { (97...122).contains(self) }
    /// Part of a word; the octets of other letters than ASCII's are, too.
    var isWord: Bool { isDigit || isUpper || isLower || self >= 0x80 }
}

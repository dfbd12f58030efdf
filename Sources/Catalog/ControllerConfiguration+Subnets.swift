extension ControllerConfiguration {
    /// One subnet that DHCP is served on.
    public struct Subnet: Hashable, Sendable {
        /// The interface it is on; nil for one that is reached through relays alone.
        public var interface: String?
        public var mode: Mode
        /// `10.77.0.0/24`, or `fd00:77::/64`.
        public var network: String
        /// `10.77.0.100-10.77.0.199`.
        public var pool: String?
        public var router: String?
        public var dns: [String]
        /// Seconds.
        public var lease: Double
        /// Whether the wire is asked before an address that nobody had lately is offered.
        public var probe: Bool
        /// IPv6: whether routers' advertisements are sent; where a router does it, it must say "managed".
        public var advertise: Bool
        public var options: [ExtraOption]
        public var location: SourceLocation

        public enum Mode: String, CaseIterable, Hashable, Sendable {
            case full, proxy, off
        }
    }

    /// An option that the site wants in replies, whatever it means.
    public struct ExtraOption: Hashable, Sendable {
        public var code: Int
        public var octets: [UInt8]
        /// For clients alone whose option 60 begins so; nil for all.
        public var vendorClass: String?
    }

    static func subnets(_ tree: SourceTree?, _ problems: inout CatalogProblems) -> [Subnet] {
        guard let tree else { return [] }
        guard case .list(let items) = tree.content else {
            problems.add("'dhcp' must be a list of subnets, found \(tree.kind)", at: tree.location)
            return []
        }
        return items.compactMap { item in
            guard var fields = Fields(item, "a subnet in 'dhcp'", &problems) else { return nil }
            let network = fields.requiredText("subnet", &problems)
            let subnet = Subnet(
                interface: fields.text("interface", &problems),
                mode: fields.choice("mode", &problems) ?? .full,
                network: network ?? "",
                pool: fields.text("pool", &problems),
                router: fields.text("router", &problems),
                dns: fields.texts("dns", &problems),
                lease: fields.optional("lease").flatMap { $0.requireSeconds("'lease'", &problems) } ?? 3600,
                probe: fields.bool("probe", &problems) ?? true,
                advertise: fields.bool("advertise", &problems) ?? false,
                options: options(fields.optional("options"), &problems),
                location: item.location
            )
            fields.finish(&problems)
            return subnet
        }
    }

    /// Codes that the server answers for itself.
    private static let ownCodes: Set<Int> = [0, 50, 51, 52, 53, 54, 55, 57, 58, 59, 61, 82, 255]

    private static func options(_ tree: SourceTree?, _ problems: inout CatalogProblems) -> [ExtraOption] {
        guard let tree else { return [] }
        return tree.requireItems("'options'", &problems).compactMap { item in
            guard var fields = Fields(item, "an option in 'options'", &problems) else { return nil }
            _ = fields.required("code", &problems)
            let code = fields.integer("code", in: 1...254, &problems)
            if let code, ownCodes.contains(code) {
                problems.add("option \(code) is the server's own and cannot be set", at: item.location)
            }
            let octets = value(&fields, at: item.location, &problems)
            let vendorClass = fields.text("vendor_class", &problems)
            fields.finish(&problems)
            guard let code, let octets else { return nil }
            return ExtraOption(code: code, octets: octets, vendorClass: vendorClass)
        }
    }

    /// Exactly one of `text`, `hex` and `addresses`.
    private static func value(
        _ fields: inout Fields,
        at location: SourceLocation,
        _ problems: inout CatalogProblems
    ) -> [UInt8]? {
        var values: [[UInt8]] = []
        if let text = fields.text("text", &problems) { values.append(Array(text.utf8)) }
        if let hex = fields.text("hex", &problems) {
            if let octets = octets(hex: hex) {
                values.append(octets)
            } else {
                problems.add("'hex' must be pairs of hexadecimal digits, found '\(hex)'", at: location)
            }
        }
        let addresses = fields.texts("addresses", &problems)
        if !addresses.isEmpty {
            let parts = addresses.map { address in
                address.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
            }
            for (address, octets) in zip(addresses, parts) where octets.count != 4 {
                problems.add("'\(address)' in 'addresses' is not an IPv4 address", at: location)
            }
            values.append(parts.flatMap(\.self))
        }
        guard values.count == 1, let value = values.first, !value.isEmpty, value.count <= 1024 else {
            problems.add(
                "an option needs exactly one of 'text', 'hex' and 'addresses', of 1 to 1024 octets",
                at: location
            )
            return nil
        }
        return value
    }

    private static func octets(hex: String) -> [UInt8]? {
        let digits = hex.filter { $0 != ":" && !$0.isWhitespace }.utf8.map(\.self)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var octets: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index...index + 1], as: UTF8.self)
            guard let octet = UInt8(pair, radix: 16), pair.first != "+", pair.first != "-" else { return nil }
            octets.append(octet)
        }
        return octets
    }
}

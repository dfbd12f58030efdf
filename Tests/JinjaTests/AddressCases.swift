import TestSupport

/// Expressions with the filters of `ansible.utils` that know addresses and networks.
enum AddressCases {
    static let filters = [
        "ipaddr", "ipv4", "ipv6", "ipwrap", "ipsubnet", "ipmath", "nthhost", "next_nth_usable", "previous_nth_usable",
        "network_in_network", "network_in_usable",
    ]

    /// Some thousands of all values with all filters and queries, which are ten times as many.
    static let all: [String] = {
        let applied = filterings + computations + queries.map { "ipaddr(\($0))" }
        let pairs = values.flatMap { value in applied.map { "\(value) | \($0)" } }
        var generator = SeededGenerator(seed: 1)
        return further + pairs.shuffled(using: &generator).prefix(4000)
    }()

    private static let filterings = [
        "ipaddr", "ipv4", "ipv6", "ipwrap", "ansible.utils.ipaddr", "ansible.utils.ipwrap", "ipv4('ip')", "ipv6('ip')",
        "ipv4('public')", "ipv6('subnet')", "ipv4('int')", "ipv6(1)", "ipv4(1)",
    ]

    private static let values: [String] =
        addresses.map { "'\($0)'" } + [
            "none", "true", "false", "0", "1", "167772161", "-1", "4294967296", "1.5", "{}", "{'a': 1}", "[]",
            "['10.0.0.1/24', 'rubbish', '2001:db8::5/64', none, '', 5, true, 0, '10.9.0.0/16', [], {}, 1.5]",
            "['10.0.0.1', ['::1', 'x'], '192.0.2.0/24']", "['x', none]",
        ]

    private static let addresses: [String] = [
        "10.0.0.1", "10.0.0.0/24", "10.0.0.1/24", "10.0.0.255/24", "10.0.0.130/25", "192.168.7.4/31", "192.168.7.5/31",
        "192.168.7.5/32", "192.168.7.4/30", "192.168.7.5/30", "192.168.7.6/30", "192.168.7.7/30", "0.0.0.0",
        "0.0.0.0/0", "255.255.255.255", "255.255.255.255/0", "8.8.8.8", "8.8.8.8/29", "127.0.0.1", "127.3.0.0/16",
        "169.254.1.2/16", "224.0.0.5", "224.0.0.0/3", "239.1.2.3", "255.255.0.0", "128.0.0.0", "192.0.0.9", "192.0.0.8",
        "100.64.0.1", "172.31.255.255/12", "172.32.0.1", "10.0.0.1/255.255.255.0", "10.0.0.1/0.0.0.255",
        "10.0.0.1/255.0.255.0", "10.0.0.1/0.0.0.0", "10.0.0.1/255.255.255.255", "10.0.0.1/33", "10.0.0.1/-1",
        "10.0.0.1/", "10.0.0.1/x", "10.0.0.1/ 24", "10.0.0.1/+24", "10.0.0.1/24/25", "10.0.0.1/2_4", "10.0.0.01",
        "010.0.0.1/8", "10.0.0", "10.0.0.256", "10.0.0.1 ", "10.0.0.1%eth0", "::1", "::", "::/0", "::1/128", "::1/64",
        "::10.0.0.1", "::1:0", "::ffff", "::1:0:0", "::ffff:10.0.0.1", "::ffff:10.0.0.1/120", "::ffff:0:0/96",
        "::10.0.0.7/100", "::ffff:10.0.0.01", "2001:db8::/32", "2001:db8::1/64", "2001:db8::/64",
        "2001:DB8:0:0:1::/127",
        "2001:db8:0:0:1::1/127", "2001:db8::ffff/112", "2001:db8::3/126", "2001:4860:4860::8888", "2002:a00:1::5/48",
        "2002:a00:1::/48", "fe80::1", "fe80::1/64", "fe80::1%eth0", "fd00::7/8", "ff02::1", "ff00::/7", "8000::",
        "7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:20::1", "64:ff9b:1::1", "64:ff9b::1", "100::1", "1::2::3",
        "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:8:9", ":1", "1:", ":::", "::g", "[::1]",
        "::1/ffff:ffff::", "::1/::ff", "::1/255.255.0.0", "10.0.0.1/ffff::", "::1/129", "2001:db8:0:1:0:0:1:1/66",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/127", "2001:db8::/65",
        "2001:db8::/66", "0", "1", "167772161", "4294967295", "4294967296", "340282366920938463463374607431768211455",
        "340282366920938463463374607431768211456", "167772161/8", "167772161/40", "4294967296/64", "1/129", "-1/8",
        " 167772161 / 8 ", "0/0", "rubbish", "", " ", "/", "/24", "a/b", "10.0.0.1-10.0.0.5", "host.example.com",
        "52:54:00:ab:cd:ef",
    ]

    private static let queries: [String] =
        [
            "", "bool", "address", "ip", "host", "ip/prefix", "ip_netmask", "address/prefix", "gateway", "gw",
            "host/prefix", "hostnet", "router", "net", "cidr", "subnet", "network/prefix", "network", "network_id",
            "network_netmask", "network_wildcard", "broadcast", "netmask", "hostmask", "wildcard", "prefix", "int",
            "size",
            "size_usable", "type", "version", "revdns", "wrap", "ipv4", "v4", "ipv6", "v6", "6to4", "first_usable",
            "last_usable", "range_usable", "next_usable", "previous_usable", "peer", "link-local", "lo", "loopback",
            "multicast", "unicast", "private", "public", "10.0.0.0/8", "10.0.0.0/24", "10.0.0.77/24", "10.0.0.1",
            "0.0.0.0/0", "::/0", "::/1", "2001:db8::/32", "2001:db8::1/64", "::1", "167772160/8", "10.0.0.0/255.0.0.0",
            "0", "1", "-1", "255", "-256", "-257", "256", "+1", " 1 ", "1_0", "1e3", "1.5", "nan", "-inf",
            "18446744073709551615", "18446744073709551616", "-18446744073709551616", "-18446744073709551617",
            "340282366920938463463374607431768211456", "cidr_lookup", "nope", "Network", "10.0.0.0/33",
        ].map { "'\($0)'" } + [
            "0", "1", "-1", "5", "9223372036854775807", "-9223372036854775807", "true", "none", "1.5", "[]", "[1]",
            "'', 4", "'', 6", "'ip', '6'", "version=4", "'', none", "'', false", "'', 'x'",
            "query='prefix'",
        ]

    private static let computations: [String] = {
        var all = [
            "ipmath", "nthhost", "next_nth_usable", "network_in_usable", "nthhost('')", "nthhost(-4)", "nthhost(-5)",
        ]
        for number in numbers {
            all += ["ipmath(\(number))", "next_nth_usable(\(number))", "previous_nth_usable(\(number))"]
            all.append("nthhost(\(number))")
        }
        for other in others { all += ["network_in_network(\(other))", "network_in_usable(\(other))"] }
        for query in subnets { all.append("ipsubnet(\(query))") }
        return all
    }()

    private static let numbers: [String] = [
        "1", "-1", "'5'", "0", "256", "true", "1.0", "1.5", "'1.0'", "none", "'x'", "9223372036854775807",
    ]

    private static let others: [String] = [
        "'10.0.0.0/24'", "'10.0.0.7'", "'10.0.0.0/31'", "'::1'", "'2001:db8::/65'", "'x'", "none", "5", "'0'",
    ]

    private static let subnets: [String] = [
        "", "''", "0", "8", "24", "26", "'31'", "32", "33", "64", "127", "128", "129", "26, 0", "26, 1", "26, '3'",
        "26, -1", "26, -4", "26, -5", "26, 4", "20, 0", "20, 1", "20, 3", "20, 11", "20, 12", "20, 16", "20, 17",
        "20, -1", "20, -12", "20, -13", "32, -1", "64, 5", "66, -1", "66, 2", "128, 0", "128, -1", "0, 0", "0, -1",
        "128, 9223372036854775807", "128, -9223372036854775807", "26, 'x'", "26, none", "26, 1.5", "'10.0.0.0/8'",
        "'0.0.0.0/0'", "'10.0.0.5'", "'2001:db8::/16'", "'::/0'", "'::1/96'", "'x'", "-1", "true", "none", "[]",
    ]

    private static let further: [String] = [
        "{'a': 1} | ansible.builtin.combine({'b': 2})", "'10.0.0.1' | ansible.utils.nope",
        "['10.0.0.1', 'x', '::1'] | map('ipaddr') | list", "['10.0.0.1', 'x', '::1'] | select('ipaddr') | list",
        "['10.0.0.1/8', '::1/64'] | map('ansible.utils.ipaddr', 'prefix') | list", "nope | ipaddr", "[nope] | ipaddr",
        "'10.0.0.1' | ipaddr(nope)", "'10.0.0.1' | ipaddr('', true)", "'10.0.0.1' | ipaddr('', 5)",
        "'::1/64' | ipsubnet(20, 0)", "'::/0' | ipsubnet(128, 0)", "'::10.0.0.7/100' | ipsubnet(128, -1)",
        "'10.0.0.0/16' | ipsubnet(24, 3) | ipaddr(1) | ipaddr('address')",
    ]

    /// A seeded address or network with any bits and lengths, and a query.
    static func generated(using generator: inout SeededGenerator) -> String {
        let isShort = Bool.random(using: &generator)
        let groups = (0..<(isShort ? 4 : 8)).map { _ in
            Bool.random(using: &generator) ? 0 : Int.random(in: 0...(isShort ? 255 : 65535), using: &generator)
        }
        var text = groups.map { String($0, radix: isShort ? 10 : 16) }.joined(separator: isShort ? "." : ":")
        if Int.random(in: 0..<4, using: &generator) > 0 {
            text += "/\(Int.random(in: 0...(isShort ? 32 : 128), using: &generator))"
        }
        if Int.random(in: 0..<4, using: &generator) == 0 {
            return "'\(text)' | \(computations.randomElement(using: &generator) ?? "")"
        }
        return "'\(text)' | ipaddr(\(queries.randomElement(using: &generator) ?? ""))"
    }

    /// Whatever is given, for what is asked of it: nothing of that traps.
    static func noise(using generator: inout SeededGenerator) -> String {
        func word(_ words: [String]) -> String { words.randomElement(using: &generator) ?? "" }
        let parts = ["1", "255", "0", ".", ":", "/", "::", "32", "128", "ffff", "-", "_", "é", "\u{301}", " "]
        let text = (0..<Int.random(in: 0..<9, using: &generator)).map { _ in word(parts) }.joined()
        let address = word([text, word(addresses), word(addresses) + text])
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: return "'\(address)' | ipaddr('\(text)')"
        case 1: return "'\(address)' | ipaddr(\(word(queries)))"
        default: return "'\(address)' | \(word(computations))"
        }
    }
}

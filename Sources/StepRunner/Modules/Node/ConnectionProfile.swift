import Jinja
import OrderedCollections

/// The properties of a connection of NetworkManager's, by their names in nm-settings-nmcli(5).
struct ConnectionProfile {
    var properties: OrderedDictionary<String, String> = [:]

    var type: String? { properties["connection.type"].map { $0 == "802-3-ethernet" ? "ethernet" : $0 } }
    var interface: String? { properties["connection.interface-name"] }
    var isUp: Bool { properties["GENERAL.STATE"] == "activated" }
    /// Names and values, as nmcli takes them.
    var words: [String] { properties.flatMap { [$0.key, $0.value] } }

    /// As nmcli shows it with `--terse`.
    init(shown: String) {
        for line in shown.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            properties[String(parts[0])] = String(parts[1])
        }
    }

    /// What of this has to be said to nmcli, so that `found` becomes it.
    func changes(from found: Self) -> [String] {
        var changes: [String] = []
        for (key, value) in properties {
            let old = found.properties[key] ?? ""
            if key == "bond.options" {
                let (wanted, there) = (Self.options(value), Self.options(old))
                guard wanted.contains(where: { there[$0.key] != $0.value }) else { continue }
                let merged = there.merging(wanted) { _, new in new }
                changes += [key, merged.map { "\($0)=\($1)" }.joined(separator: ",")]
            } else if Self.comparable(value, key) != Self.comparable(old, key) {
                changes += [key, value]
            }
        }
        return changes
    }

    private static func options(_ text: String) -> OrderedDictionary<String, String> {
        OrderedDictionary(
            text.split(separator: ",").compactMap { option in
                let parts = option.split(separator: "=", maxSplits: 1).map { trimmed(String($0)) }
                return parts.count == 2 ? (parts[0], parts[1]) : nil
            },
            uniquingKeysWith: { _, last in last }
        )
    }

    /// Lists whose order says which address or server is the first.
    private static let ordered: Set<String> = [
        "ipv4.addresses", "ipv6.addresses", "ipv4.dns", "ipv6.dns", "ipv4.dns-search", "ipv6.dns-search",
    ]

    /// Equal for what means the same: nmcli shows lists with spaces, enumerations with their names, and says `auto`.
    private static func comparable(_ value: String, _ key: String) -> [String] {
        var value = value
        if key.hasSuffix(".routes") {
            return value.split(separator: value.contains("{") ? ";" : ",").map(route).filter { !$0.isEmpty }.sorted()
        }
        if let bracket = value.firstRange(of: " ("), Int(value[..<bracket.lowerBound]) != nil {
            value = String(value[..<bracket.lowerBound])
        }
        if key.hasSuffix(".mtu"), value.isEmpty || value == "auto" { value = "0" }
        if key.hasSuffix("mac-address") { value = value.uppercased() }
        let items = value.split(separator: ",").map { String($0.filter { $0 != " " }) }
        return ordered.contains(key) ? items : items.sorted()
    }

    /// `10.0.0.0/8 10.1.0.1 100` of `{ ip = 10.0.0.0/8, nh = 10.1.0.1, mt = 100 }`, as older releases show a route.
    private static func route(_ text: Substring) -> String {
        guard text.contains("{") else { return text.split(separator: " ").joined(separator: " ") }
        let parts = options(text.filter { !"{ }".contains($0) })
        let rest = parts.filter { !["ip", "nh", "mt"].contains($0.key) }.map { "\($0.key)=\($0.value)" }.sorted()
        return (["ip", "nh", "mt"].compactMap { parts[$0] } + rest).joined(separator: " ")
    }
}

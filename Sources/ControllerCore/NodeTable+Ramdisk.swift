import BMC
import Boot

/// The columns that say how a node's ramdisk comes to it: `ramdisk` is `media` or `network`; the others are what it has on
/// a network without DHCP, on the card that `mac` names first. `ramdisk_dns` has name servers with spaces between.
extension NodeTable.Row {
    static let ramdiskColumns = ["ramdisk", "ramdisk_address", "ramdisk_gateway", "ramdisk_dns", "ramdisk_vlan"]

    /// Takes them over; gives what is wrong.
    mutating func readRamdisk(_ value: (String) -> String) -> [String] {
        var problems: [String] = []
        switch value("ramdisk") {
        case "", "network": break
        case "media":
            bootsMedium = true
            if way != nil, way != .redfish { problems.append("virtual media needs bmc_protocol redfish") }
        case let other: problems.append("ramdisk must be media or network, found '\(other)'")
        }
        guard !value("ramdisk_address").isEmpty else {
            for column in Self.ramdiskColumns.dropFirst(2) where !value(column).isEmpty {
                problems.append("'\(column)' says nothing without 'ramdisk_address'")
            }
            return problems
        }
        let vlan = value("ramdisk_vlan")
        do {
            network = try StaticNetwork(
                address: value("ramdisk_address"),
                gateway: value("ramdisk_gateway").isEmpty ? nil : value("ramdisk_gateway"),
                nameServers: value("ramdisk_dns").split(separator: " ").map(String.init),
                mac: macs.first,
                vlan: vlan.isEmpty ? nil : Int(vlan) ?? -1
            )
        } catch {
            problems.append("\(error)")
        }
        return problems
    }
}

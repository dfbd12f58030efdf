import BMC

extension NodeRecord.BMCRecord {
    var way: BMCProtocol { BMCProtocol(rawValue: self.protocol) ?? .redfish }

    /// Where it is, for people.
    var text: String {
        switch way {
        case .redfish, .ipmi: "\(self.protocol)://\(address)" + (port.map { ":\($0)" } ?? "")
        case .webhook: "webhook \(address)"
        case .manual: "none: a person acts"
        }
    }

    /// One BMC is one node's; a webhook and a person may do for many.
    func isSameBMC(as other: Self) -> Bool {
        way.hasBMC && other.way.hasBMC && address == other.address && port == other.port
    }
}

extension NodeTable.Row {
    var way: BMCProtocol? { BMCProtocol(rawValue: self.protocol) }

    /// What of a row is missing for its protocol, as names of columns.
    static func required(for way: BMCProtocol?) -> [String] {
        switch way {
        case .webhook: ["name", "bmc_protocol", "bmc_address", "bmc_password"]
        case .manual: ["name", "bmc_protocol"]
        // An address that is left out may be known from the machine itself.
        case .redfish, .ipmi, nil: ["name", "bmc_protocol", "bmc_user", "bmc_password"]
        }
    }
}

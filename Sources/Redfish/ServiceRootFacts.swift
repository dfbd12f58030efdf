/// What a service root tells of the BMC and its machine, with what makers put there besides; nil where it does not say.
public struct ServiceRootFacts: Hashable, Sendable {
    public var vendor: String?
    public var product: String?
    public var serialNumber: String?
    public var uuid: String?
    public var firmware: String?

    /// Nil for a document that is no service root.
    public init?(_ json: JSON) {
        let isRoot = json["RedfishVersion"].string != nil || json["@odata.type"].string?.contains("ServiceRoot") == true
        guard isRoot else { return nil }
        let oem = json["Oem"]
        let manager = ["Hpe", "Hp"].lazy.compactMap { oem[$0]["Manager"].array?.first }.first ?? .null
        vendor = json["Vendor"].string ?? Self.maker(oem.object.map { Array($0.keys) } ?? [])
        product = json["Product"].string ?? manager["ManagerType"].string
        serialNumber = oem["Dell"]["ServiceTag"].string
        // Some fill it with zeroes.
        uuid = json["UUID"].string.flatMap { text in
            text.contains { $0 != "0" && $0 != "-" } ? text.lowercased() : nil
        }
        firmware = manager["ManagerFirmwareVersion"].string
    }

    /// By the names of the makers' own members.
    private static func maker(_ names: [String]) -> String? {
        let known = [
            "Hpe": "HPE", "Hp": "HPE", "Dell": "Dell", "Lenovo": "Lenovo", "Supermicro": "Supermicro", "Ami": "AMI",
            "Huawei": "Huawei", "ts_fujitsu": "Fujitsu", "Insyde": "Insyde", "OpenBmc": "OpenBMC", "Nvidia": "NVIDIA",
            "Gigabyte": "Gigabyte", "Inspur": "Inspur", "Cisco": "Cisco", "Intel": "Intel",
        ]
        return names.sorted().lazy.compactMap { known[$0] }.first
    }
}

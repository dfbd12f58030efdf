/// The firmware's settings as BIOS attributes, with the registry that says what they can be (DSP0268,
/// AttributeRegistry).
enum BIOSAttribute: String, CaseIterable {
    case bootMode = "BootMode"
    case pxe4 = "Ipv4Pxe"
    case pxe6 = "Ipv6Pxe"
    case assetTag = "AssetTag"
    case bootWait = "BootWaitSeconds"

    static let registry = "BiosAttributeRegistryVirtualRack.v1_0_0"
    static let path = RedfishPath.registries + "/BiosAttributeRegistryVirtualRack.v1_0_0"

    static func values(_ settings: FirmwareSettings, _ machine: RackDefinition.Machine) -> JSON {
        [
            bootMode.rawValue: machine.firmware == .uefi ? "Uefi" : "LegacyBios",
            pxe4.rawValue: settings.pxe4 ? "Enabled" : "Disabled",
            pxe6.rawValue: settings.pxe6 ? "Enabled" : "Disabled",
            assetTag.rawValue: .string(settings.assetTag),
            bootWait.rawValue: .number(settings.bootWait),
        ]
    }

    /// Writes one into settings; says what is wrong with it otherwise.
    func write(_ value: JSON, to settings: inout FirmwareSettings) -> RedfishMessage? {
        let property = "Attributes/\(rawValue)"
        switch self {
        case .bootMode: return .notWritable(property)
        case .pxe4, .pxe6:
            guard let text = value.text else { return .wrongType(value, property) }
            guard ["Enabled", "Disabled"].contains(text) else { return .notInList(text, property) }
            if self == .pxe4 { settings.pxe4 = text == "Enabled" } else { settings.pxe6 = text == "Enabled" }
        case .assetTag:
            guard let text = value.text else { return .wrongType(value, property) }
            // It becomes part of a command line.
            let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") }
            guard text.utf8.count <= 32, isPlain else { return .notInList(text, property) }
            settings.assetTag = text
        case .bootWait:
            guard let number = value.number else { return .wrongType(value, property) }
            guard (0...30).contains(number) else { return .outOfRange("\(number)", property) }
            settings.bootWait = number
        }
        return nil
    }

    private var entry: [String: JSON] {
        let choice: JSON = ["Enabled", "Disabled"]
        func values(_ names: JSON) -> JSON {
            .array((names.array ?? []).map { ["ValueName": $0, "ValueDisplayName": $0] })
        }
        return switch self {
        case .bootMode:
            [
                "Type": "Enumeration", "Value": values(["Uefi", "LegacyBios"]), "DisplayName": "Kind of firmware",
                "ReadOnly": true,
            ]
        case .pxe4:
            ["Type": "Enumeration", "Value": values(choice), "DisplayName": "PXE over IPv4", "ReadOnly": false]
        case .pxe6:
            ["Type": "Enumeration", "Value": values(choice), "DisplayName": "PXE over IPv6", "ReadOnly": false]
        case .assetTag:
            ["Type": "String", "MinLength": 0, "MaxLength": 32, "DisplayName": "Asset tag", "ReadOnly": false]
        case .bootWait:
            [
                "Type": "Integer", "LowerBound": 0, "UpperBound": 30, "ScalarIncrement": 1,
                "DisplayName": "Seconds that the firmware waits for a key", "ReadOnly": false,
            ]
        }
    }

    static var registryDocument: [String: JSON] {
        [
            "Language": "en", "OwningEntity": "Rackwright", "RegistryVersion": "1.0.0",
            "RegistryEntries": [
                "Attributes": .array(
                    allCases.map { attribute in
                        var entry = attribute.entry
                        entry["AttributeName"] = .string(attribute.rawValue)
                        entry["ResetRequired"] = true
                        return .object(entry)
                    }
                )
            ],
        ]
    }
}

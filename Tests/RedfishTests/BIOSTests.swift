import Foundation
import Redfish
import TestSupport
import Testing

/// BIOS attributes: what may be asked for, what is, and what waits.
struct BIOSTests {
    private func json(_ text: String) -> JSON { (try? JSON(reading: [UInt8](text.utf8))) ?? .null }

    private var settings: BIOSSettings {
        get throws {
            try #require(
                BIOSSettings(
                    json(
                        """
                        {"Attributes": {"BootMode": "Uefi", "Cores": 4, "Quiet": true, "Asset": "", "Serial": "S1"},
                         "AttributeRegistry": "R.v1_0_0",
                         "@Redfish.Settings": {"SettingsObject": {"@odata.id": "/b/SD"},
                            "SupportedApplyTimes": ["OnReset", "AtMaintenanceWindowStart"]}}
                        """
                    ),
                    path: "/b"
                )
            )
        }
    }
    private var registry: AttributeRegistry {
        get throws {
            try #require(
                AttributeRegistry(
                    json(
                        """
                        {"RegistryEntries": {"Attributes": [
                          {"AttributeName": "BootMode", "Type": "Enumeration",
                           "Value": [{"ValueName": "Uefi"}, {"ValueName": "Bios"}]},
                          {"AttributeName": "Cores", "Type": "Integer", "LowerBound": 2, "UpperBound": 8, "ScalarIncrement": 2},
                          {"AttributeName": "Quiet", "Type": "Boolean"},
                          {"AttributeName": "Asset", "Type": "String", "MaxLength": 4},
                          {"AttributeName": "Serial", "Type": "String", "ReadOnly": true},
                          {"AttributeName": "SetupPassword", "Type": "Password", "MinLength": 2}]}}
                        """
                    )
                )
            )
        }
    }

    @Test func whatIsSoAlreadyIsNotAskedFor() throws {
        let wanted = ["BootMode": "Bios", "Cores": "4", "Quiet": "true"]
        let changes = try settings.changes(to: wanted, registry: registry)
        #expect(changes == [BIOSChange(name: "BootMode", before: .string("Uefi"), after: .string("Bios"))])
    }

    @Test(arguments: [
        (["BootMode": "UEFI"], "BootMode is one of Uefi, Bios, and not UEFI"),
        (["Cores": "9"], "Cores is at most 8"), (["Cores": "1"], "Cores is at least 2"),
        (["Cores": "5"], "Cores goes by steps of 2"), (["Cores": "many"], "Cores is a whole number"),
        (["Quiet": "perhaps"], "Quiet is true or false"), (["Asset": "12345"], "Asset has at most 4 octets"),
        (["Serial": "S2"], "Serial cannot be written"), (["bootmode": "Bios"], "there is BootMode"),
        (["SetupPassword": "x"], "SetupPassword has at least 2 octets"),
        (["Nothing": "1"], "there is no attribute Nothing"),
    ])
    func aValueThatCannotBeIsRefusedBeforeItIsSent(wanted: [String: String], reason: String) throws {
        let (settings, registry) = (try settings, try registry)
        let error = #expect(throws: RedfishError.self) { _ = try settings.changes(to: wanted, registry: registry) }
        #expect("\(error, default: "")".contains(reason))
        #expect(!"\(error, default: "")".contains("is 12345"))
    }

    @Test func allReasonsAreGivenAtOnce() throws {
        let (settings, registry) = (try settings, try registry)
        let error = #expect(throws: RedfishError.self) {
            _ = try settings.changes(to: ["Cores": "99", "Quiet": "x"], registry: registry)
        }
        #expect("\(error, default: "")".contains("Cores") && "\(error, default: "")".contains("Quiet"))
    }

    @Test func withoutARegistryTheValueThatIsTellsTheKind() throws {
        let changes = try settings.changes(to: ["Cores": "6", "Quiet": "off", "BootMode": "Bios"], registry: nil)
        #expect(changes.map(\.after) == [.string("Bios"), .integer(6), .bool(false)])
        let settings = try settings
        #expect(throws: RedfishError.self) { _ = try settings.changes(to: ["Cores": "six"], registry: nil) }
    }

    @Test func theTimeIsSaidWhereTheBMCListsSome() throws {
        let changes = try settings.changes(to: ["Cores": "6"], registry: registry)
        let body = try settings.body(for: changes, applyTime: nil)
        #expect(body["Attributes"] == json("{\"Cores\": 6}"))
        #expect(body["@Redfish.SettingsApplyTime"]["ApplyTime"].string == "OnReset")
        let window = try settings.body(for: changes, applyTime: "AtMaintenanceWindowStart")
        #expect(window["@Redfish.SettingsApplyTime"]["ApplyTime"].string == "AtMaintenanceWindowStart")
        let settings = try settings
        #expect(throws: RedfishError.self) { _ = try settings.body(for: changes, applyTime: "Immediate") }
        var plain = settings
        plain.applyTimes = nil
        #expect(try plain.body(for: changes, applyTime: nil)["@Redfish.SettingsApplyTime"] == .null)
    }

    @Test func whatWaitsIsWhatDiffers() throws {
        let waiting = json("{\"Attributes\": {\"Cores\": 8, \"Quiet\": true, \"Asset\": null}}")
        #expect(
            try settings.pending(in: waiting) == [BIOSChange(name: "Cores", before: .integer(4), after: .integer(8))]
        )
        #expect(try settings.pending(in: .null).isEmpty)
    }

    @Test func aRegistrysFileIsFoundByItsName() {
        #expect(
            AttributeRegistry.isFile(
                "/redfish/v1/Registries/BiosAttributeRegistry.v1_0_0",
                of: "BiosAttributeRegistry.v1_0_3"
            )
        )
        #expect(
            AttributeRegistry.isFile("/r/BiosAttributeRegistryU46.v1_2_34/", of: "BiosAttributeRegistryU46.v1_2_34")
        )
        #expect(!AttributeRegistry.isFile("/r/ManagerAttributeRegistry.v1_0_0", of: "BiosAttributeRegistry.v1_0_3"))
        let file = json(
            "{\"Location\": [{\"Language\": \"ja\", \"Uri\": \"/j\"}, {\"Language\": \"en\", \"Uri\": \"/e\"}]}"
        )
        #expect(AttributeRegistry.places(file: file) == ["/e", "/j"])
    }

    /// Any text for any attribute is a change, no change or a refusal, and what is sent reads as JSON.
    @Test(arguments: 0..<100 as Range<UInt64>)
    func anyTextIsAskedForOrRefused(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let texts = ["", "-1", "9223372036854775807", "-9223372036854775808", "0x10", "true", "Uefi", "\u{0}", "é"]
        let names = Array(try registry.entries.keys).sorted() + ["", "Nothing"]
        for _ in 0..<20 {
            let name = try #require(names.randomElement(using: &random))
            let text = try #require(texts.randomElement(using: &random))
            let known = Bool.random(using: &random) ? try registry : nil
            guard let changes = try? settings.changes(to: [name: text], registry: known) else { continue }
            #expect(changes.count <= 1)
            let body = try settings.body(for: changes, applyTime: nil)
            #expect(try JSON(reading: body.octets) == body)
        }
    }

    @Test func secureBootSaysWhatIsAndWhatWillBe() throws {
        let text =
            "{\"SecureBootEnable\": true, \"SecureBootCurrentBoot\": \"Disabled\", \"SecureBootMode\": \"UserMode\"}"
        let state = try #require(SecureBootState(json(text), path: "/sb"))
        #expect(state.isEnabled == true)
        #expect(state.isInForce == false)
        #expect(state.mode == "UserMode")
        #expect(SecureBootState(json("{\"Id\": \"SecureBoot\"}"), path: "/sb") == nil)
    }
}

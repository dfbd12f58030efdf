import Foundation
import Redfish
import TestSupport
import Testing

/// Which way a BMC's changes are told, and what that way is.
struct StrategyTests {
    private func json(_ text: String) -> JSON { (try? JSON(reading: [UInt8](text.utf8))) ?? .null }

    @Test(
        .enabled(if: Fixture.assets != nil),
        arguments: [
            ("cray-ex425-nC", VendorStrategy.Vendor.generic), ("dell-idrac9-m640", .dell),
            ("dell-idrac9-r750-dpu", .dell), ("dmtf-public-rackmount1", .generic),
            ("hpe-ilo5-dl325gen10plus", .hpe), ("hpe-ilo6-dl360", .hpe), ("intel-s2600bpb", .generic),
            ("lenovo-xcc-sr670v2", .lenovo), ("openbmc-stock", .openBMC), ("quanta-d42a-thin", .ami),
            ("supermicro-sys821ge-tnhr", .supermicro),
        ]
    )
    func eachRecordedBMCGivesItsMakerAway(name: String, vendor: VendorStrategy.Vendor) throws {
        let archive = try #require(Tree.archives(in: "trees").first { $0.contains(name) })
        let tree = try Tree(archive: archive)
        let system = ComputerSystem.choose(from: tree.systems)?.system
        let manager = system?.managers.first ?? ""
        let chosen = VendorStrategy.choose(
            root: tree["/redfish/v1"],
            manager: tree[manager],
            system: tree[system?.path ?? ""]
        )
        #expect(chosen.strategy.vendor == vendor, "\(chosen.reason)")
        #expect(chosen.reason.contains(vendor == .generic ? "neither" : " "))
    }

    @Test func theBMCsOwnSoftwareComesBeforeWhoseMachineItIsIn() {
        let made = json("{\"Manufacturer\": \"NVIDIA\"}")
        let byAMI = VendorStrategy.choose(root: json("{\"Oem\": {\"Ami\": {}}}"), manager: .null, system: made)
        #expect(byAMI.strategy.vendor == .ami)
        #expect(byAMI.reason == "the service root has Oem.Ami")
        let byOpenBMC = VendorStrategy.choose(root: .null, manager: json("{\"Oem\": {\"OpenBmc\": {}}}"), system: made)
        #expect(byOpenBMC.strategy.vendor == .nvidia, "NVIDIA's OpenBMC is not the stock one")
        let gigabyte = VendorStrategy.choose(root: json("{\"Vendor\": \"GIGABYTE\"}"), manager: .null, system: .null)
        #expect(gigabyte.strategy.vendor == .ami)
        #expect(gigabyte.reason == "the service root's vendor is \"GIGABYTE\"")
    }

    @Test func everyVendorHasItsRowAndEveryRowItsName() {
        for vendor in VendorStrategy.Vendor.allCases { #expect(VendorStrategy.of(vendor).vendor == vendor) }
        let names = Set(VendorStrategy.Vendor.allCases.map { VendorStrategy.of($0).name })
        #expect(names.count == VendorStrategy.Vendor.allCases.count)
    }

    /// Any documents whatever choose a row and give a reason.
    @Test(arguments: 0..<100 as Range<UInt64>)
    func noiseChoosesARow(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let values: [JSON] = [
            .null, .string(""), .string("Dell"), .object(["Oem": .string("Ami")]), .object(["Hpe": .null]), .array([]),
            .integer(7),
        ]
        func document() -> JSON {
            var members: [String: JSON] = [:]
            for name in ["Oem", "Vendor", "Product", "Model", "Manufacturer", "Boot"] {
                members[name] = values.randomElement(using: &random)
            }
            return .object(members)
        }
        let system = document()
        let chosen = VendorStrategy.choose(root: document(), manager: document(), system: system)
        #expect(!chosen.reason.isEmpty)
        for target in BootWish.Target.allCases {
            let wish = BootWish(target: target, enabled: .once, mode: .uefi)
            _ = try? ComputerSystem(system, path: "/s").bootPatches(for: wish, strategy: chosen.strategy)
        }
    }

    // MARK: What is asked

    private func boot(_ members: String, settings: String = "null") -> ComputerSystem {
        ComputerSystem(
            json("{\"Boot\": {\(members)}, \"@Redfish.Settings\": {\"SettingsObject\": \(settings)}}"),
            path: "/s"
        )
    }
    private let pxe = BootWish(target: .pxe, enabled: .once, mode: .uefi)

    private func bodies(_ system: ComputerSystem, _ wish: BootWish, _ vendor: VendorStrategy.Vendor) throws -> [JSON] {
        try system.bootPatches(for: wish, strategy: .of(vendor)).map { $0.body["Boot"] }
    }

    @Test func theModeGoesAlongAsTheMakerHasIt() throws {
        let system = boot("\"BootSourceOverrideMode\": \"UEFI\", \"BootSourceOverrideTarget\": \"None\"")
        func firstMode(_ vendor: VendorStrategy.Vendor, _ wish: BootWish) throws -> String? {
            try bodies(system, wish, vendor).first?["BootSourceOverrideMode"].string
        }
        var noMode = pxe
        noMode.mode = nil
        #expect(try firstMode(.dell, pxe) == nil, "what is so already is refused by some")
        #expect(try firstMode(.supermicro, noMode) == "UEFI", "left out, it falls back to Legacy")
        #expect(try firstMode(.generic, pxe) == "UEFI")
        #expect(try bodies(system, pxe, .hpe).allSatisfy { $0["BootSourceOverrideMode"] == .null })
        var legacy = pxe
        legacy.mode = .legacy
        #expect(try firstMode(.dell, legacy) == "Legacy")
        let error = #expect(throws: RedfishError.self) { _ = try self.bodies(system, legacy, .hpe) }
        #expect("\(error, default: "")".contains("BIOS attribute BootMode"))
    }

    @Test func anOverrideEndsAsTheMakerHasIt() throws {
        let wish = BootWish(target: .none, enabled: .once)
        let system = boot("\"BootSourceOverrideTarget\": \"Pxe\"")
        #expect(try bodies(system, wish, .hpe).first?["BootSourceOverrideTarget"] == .null)
        #expect(try bodies(system, wish, .dell).first?["BootSourceOverrideTarget"].string == "None")
        #expect(try bodies(system, wish, .hpe).count == 2, "the other way stands behind")
    }

    @Test func changesGoWhereTheMakerTakesThem() throws {
        let system = boot("\"BootSourceOverrideTarget\": \"None\"", settings: "{\"@odata.id\": \"/s/SD\"}")
        func paths(_ vendor: VendorStrategy.Vendor) throws -> [String] {
            try system.bootPatches(for: pxe, strategy: .of(vendor)).map(\.path)
        }
        #expect(try paths(.ami) == ["/s/SD", "/s"])
        #expect(try paths(.supermicro) == ["/s", "/s", "/s/SD", "/s/SD"])
    }

    @Test func aCDIsCalledAsTheMakerCallsIt() throws {
        let both = "\"BootSourceOverrideTarget@Redfish.AllowableValues\": [\"Cd\", \"UsbCd\"]"
        let cd = BootWish(target: .cd, enabled: .once)
        func word(_ vendor: VendorStrategy.Vendor, _ members: String) throws -> String? {
            try bodies(boot(members), cd, vendor).first?["BootSourceOverrideTarget"].string
        }
        #expect(try word(.supermicro, both) == "UsbCd")
        #expect(try word(.dell, both) == "Cd")
        #expect(try word(.supermicro, "\"BootSourceOverrideTarget@Redfish.AllowableValues\": [\"Cd\"]") == "Cd")
    }

    @Test func theBootFileGoesAlongWhereTheOverrideTakesIt() throws {
        let system = boot("\"BootSourceOverrideTarget@Redfish.AllowableValues\": [\"UefiHttp\"]")
        let wish = BootWish(target: .http, enabled: .once, httpURI: "http://10.0.0.1/boot.efi")
        #expect(try bodies(system, wish, .nvidia).first?["HttpBootUri"].string == "http://10.0.0.1/boot.efi")
        #expect(try bodies(system, wish, .hpe).first?["HttpBootUri"] == .null)
    }

    @Test func aTargetWithoutAWordIsReachedByABootOption() throws {
        let path = "PciRoot(0x1)/Pci(0x2,0x0)/MAC(88E9A46BA8AC,0x1)/IPv4(0.0.0.0)/Uri()"
        let option = try #require(
            BootOption(json("{\"BootOptionReference\": \"Boot0007\", \"UefiDevicePath\": \"\(path)\"}"))
        )
        #expect(option.target == .http)
        let wish = BootWish(target: .http, enabled: .once)
        let allowed = "\"BootSourceOverrideTarget@Redfish.AllowableValues\": [\"Pxe\", \"UefiTarget\"]"
        let system = boot(allowed)
        #expect(system.needsOptions(for: wish, strategy: .generic))
        #expect(!system.needsOptions(for: pxe, strategy: .generic))
        let patch = try #require(try system.bootPatches(for: wish, options: [option]).first)
        #expect(patch.body["Boot"]["BootSourceOverrideTarget"].string == "UefiTarget")
        #expect(patch.body["Boot"]["UefiTargetBootSourceOverride"].string == path)
        #expect(throws: RedfishError.self) { _ = try system.bootPatches(for: wish) }
        var found = try #require(system.boot)
        found.target = "UefiTarget"
        found.uefiTarget = path
        #expect(found.overrideTarget == .http, "it reads back as what it was set for")
    }

    @Test(.enabled(if: Fixture.assets != nil)) func aLastingWishOnALenovoChangesTheOrder() throws {
        let archive = try #require(Tree.archives(in: "trees").first { $0.contains("lenovo") })
        let tree = try Tree(archive: archive)
        let system = try #require(ComputerSystem.choose(from: tree.systems)).system
        let options = tree.resources.filter { $0.key.contains("/BootOptions/") }.values.compactMap(BootOption.init)
        #expect(options.count == 2)
        let wish = BootWish(target: .disk, enabled: .continuous)
        let patch = try #require(
            try system.bootPatches(for: wish, strategy: .of(.lenovo), options: options).first
        )
        #expect(patch.path == "/redfish/v1/Systems/1/Pending")
        #expect(patch.body["Boot"]["BootOrder"].strings == ["Boot0002", "Boot0003"], "the disk came second")
    }

    @Test func oneBootIsNoReasonToChangeTheOrder() throws {
        let option = try #require(BootOption(json("{\"Id\": \"Boot0001\", \"DisplayName\": \"PXE IPv4\"}")))
        let members = "\"BootOrder\": [\"Boot0002\", \"Boot0001\"], \"BootSourceOverrideTarget\": \"None\""
        let patches = try boot(members).bootPatches(for: pxe, options: [option])
        #expect(patches.allSatisfy { $0.body["Boot"]["BootOrder"] == .null })
        let without = try boot("\"BootOrder\": [\"Boot0002\", \"Boot0001\"]").bootPatches(for: pxe, options: [option])
        #expect(without.last?.body["Boot"]["BootOrder"].strings == ["Boot0001", "Boot0002"], "there is no override")
    }

    @Test func whatWasAskedForIsSeenOrNot() throws {
        let patch = try #require(try boot("\"BootSourceOverrideMode\": \"UEFI\"").bootPatches(for: pxe).first)
        func shows(_ members: String) -> Bool { boot(members).boot.map(patch.isShown) ?? false }
        let target = "\"BootSourceOverrideTarget\": \"Pxe\""
        #expect(shows("\(target), \"BootSourceOverrideEnabled\": \"Once\", \"BootSourceOverrideMode\": \"UEFI\""))
        #expect(shows("\(target), \"BootSourceOverrideEnabled\": \"Once\""), "a mode that is not shown is not another")
        #expect(!shows("\(target), \"BootSourceOverrideEnabled\": \"Disabled\""))
        #expect(!shows("\(target), \"BootSourceOverrideEnabled\": \"Once\", \"BootSourceOverrideMode\": \"Legacy\""))
        #expect(!shows("\"BootSourceOverrideTarget\": \"Hdd\", \"BootSourceOverrideEnabled\": \"Once\""))
    }

    @Test func tagsGoInTheMakersOrder() {
        let ladder = ETagLadder(head: "W/\"a\"", document: nil, forms: [.absent, .strong, .unquoted])
        #expect(ladder.rungs == [nil, "\"a\"", "a"])
        #expect(ETagLadder(head: "\"\"", document: "", forms: ETagLadder.Form.allCases).rungs == [nil])
    }
}

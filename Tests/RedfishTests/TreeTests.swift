import Foundation
import Redfish
import TestSupport
import Testing

/// Machines of many makers, against what was found in their trees by other means.
@Suite(.enabled(if: Fixture.assets != nil))
struct TreeTests {
    static let archives = Tree.archives(in: "trees") + Tree.archives(in: "trees-dmtf")

    static let facts: JSON = {
        guard let octets = try? Fixture.octets(ofAsset: "redfish/TREES-FACTS.json") else { return .null }
        return (try? JSON(reading: octets)) ?? .null
    }()

    @Test(arguments: archives)
    func everySystemIsReadAsItIs(archive: String) throws {
        let tree = try Tree(archive: archive)
        let facts = try #require(Self.facts[tree.name]["systems"].array)
        let systems = tree.systems
        for fact in facts {
            let id = try #require(fact["id"].string)
            guard let system = systems.first(where: { $0.path == id || $0.path == id + "/" }) else { continue }
            #expect(system.serialNumber == fact["SerialNumber"].string)
            #expect(system.manufacturer == fact["Manufacturer"].string)
            #expect(system.reset?.target == fact["reset_target"].string)
            if system.reset?.actionInfo == nil {
                #expect(system.reset?.allowed ?? [] == fact["reset_types"].strings ?? [])
            } else {
                #expect(system.reset?.allowed?.contains("On") == true, "the types stand in another resource")
            }
            #expect(system.boot?.allowedTargets ?? [] == fact["boot_targets"].strings ?? [])
            switch fact["PowerState"].string {
            case "On": #expect(system.powerState == .on)
            case "Off": #expect(system.powerState == .off)
            default: break
            }
        }
        #expect(systems.count == facts.count || tree.root.systems == nil)
    }

    @Test(arguments: archives)
    func aSystemIsChosenAndMayBeSwitchedAndBooted(archive: String) throws {
        let tree = try Tree(archive: archive)
        guard let choice = ComputerSystem.choose(from: tree.systems) else {
            #expect(tree.systems.isEmpty)
            return
        }
        #expect((choice.remark == nil) == (tree.systems.count == 1))
        let system = choice.system
        guard let reset = system.reset else { return }
        for wish in PowerWish.allCases {
            do {
                let request = try system.resetRequest(for: wish)
                #expect(request.path == reset.target)
                #expect(reset.allowed?.contains(request.resetType) != false)
            } catch {
                #expect("\(error)".contains("offers the reset types"))
            }
        }
        for target in BootWish.Target.allCases where target != .none && system.boot != nil {
            do {
                let patches = try system.bootPatches(for: BootWish(target: target, enabled: .once, mode: .uefi))
                let boot = try #require(patches.first).body["Boot"]
                #expect(boot["BootSourceOverrideTarget"].string == target.rawValue)
                #expect(boot["BootSourceOverrideEnabled"].string == "Once")
            } catch {
                #expect("\(error)".contains("offers the boot"))
            }
        }
    }

    @Test func theResetTypesOfTheSupermicroStandInAnotherResource() throws {
        let archive = try #require(Tree.archives(in: "trees").first { $0.contains("supermicro") })
        let tree = try Tree(archive: archive)
        let system = try #require(ComputerSystem.choose(from: tree.systems)).system
        #expect(system.reset?.actionInfo != nil)
        #expect(system.reset?.allowed?.contains("ForceOff") == true)
    }

    @Test func theLenovoCannotBootByHTTPAndKeepsNoOverride() throws {
        let archive = try #require(Tree.archives(in: "trees").first { $0.contains("lenovo") })
        let system = try #require(ComputerSystem.choose(from: try Tree(archive: archive).systems)).system
        #expect(throws: RedfishError.self) {
            _ = try system.bootPatches(for: BootWish(target: .http, enabled: .once))
        }
        let patches = try system.bootPatches(for: BootWish(target: .disk, enabled: .continuous))
        #expect(patches.first?.body["Boot"]["BootSourceOverrideEnabled"].string == "Once")
        #expect(patches.last?.path == "/redfish/v1/Systems/1/Pending")
    }
}

import Catalog
import FoundationEssentials
import Inventory
import InventoryImport
import Matching
import TestSupport
import Testing

/// Rules over machines that other tools recorded.
@Suite(.enabled(if: Fixture.assets != nil))
struct RecordedFleetTests {
    /// Every machine in some folders of recordings, by its file's name.
    static func machines(_ folders: String...) throws -> [(name: String, inventory: Inventory)] {
        var found: [(name: String, inventory: Inventory)] = []
        for folder in folders {
            let path = try #require(Fixture.assets) + "/inventories/" + folder
            for file in try FileManager.default.contentsOfDirectory(atPath: path).sorted() {
                let octets = try Fixture.octets(ofAsset: "inventories/\(folder)/\(file)")
                for machine in (try? InventoryImport.machines(in: octets)) ?? [] {
                    found.append((file, machine.inventory))
                }
            }
        }
        return found
    }

    @Test func everyBladeOfARackGetsItsSerialForANameAndItsLabels() throws {
        let fleet = try Self.machines("cardiff-hp-bl460c")
        try #require(fleet.count == 10)
        let found = try rules(
            """
            name: blades
            when: ['"BL460c" in system.product']
            actions: {name: "blade-{{ system.serial | lower }}", labels: {threads: "{{ cpu.threads }}"}}
            """,
            "name: others\nwhen: ['\"BL460c\" not in system.product']\nactions: {refuse: 'no blade: {{ system.product }}'}"
        )
        var names: Set<String> = []
        for (file, inventory) in fleet {
            let outcome = RuleOutcome(of: found, for: Candidate(id: file, name: file, inventory: inventory))
            let serial = try #require(inventory.system.serial)
            #expect(file.contains(serial) && outcome.name?.value == "blade-" + serial.lowercased())
            #expect(outcome.labels["threads"]?.value == inventory.cpu.threads.map { "\($0)" })
            #expect(outcome.refusal == nil && outcome.remarks.isEmpty)
            if let name = outcome.name?.value { names.insert(name) }
        }
        #expect(names.count == fleet.count)
    }

    @Test func conditionsHoldOfRecordedMachinesWhereTheirInventoriesSaySo() throws {
        let fleet = try Self.machines("cardiff-hp-bl460c", "ipa", "lshw", "facts")
        try #require(fleet.count >= 15)
        let found = try rules("name: big\nwhen: [cpu.threads >= 16]\nactions: {labels: {big: 'yes'}}")
        for (file, inventory) in fleet {
            let outcome = RuleOutcome(of: found, for: Candidate(id: file, name: file, inventory: inventory))
            #expect((outcome.labels["big"] != nil) == (inventory.cpu.threads ?? 0 >= 16), "\(file)")
            #expect(outcome.verdicts.map(\.matches) == [inventory.cpu.threads ?? 0 >= 16])
        }
        #expect(
            fleet.contains { $0.inventory.cpu.threads ?? 0 >= 16 }
                && fleet.contains { $0.inventory.cpu.threads ?? 0 < 16 }
        )
    }
}

import Catalog
import FoundationEssentials
import Inventory
import Matching
import RuleImport
import TestSupport
import Testing
import YAML

@Suite struct RuleImportTests {
    private func imported(_ text: String) throws -> RuleImport {
        try RuleImport(YAMLReader.read(Array(text.utf8), file: "rules.json"))
    }

    private func outcome(_ found: RuleImport, _ inventory: Inventory, labels: [String: String] = [:]) throws
        -> RuleOutcome
    {
        let texts = Dictionary(uniqueKeysWithValues: found.rules.map { ($0.name + ".yaml", $0.yaml) })
        return RuleOutcome(of: try CatalogFolder.rules(in: texts), for: node(inventory, labels: labels))
    }

    private func machine(memory: Int, disk: Int) -> Inventory {
        Inventory(
            memory: Inventory.Memory(total: memory - 1000, installed: memory),
            disks: [
                Inventory.Disk(name: "sda", size: 2 << 30), Inventory.Disk(name: "sdb", size: disk),
                Inventory.Disk(name: "sdc", size: 20 << 40),
            ]
        )
    }

    /// The deployment guide's example: `local_gb` is the root disk's size in GiB, less one.
    @Test(
        .enabled(if: Fixture.assets != nil),
        arguments: [
            (4095, 100, ["compute_profile", "control_profile"], true), (4096, 40, [], false),
            (4096, 41, ["compute_profile", "control_profile"], false),
            (8192, 1024, ["compute_profile", "control_profile"], false),
            (8192, 1025, ["profile"], false),
        ]
    )
    func tripleOsRulesSayTheSameOfAMachine(memory: Int, disk: Int, labels: [String], isRefused: Bool) throws {
        let octets = try Fixture.octets(ofAsset: "tripleo/inspector-rules/tripleo-profile_matching-0.json")
        let found = try RuleImport(YAMLReader.read(octets, file: "rules.json"))
        #expect(found.rules.count == 3)
        let outcome = try outcome(found, machine(memory: memory << 20, disk: disk << 30))
        #expect(outcome.labels.keys.sorted() == labels)
        #expect(outcome.refusal?.value == (isRefused ? "Memory too low, expected at least 4 GiB" : nil))
        #expect(found.remarks.contains { $0.message.contains("labels.profile == \"swift-storage\"") })
        #expect(found.remarks.contains { $0.message.contains("nothing to remove") && $0.location.line == 29 })
    }

    @Test func whatIsSaidLastThereStandsHere() throws {
        let found = try imported(
            """
            [{"description": "one", "conditions": [], "actions": [{"action": "set-attribute", "path": "/extra/zone", "value": "a"}]},
             {"description": "two", "conditions": [], "actions": [{"action": "set-attribute", "path": "/extra/zone", "value": "b"}]}]
            """
        )
        #expect(try outcome(found, blade).labels["zone"]?.value == "b")
        let newer = try imported(
            """
            [{"description": "one", "priority": 1, "conditions": [], "actions": [{"op": "set-capability", "args": ["zone", "a"]}]},
             {"description": "two", "priority": 9, "conditions": [], "actions": [{"op": "set-capability", "args": {"name": "zone", "value": "b"}}]}]
            """
        )
        #expect(try outcome(newer, blade).labels["zone"]?.value == "a", "the lower priority is applied last")
    }

    @Test(arguments: [
        (#"{"op": "ge", "field": "cpus", "value": 32}"#, true),
        (#"{"op": "gt", "field": "data://inventory.cpu.count", "value": 32}"#, false),
        (#"{"op": "eq", "field": "inventory.system_vendor.manufacturer", "value": "HP"}"#, true),
        (#"{"op": "eq", "field": "inventory.system_vendor.manufacturer", "value": "HP", "invert": true}"#, false),
        (#"{"op": "contains", "field": "inventory.system_vendor.manufacturer", "value": "(?i)h"}"#, true),
        (#"{"op": "matches", "field": "inventory.system_vendor.serial_number", "value": "CZ[0-9]+"}"#, false),
        (#"{"op": "matches", "field": "inventory.system_vendor.serial_number", "value": "CZ[0-9]+YWNN"}"#, true),
        (#"{"op": "in-net", "field": "ipmi_address", "value": "10.20.16.0/20"}"#, true),
        (#"{"op": "in-net", "field": "ipmi_address", "value": "10.20.32.0/20"}"#, false),
        (#"{"op": "in-net", "field": "ipmi_address", "value": "10.0.0.0/8"}"#, true),
        (#"{"op": "in-net", "field": "ipmi_address", "value": "0.0.0.0/0"}"#, true),
        (#"{"op": "is-empty", "field": "inventory.bmc_address"}"#, false),
        (#"{"op": "is-empty", "field": "inventory.bmc_mac"}"#, true),
        (#"{"op": "is-empty", "field": "inventory.bmc_mac", "invert": true}"#, false),
        (#"{"op": "gt", "field": "inventory.disks[*].size", "value": 299999999999, "multiple": "all"}"#, true),
        (#"{"op": "gt", "field": "inventory.disks[*].size", "value": 300000000000, "multiple": "any"}"#, false),
        (#"{"op": "eq", "field": "inventory.interfaces[*].mac_address", "value": "52:54:00:00:00:02"}"#, true),
        (
            #"{"op": "eq", "field": "inventory.interfaces[*].mac_address", "value": "52:54:00:00:00:02", "multiple": "all"}"#,
            false
        ),
        (
            #"{"op": "eq", "field": "inventory.interfaces[*].mac_address", "value": "52:54:00:00:00:02", "multiple": "first"}"#,
            false
        ),
        (#"{"op": "eq", "field": "all_interfaces.eth1.lldp_processed.switch_system_name", "value": "leaf-3"}"#, true),
        (#"{"op": "lt", "field": "memory_mb", "value": 65536}"#, false),
        (#"{"op": "le", "field": "memory_mb", "value": 65536}"#, true),
        (#"{"op": "eq", "field": "memory_mb", "value": 65536}"#, true),
        (#"{"op": "ge", "field": "local_gb", "value": 278}"#, true),
        (#"{"op": "gt", "field": "local_gb", "value": 278}"#, false),
        (#"{"op": "eq", "field": "root_disk.size", "value": 300000000000}"#, true),
        (#"{"op": "eq", "field": "node://extra.zone", "value": "a"}"#, true),
        (#"{"op": "ne", "field": "node://name", "value": "x"}"#, true),
        (#"{"op": "eq", "args": {"values": ["{inventory[cpu][count]}", 32]}}"#, true),
        (#"{"op": "!eq", "args": [["{inventory[cpu][count]}", 32]]}"#, false),
        (#"{"op": "lt", "args": {"values": [1, "{inventory[cpu][count]}", 33]}}"#, true),
        (#"{"op": "gt", "args": {"values": ["{inventory[memory][physical_mb]}", 65535]}}"#, true),
        (
            #"{"op": "contains", "args": {"value": "{inventory[system_vendor][manufacturer]}", "regex": "(?i)^hp$"}}"#,
            true
        ),
        (
            #"{"op": "not contains", "args": {"value": "{inventory[system_vendor][manufacturer]}", "regex": "Dell"}}"#,
            true
        ),
        (
            #"{"op": "one-of", "args": {"value": "{inventory[system_vendor][manufacturer]}", "values": ["Dell", "HP"]}}"#,
            true
        ),
        (#"{"op": "in-net", "args": {"address": "{inventory[bmc_address]}", "subnet": "10.20.17.5/32"}}"#, true),
        (#"{"op": "is-true", "args": {"value": "{inventory[cpu][count]}"}}"#, true),
        (#"{"op": "is-none", "args": {"value": "{inventory[bmc_mac]}"}}"#, true),
        (
            #"{"op": "eq", "args": {"values": ["{inventory[system_vendor][manufacturer]}", "{item}"]}, "loop": ["Dell", "HP"], "multiple": "any"}"#,
            true
        ),
        (
            #"{"op": "eq", "args": {"values": ["{inventory[system_vendor][manufacturer]}", "{item[v]}"]}, "loop": [{"v": "Dell"}, {"v": "HP"}], "multiple": "all"}"#,
            false
        ),
    ])
    func aConditionHoldsHereWhereItHoldsThere(condition: String, holds: Bool) throws {
        var machine = blade
        machine.bmc = Inventory.ManagementController(address: "10.20.17.5")
        let found = try imported(
            #"[{"description": "x", "conditions": [\#(condition)], "actions": [{"action": "fail", "message": "yes"}]}]"#
        )
        #expect(found.rules.count == 1 && found.remarks.isEmpty, "\(found.remarks)")
        let outcome = try outcome(found, machine, labels: ["zone": "a"])
        #expect((outcome.refusal != nil) == holds, "\(found.rules.first?.yaml ?? "") \(outcome.verdicts)")
    }

    @Test func textsOfBothGenerationsBecomeTemplates() throws {
        let found = try imported(
            """
            [{"description": "Name: by serial", "conditions": [], "actions": [
              {"action": "set-attribute", "path": "/name", "value": "n-{data[inventory][system_vendor][serial_number]}"},
              {"action": "set-attribute", "path": "/extra/braces", "value": "{{x}}"},
              {"action": "set-capability", "name": "boot-mode", "value": "uefi"},
              {"op": "set-attribute", "args": {"path": "extra.{item[k]}", "value": "{item[v]}"}, "loop": [{"k": "a", "v": "1"}, {"k": "b", "v": "{inventory[cpu][count]}"}]},
              {"op": "add-trait", "args": {"name": "CUSTOM_BIG"}}]}]
            """
        )
        let outcome = try outcome(found, blade)
        #expect(outcome.name?.value == "n-CZ3404YWNN")
        #expect(
            outcome.labels.mapValues(\.value) == [
                "braces": "{x}", "boot_mode": "uefi", "a": "1", "b": "32", "CUSTOM_BIG": "true",
            ]
        )
        #expect(found.rules.map(\.name) == ["name-by-serial"] && found.rules.first?.description == "Name: by serial")
    }

    @Test func aRuleThatLosesAConditionIsLeftOutAndSaysWhy() throws {
        let found = try imported(
            """
            - description: by kernel name
              conditions: [{op: eq, field: root_disk.name, value: /dev/sda}]
              actions: [{action: set-capability, name: a, value: b}]
            - description: credentials
              conditions: []
              actions:
                - {action: set-attribute, path: /driver_info/ipmi_password, value: hunter2}
            """
        )
        #expect(found.rules.isEmpty)
        let lines = found.remarks.map(\.description)
        #expect(
            lines.contains {
                $0.hasPrefix("rules.json:2:16: rule 'by-kernel-name': the rule is left out")
                    && $0.contains("kernel's names")
            }
        )
        #expect(lines.contains { $0.contains("'/driver_info/ipmi_password'") && $0.contains("node enroll") })
        #expect(!lines.contains { $0.contains("hunter2") }, "passwords are not shown")
    }

    @Test(.enabled(if: Fixture.assets != nil))
    func whatTheReferencesOfBothServicesShowIsReadOrSaidWhyNot() throws {
        func read(_ name: String) throws -> RuleImport {
            try RuleImport(YAMLReader.read(Fixture.octets(ofAsset: "inventories/ipa/" + name), file: name))
        }
        let older = try read("api-v1-create-rule-request.json")
        #expect(older.rules.isEmpty && older.remarks.contains { $0.message.contains("driver_info.deploy_ramdisk") })
        let newer = try read("inspection-rule-create-request.json")
        #expect(newer.rules.isEmpty && newer.remarks.contains { $0.message.contains("auto_discovered") })
        #expect(throws: CatalogProblem.self, "a list of rules without what they say") {
            try read("inspection-rule-list-response.json")
        }
        #expect(throws: CatalogProblem.self) { try read("node-inventory-response.json") }
    }

    /// Whatever stands in a file, what is written is a rule that reads, or it is not written.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func whateverIsWrittenReads(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func pick(_ list: [String]) -> String { list.randomElement(using: &random) ?? "" }
        let fields = [
            "memory_mb", "cpus", "inventory.disks[*].size", "inventory.disks[0].model", "root_disk.wwn",
            "node://extra.x-y",
            "all_interfaces.eth0.mac", "", "[*]", "$", "inventory.cpu.flags", "node://", "a.b",
        ]
        let values = [
            "1", "\"x\"", "\"'\\\"{}\"", "null", "[1, \"a\"]", "true", "1.5", "\"{inventory[cpu][count]}: #x\"",
            "\"{\"", "\"10.0.0.0/9\"",
        ]
        let ops = ["eq", "lt", "ge", "ne", "matches", "contains", "in-net", "is-empty", "x", "!eq"]
        let actions = [
            #"{"action": "set-attribute", "path": "\#(pick(["/name", "/extra/a b", "properties/x", "name.x", ""]))", "value": \#(pick(values))}"#,
            #"{"action": "fail", "message": \#(pick(values))}"#,
            #"{"op": "set-capability", "args": [\#(pick(values)), \#(pick(values))]}"#,
        ]
        let text =
            #"[{"description": \#(pick(values)), "conditions": [{"op": "\#(pick(ops))", "field": "\#(pick(fields))", "value": \#(pick(values)), "multiple": "\#(pick(["any", "all", "first", "z"]))"}], "actions": [\#(actions.randomElement(using: &random) ?? "")]}]"#
        let found = try imported(text)
        for rule in found.rules {
            #expect(throws: Never.self, "\(rule.yaml)") {
                let read = try CatalogFolder.rules(in: ["r.yaml": rule.yaml])
                _ = RuleOutcome(of: read, for: node(blade))
            }
        }
    }
}

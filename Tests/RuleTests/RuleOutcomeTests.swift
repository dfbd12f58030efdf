import Catalog
import Inventory
import Matching
import Testing

@Suite struct RuleOutcomeTests {
    @Test func aRuleNamesAndPlacesAMachineByItsSwitchAndATable() throws {
        let found = try rules(
            """
            name: place
            tables: {racks: {leaf-3: r12}}
            when: [neighbor.switch in racks]
            actions:
              name: "{{ racks[neighbor.switch] }}-{{ system.serial | lower }}"
              rack: "{{ racks[neighbor.switch] }}"
              unit: "{{ neighbor.port.split('/')[1] }}"
              labels: {vendor: "{{ system.vendor }}", big: "{{ memory.total >= 32 * GiB }}"}
            """
        )
        let outcome = RuleOutcome(of: found, for: node(blade))
        #expect(outcome.name == RuleOutcome.Setting("r12-cz3404ywnn", by: "place"))
        #expect(outcome.rack?.value == "r12" && outcome.unit?.value == "7")
        #expect(outcome.labels.mapValues(\.value) == ["vendor": "HP", "big": "True"])
        #expect(outcome.remarks.isEmpty)
    }

    @Test func aRuleThatIsNotForAMachineSaysWhichConditionFailedAndWhatWasObserved() throws {
        let found = try rules(
            "name: big\nwhen: [cpu.threads >= 16, memory.total >= 128 * GiB, 'tpm.version == \"2.0\"']\nactions: {rack: r}"
        )
        let outcome = RuleOutcome(of: found, for: node(blade))
        #expect(outcome.rack == nil)
        let failures = try #require(outcome.verdicts.first?.failures)
        #expect(failures.map(\.requirement) == ["memory.total >= 128 * GiB", "tpm.version == \"2.0\""])
        #expect(failures.first?.observed == "memory.total is \(64 << 30) (64.0 GiB)")
        #expect(failures.last?.observed.hasPrefix("unknown: ") ?? false)
    }

    @Test func ofTwoRulesTheFirstByOrderStandsAndTheOtherIsTold() throws {
        let found = try rules(
            "name: late\nactions: {name: b, rack: r1, labels: {zone: x}}",
            "name: early\npriority: 1\nactions: {name: a, rack: r1, labels: {zone: y}}"
        )
        let outcome = RuleOutcome(of: found, for: node(blade))
        #expect(outcome.name?.value == "a" && outcome.labels["zone"]?.value == "y")
        #expect(
            outcome.remarks.map(\.line) == [
                "rule 'late': name b: rule 'early' comes first with a",
                "rule 'late': label zone x: rule 'early' comes first with y",
            ],
            "the same rack from both is no conflict"
        )
    }

    @Test func laterRulesSeeTheLabelsOfThoseBefore() throws {
        let found = try rules(
            "name: b\nwhen: ['labels.zone == \"east\"']\nactions: {rack: 'rack-of-{{ labels.zone }}'}",
            "name: a\nactions: {labels: {zone: east}}"
        )
        #expect(RuleOutcome(of: found, for: node(blade)).rack?.value == "rack-of-east")
        let own = RuleOutcome(of: found, for: node(blade, labels: ["zone": "west"]))
        #expect(own.rack == nil && own.labels.isEmpty, "the operator's label goes first, for conditions too")
        #expect(own.remarks.map(\.line) == ["rule 'a': label zone east: an operator's is west"])
    }

    @Test func whatAnOperatorSaidIsKept() throws {
        let found = try rules("name: a\nactions: {name: n, rack: r, unit: '3', reserve: {for: worker}}")
        var subject = node(blade, rack: "mine")
        subject.reservation = Reservation(role: "control", reason: nil, by: "an operator")
        let own = RuleOutcome.Own(name: true, rack: true, unit: false, reservation: true)
        let outcome = RuleOutcome(of: found, for: subject, own: own)
        #expect(outcome.name == nil && outcome.rack == nil && outcome.unit?.value == "3" && outcome.reservation == nil)
        #expect(outcome.remarks.count == 3 && outcome.remarks.allSatisfy { $0.kind == .overruled })
    }

    @Test func aTextThatCannotBeMadeOutChangesNothingAndIsTold() throws {
        let found = try rules(
            """
            name: a
            tables: {racks: {leaf-9: r9}}
            actions: {rack: "{{ racks[neighbor.switch] }}", unit: "{{ racks.get(neighbor.switch) }}", name: ok}
            """
        )
        let outcome = RuleOutcome(of: found, for: node(blade))
        #expect(outcome.rack == nil && outcome.unit == nil && outcome.name?.value == "ok")
        #expect(outcome.remarks.map(\.kind) == [.unknown, .unknown], "\(outcome.remarks)")
    }

    @Test func aTextThatAMachineMakesTooLongIsNotTaken() throws {
        var odd = blade
        odd.system.vendor = String(repeating: "x", count: 257)
        let found = try rules("name: a\nactions: {labels: {vendor: '{{ system.vendor }}'}}")
        let outcome = RuleOutcome(of: found, for: node(odd))
        #expect(outcome.labels.isEmpty && outcome.remarks.map(\.kind) == [.unknown])
    }

    @Test func aMachineThatWasNotInspectedFulfilsNoRule() throws {
        var unknown = node(blade)
        unknown.inventory = nil
        let outcome = RuleOutcome(of: try rules("name: a\nactions: {rack: r}"), for: unknown)
        #expect(outcome.rack == nil && outcome.verdicts.first?.matches == false)
    }

    @Test func reservationsQuarantineAndRefusalCarryTheirReasons() throws {
        let found = try rules(
            "name: a\nactions: {reserve: '{{ cpu.threads }} threads', quarantine: odd, refuse: 'no {{ system.vendor }}'}",
            "name: b\nactions: {role: worker}"
        )
        let outcome = RuleOutcome(of: found, for: node(blade))
        #expect(outcome.reservation?.words == "reserved for nobody by rule 'a' (32 threads)")
        #expect(outcome.quarantine?.value == "odd" && outcome.refusal?.value == "no HP")
        #expect(outcome.remarks.map(\.kind) == [.conflict])
    }
}

import Catalog
import Testing
import YAML

@Suite struct RuleReadingTests {
    @Test func everythingThatIsWrongIsSaidAtOnceAndWhereItStands() {
        let found = problems(
            """
            name: place
            wen: []
            priority: high
            tables: {cpu: {a: 1}, racks: x}
            when:
              - sytem.vendor == "HP"
              - cpu.threads >=
            actions:
              rak: r1
              unit: "{{ neighbour.port }}"
              rack: "{{ racks[ }}"
              labels: {a-b: x, zone: "{{ zones }}"}
              role: worker
              reserve: {for: nobody, raison: x}
            """,
            "name: idle\nactions: {}\n",
            "name: idle\n"
        )
        let expected = [
            "rules/r0.yaml:2:1: unknown key 'wen' in rule 'place'; did you mean 'when'?",
            "rules/r0.yaml:3:11: 'priority' of rule 'place' must be a whole number from -1000000 to 1000000, found 'high'",
            "rules/r0.yaml:4:10: the table 'cpu' of rule 'place' has a name that conditions know otherwise",
            "rules/r0.yaml:4:23: the table 'racks' of rule 'place' must be a map or a list, found 'x'",
            "rules/r0.yaml:6:5: an expression in 'when' of rule 'place' uses the unknown name 'sytem'; did you mean 'system'?",
            "rules/r0.yaml:9:3: unknown key 'rak' in 'actions' of rule 'place'; did you mean 'rack'?",
            "rules/r0.yaml:10:9: 'unit' of rule 'place' uses the unknown name 'neighbour'; did you mean 'neighbor'?",
            "rules/r0.yaml:12:12: the label 'a-b' of rule 'place' must have a key of letters, digits and '_'",
            "rules/r0.yaml:12:26: 'zone' of rule 'place' uses the unknown name 'zones'",
            "rules/r0.yaml:14:26: unknown key 'raison' in 'reserve' of rule 'place'; did you mean 'reason'?",
            "rules/r1.yaml:2:10: rule 'idle' has no actions",
            "rules/r2.yaml:1:1: rule 'idle' is also at rules/r1.yaml:1:1",
            "rules/r2.yaml:1:1: rule 'idle' needs 'actions'",
        ]
        for line in expected { #expect(found.contains(line), "\(line)\n\(found.joined(separator: "\n"))") }
        #expect(found.contains { $0.hasPrefix("rules/r0.yaml:7:5: an expression in 'when'") })
        #expect(found.contains { $0.hasPrefix("rules/r0.yaml:11:9: 'rack' of rule 'place' is not a template") })
        #expect(found.contains { $0.hasPrefix("rules/r0.yaml:13:9: rule 'place' reserves the node for nobody and") })
        #expect(found.count == expected.count + 3, "\(found.joined(separator: "\n"))")
    }

    @Test func rulesAreReadInTheirOrder() throws {
        let found = try rules(
            "name: b\nactions: {rack: r}",
            "name: a\nactions: {rack: r}",
            "name: c\npriority: 5\nactions: {rack: r}"
        )
        #expect(found.map(\.name) == ["c", "a", "b"])
    }

    @Test func aRuleForARoleThatIsNotThereIsRefusedWithTheCatalogue() throws {
        let role = "name: worker\ncount: 1\nimage: debian\n"
        let texts = [
            "roles/w.yaml": role, "rules/r.yaml": "name: r\nactions: {role: wroker, reserve: {for: '{{ labels.x }}'}}",
        ]
        let files = try texts.map { path, text in
            Catalog.File(path: path, tree: try YAMLReader.read(Array(text.utf8), file: path))
        }
        let error = #expect(throws: CatalogProblems.self) { try Catalog(files: files, templates: [:]) }
        #expect(
            error?.problems.map(\.description) == [
                "rules/r.yaml:2:17: rule 'r' is about the unknown role 'wroker'; did you mean 'worker'?"
            ]
        )
    }
}

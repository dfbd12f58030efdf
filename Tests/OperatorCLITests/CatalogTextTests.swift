import Catalog
import OperatorCLI
import Testing
import YAML

@Suite struct CatalogTextTests {
    private let look = Appearance(now: 0)
    private let texts = [
        "services/db.yaml":
            "name: db\ncontainers: {db: {image: \"db:1\", step: 2}, init: {image: \"db:1\", step: 1}}\n",
        "services/web.yaml": """
        name: web
        after: [db]
        parameters:
          port: {type: int, default: 80, description: where it listens, constraints: [{range: {min: 1, max: 99}}]}
          token: {type: secret}
        """,
        "roles/base.yaml": "name: base\nabstract: true\nimage: debian\nservices: [web]\n",
        "roles/worker.yaml":
            "name: worker\nextends: base\ncount: {min: 1, max: 2}\nservices: [+db]\nparameters: {web: {port: 81}}\n",
        "environments/site.yaml": "nodes: {n1: {web: {port: 82}}}\n",
    ]

    private func catalog(_ changes: [String: String] = [:]) throws -> Catalog {
        let files = try texts.merging(changes) { $1 }.map { path, text in
            Catalog.File(path: path, tree: try YAMLReader.read(Array(text.utf8), file: path))
        }
        return try Catalog(files: files, templates: [:], environments: ["site"])
    }

    @Test func aProblemShowsItsLineWithAMarkUnderIt() throws {
        let text = "name: worker\n\tcuont: 1\nimage: i\n"
        let problems = [
            CatalogProblem(
                "unknown key 'cuont'",
                at: SourceLocation(file: "a", line: 2, column: 2),
                suggestion: "count"
            ),
            CatalogProblem("gone", at: SourceLocation(file: "b", line: 9, column: 1)),
            CatalogProblem("past the end", at: SourceLocation(file: "a", line: 99, column: 70)),
        ]
        let shown = CatalogProblemText.text(problems, look) { file in
            file == "a" ? text.split(separator: "\n", omittingEmptySubsequences: false) : nil
        }
        #expect(
            shown.split(separator: "\n").map(String.init) == [
                "a:2:2: unknown key 'cuont'; did you mean 'count'?", "  \tcuont: 1", "  \t^", "b:9:1: gone",
                "a:99:70: past the end",
            ]
        )
        let json = try CatalogProblemText.json(problems)
        #expect(json.contains("\"suggestion\" : \"count\"") && json.contains("\"line\" : 99"))
    }

    @Test func aRoleSaysWhatItExtendsAndWhatItSets() throws {
        let shown = try #require(CatalogText.show("worker", in: try catalog(), look))
        #expect(
            shown == """
                role worker (roles/worker.yaml:1:1)
                  extends   base
                  nodes     1 to 2
                  image     debian
                  services  db, web
                  rollout   canary 1, batch 10%, at most 0 failed, approval none, on failure rollback
                  web.port = 81, by role 'worker' (roles/worker.yaml:5:20)
                """
        )
    }

    @Test func aParameterSaysWhatItMayBeAndWhoGaveItItsValue() throws {
        let catalog = try catalog()
        for name in ["port", "web.port"] {
            #expect(
                CatalogText.show(name, in: catalog, node: "n1", look) == """
                    parameter web.port (services/web.yaml:4:3)
                      where it listens
                      int, 1 to 99
                      in role worker: 82
                        by environment 'site' for node 'n1' (environments/site.yaml:1:20): 82
                        over role 'worker' (roles/worker.yaml:5:20): 81
                        over default (services/web.yaml:4:3): 80
                    """
            )
        }
        #expect(CatalogText.show("token", in: catalog, look)?.contains("rackwright secret set web.token") ?? false)
        #expect(CatalogText.show("prot", in: catalog, look) == nil)
        #expect(CatalogText.nearest(to: "prot", in: catalog) == "port")
    }

    @Test func aServiceShowsItsPlaceInTheOrder() throws {
        let shown = try #require(CatalogText.show("db", in: try catalog(), look))
        #expect(shown.contains("before    web"))
        #expect(shown.contains("container step 2: db, db:1"))
        let overview = CatalogText.overview(try catalog(), look)
        #expect(overview.contains("worker  1 to 2  base     debian  web, db"), "\(overview)")
        #expect(overview.contains("environments, the last one strongest: site"))
    }

    @Test func theGraphHasEveryRoleServiceAndContainer() throws {
        let graph = CatalogGraph(try catalog(["services/x.yaml": "name: x<y\nafter: [web]\n"]))
        #expect(graph.columns.map { $0.map(\.name) } == [["db"], ["web"], ["x<y"]])
        #expect(
            CatalogGraphText.text(graph, look) == """
                worker (1 to 2): db, web

                after none
                  db
                    step 1: container init
                    step 2: container db

                after those
                  web after db

                after those
                  x<y after web (in no role)
                """
        )
        let dot = CatalogGraphText.dot(graph)
        for part in [
            "\"service db\" -> \"service web\";", "\"role worker\" -> \"service db\"",
            "[label=\"db\\n1: init\\n2: db\"]",
        ] {
            #expect(dot.contains(part), "\(dot)")
        }
        let svg = CatalogGraphText.svg(graph)
        #expect(svg.contains(">x&lt;y</text>") && svg.hasSuffix("</svg>"))
        // Two lines from the role, two between services.
        #expect(svg.split(separator: "<path").count - 1 == 1 + 2 + 2)
    }

    /// Boxes do not touch each other, texts stay in their boxes, and what passes a column goes beside its boxes.
    @Test(arguments: 1..<12)
    func nothingInADrawingLiesOnAnother(seed: Int) throws {
        var files: [String: String] = [:]
        for number in 0..<24 {
            // Each comes after some of those before it, some of them far away.
            let after = (0..<number).filter { ($0 * 7 + number * 13 + seed * 31) % 9 == 0 }.map { "s\($0)" }
            let containers = (0..<(number + seed) % 4).map { "c\(number)-\($0): {image: x, step: 3}" }
            files["services/s\(number).yaml"] =
                "name: s\(number)\nafter: [\(after.joined(separator: ", "))]\n"
                + "containers: {\(containers.joined(separator: ", "))}\n"
        }
        for role in 0..<3 {
            let names = (0..<24).filter { ($0 + role + seed) % 5 == 0 }.map { "s\($0)" }
            files["roles/r\(role).yaml"] =
                "name: r\(role)\ncount: 1\nimage: i\nservices: [\(names.joined(separator: ", "))]\n"
        }
        let trees = try files.map { Catalog.File(path: $0, tree: try YAMLReader.read(Array($1.utf8), file: $0)) }
        let svg = CatalogGraphText.svg(CatalogGraph(try Catalog(files: trees, templates: [:])))
        let boxes = svg.matches(of: /<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/).compactMap { match in
            [match.1, match.2, match.3, match.4].compactMap { Int($0) }
        }
        #expect(boxes.count == 27)
        for (index, a) in boxes.enumerated() {
            for b in boxes[..<index] {
                let apart = a[0] + a[2] < b[0] || b[0] + b[2] < a[0] || a[1] + a[3] < b[1] || b[1] + b[3] < a[1]
                #expect(apart, "\(a) and \(b)")
            }
        }
        for text in svg.matches(of: /<text x="(\d+)" y="(\d+)"/) {
            let (x, y) = (try #require(Int(text.1)), try #require(Int(text.2)))
            #expect(boxes.count { $0[0] < x && x < $0[0] + $0[2] && $0[1] < y && y < $0[1] + $0[3] } == 1)
        }
        for lane in svg.matches(of: /(\d+) (\d+)H(\d+)/) {
            let (from, y, to) = (try #require(Int(lane.1)), try #require(Int(lane.2)), try #require(Int(lane.3)))
            let crossed = boxes.filter { $0[0] < to && from < $0[0] + $0[2] && $0[1] < y && y < $0[1] + $0[3] }
            #expect(crossed.isEmpty, "a line at \(y) goes behind \(crossed)")
        }
    }

    @Test func anEmptyCatalogueIsDrawnToo() {
        let graph = CatalogGraph(Catalog())
        #expect(graph.columns.isEmpty)
        #expect(CatalogGraphText.svg(graph).hasSuffix("</svg>"))
    }
}

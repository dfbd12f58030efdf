import Jinja
import OrderedCollections
import TestSupport
import Testing

@Suite(.enabled(if: PythonOracle.isAvailable, "Python's jinja2 is not installed"))
struct OracleTests {
    @Test func everyListedAndGeneratedCaseGivesWhatPythonGivesOrFailsWhereItFails() throws {
        var cases = OracleCases.expressions.map { PythonOracle.Case(kind: .expression, source: $0) }
        cases += OracleTemplates.all
        cases += (AnsibleCases.all + YAMLCases.all + AddressCases.all).map {
            PythonOracle.Case(kind: .ansible, source: $0)
        }
        for seed in 0..<400 as Range<UInt64> {
            var generator = ExpressionGenerator(seed: seed)
            cases.append(PythonOracle.Case(kind: .expression, source: generator.expression()))
            cases.append(PythonOracle.Case(kind: .expression, source: generator.formatting()))
            cases.append(PythonOracle.Case(kind: .ansible, source: generator.matching()))
            cases.append(PythonOracle.Case(kind: .template, source: generator.template()))
        }
        for seed in 0..<1000 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            cases.append(PythonOracle.Case(kind: .ansible, source: AddressCases.generated(using: &generator)))
        }
        for path in Self.templatesOfTripleO {
            let source = String(decoding: try Fixture.octets(ofAsset: path), as: UTF8.self)
            for trims in [false, true] {
                let options: Value = ["strict": false, "trim": .bool(trims), "lstrip": .bool(trims)]
                cases.append(PythonOracle.Case(kind: .template, source: source, options: options))
            }
        }
        let answers = try PythonOracle.answers(to: cases, variables: OracleCases.variables)
        try #require(answers.count == cases.count)
        for (question, expected) in zip(cases, answers) {
            let found = Self.answer(question)
            switch (expected, found) {
            case (.none, _): continue
            case (.refused, .refused): continue
            case (.value, .refused(let message)) where message.contains("does not fit 64 bits"): continue
            // Ansible finds what is unique among lists and dictionaries, too.
            case (.refused(let message), .value) where message.contains("unhashable type"): continue
            // Templates of TripleO pop from a list: refused here, with advice.
            case (.value, .refused(let message)) where message.contains("would change the list"): continue
            default: #expect(found == expected, "\(question)")
            }
        }
    }

    /// Templates that an operator of TripleO has; none on a machine without the assets.
    private static let templatesOfTripleO =
        Fixture.assets == nil
        ? []
        : [
            "tripleo/steps/pike/overcloud-resource-registry-puppet.j2.yaml",
            "tripleo/steps/pike/common__deploy-steps.j2",
        ]

    private static func answer(_ question: PythonOracle.Case) -> PythonOracle.Answer {
        let variables = OracleCases.variables.asDict ?? [:]
        let options = question.options
        let templates = options["templates"]
        let environment = Environment(strictUndefined: options["strict"]?.asBool ?? true) { name in
            guard let source = templates?[name]?.asString else { throw NotFound(name: name) }
            return source
        }
        do {
            switch question.kind {
            case .expression, .ansible:
                return .value(plain(try Expression(question.source).evaluate(variables, in: environment)))
            case .template:
                let template = try Template(
                    question.source,
                    trimBlocks: options["trim"]?.asBool ?? true,
                    lstripBlocks: options["lstrip"]?.asBool ?? false,
                    keepTrailingNewline: options["keep"]?.asBool ?? true
                )
                return .value(.string(try template.render(variables, in: environment)))
            }
        } catch {
            return .refused("\(error)")
        }
    }

    /// Numbers that JSON does not have, as the oracle writes them.
    private static func plain(_ value: Value) -> Value {
        switch value {
        case .double(let number) where !number.isFinite: ["$float": .string(value.description)]
        case .list(let items): .list(items.map(plain))
        case .dict(let entries): .dict(entries.mapValues(plain))
        default: value
        }
    }

    private struct NotFound: Error {
        var name: String
    }
}

import Jinja
import OrderedCollections
import TestSupport
import Testing

@Suite struct TemplateTests {
    @Test func aTemplateThatIsOneExpressionGivesTheValueItself() throws {
        #expect(try Template("{{ [1, 2] }}").renderNative([:]) == [1, 2])
        #expect(try Template("{{ n }}").renderNative(["n": 5]) == 5)
        #expect(try Template("{{ n }} ").renderNative(["n": 5]) == "5 ")
        #expect(try Template("plain").renderNative([:]) == "plain")
        #expect(throws: JinjaError.self) { try Template("{{ nope }}").renderNative([:]) }
    }

    @Test func anErrorNamesTemplateLineAndExpression() throws {
        let template = try Template("one\ntwo {{ a.b + 1 }}\n", name: "motd.j2")
        let error = try #require(throws: JinjaError.self) { try template.render(["a": [:]]) }
        #expect(error.template == "motd.j2")
        #expect(error.line == 2)
        #expect(error.column == 8)
        #expect(error.expression == "a.b + 1")
        #expect(error.description == "motd.j2:2:8: 'a.b' is undefined in `a.b + 1`")
    }

    @Test func aSyntaxErrorNamesItsPlace() throws {
        let error = try #require(throws: JinjaError.self) { try Template("a\n\n{% if x %}\n  {{ 1 + }}\n", name: "t") }
        #expect(error.line == 4)
        #expect(error.template == "t")
    }

    @Test func namesAreTheVariablesThatAnExpressionReads() throws {
        let expression = try Expression(
            "disks | selectattr('size', '>', 4 * GiB) | list | length >= count and range(n) is defined"
        )
        #expect(expression.names == ["disks", "GiB", "count", "n"])
    }

    @Test(arguments: [
        "{% for i in range(1000000000) %}{% endfor %}", "{{ 'a' * 1000000000 }}", "{{ [1] * 1000000000 }}",
        "{{ 'a' | center(1000000000) }}", "{{ '%1000000000d' % 1 }}", "{{ '{:1000000000}'.format(1) }}",
        "{{ 'a'.ljust(1000000000) }}",
        "{% set ns = namespace(s='ab') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
        "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
        "{% set ns = namespace(l=[]) %}{% for i in range(100000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "{% macro f(x) %}{{ f([x]) }}{% endmacro %}{{ f(1) }}",
        "{% include 'self' %}", "{% import 'self' as s %}", "{% extends 'extender' %}",
        "{% block a %}{{ self.a() }}{% endblock %}",
        "{% for i in range(10000) %}{% for j in range(10000) %}{% endfor %}{% endfor %}",
        "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab' is match('(a+)+$') }}",
        "{{ 9223372036854775807 + 1 }}", "{{ (-9223372036854775807 - 1) // -1 }}",
        "{{ (-9223372036854775807 - 1) | abs }}", "{{ 2 ** 64 }}", "{{ 1e300 | int }}",
        "{{ (-9223372036854775807 - 1) * -1 }}", "{{ 'a'[9223372036854775807] }}",
        "{{ range(-9223372036854775807, 9223372036854775807) }}", "{{ 'a' * 9223372036854775807 }}",
        "{{ [1] | batch(9223372036854775807, 0) }}", "{{ [1] | slice(9223372036854775807) }}",
        "{{ 'a' | indent(9223372036854775807) }}", "{{ 'a' | truncate(-9223372036854775807) }}",
        "{{ 1.5 | round(9223372036854775807) }}", "{{ [] * -9223372036854775807 ~ nope }}",
        "{{ 'a b'.split(none, -9223372036854775807 - 1)[7] }}", "{{ 1 | to_nice_json(indent=9223372036854775807) }}",
    ])
    func whatWouldRunAwayOrOverflowIsStopped(source: String) {
        let environment = Environment(limits: .init(depth: 20, outputSize: 1 << 20, iterations: 500_000)) { name in
            ["self": "{% include 'self' %}{% import 'self' as s %}", "extender": "{% extends 'extender' %}"][name] ?? ""
        }
        #expect(throws: JinjaError.self) { try Template(source).render([:], in: environment) }
    }

    @Test(arguments: [
        "(", "[", "{", "not ", "-", "a.b", "a[", "a if ", "1 + ", "f(", "a | default(", "a is eq ", "{'a': ",
        "a or ", "a ** ", "+-",
    ])
    func expressionsNestedTooDeepAreRefusedAndNotFollowed(part: String) {
        #expect(throws: JinjaError.self) { try Expression(String(repeating: part, count: 5_000) + "1") }
    }

    @Test func longChainsAndDeepNestsAreRefusedAndNotFollowed() {
        let closed = String(repeating: "(", count: 5_000) + "1" + String(repeating: ")", count: 5_000)
        #expect(throws: JinjaError.self) { try Expression(closed) }
        #expect(throws: JinjaError.self) { try Expression("1" + String(repeating: " + 1", count: 5_000)) }
        #expect(throws: JinjaError.self) { try Expression("a" + String(repeating: ".a", count: 5_000)) }
        #expect(throws: JinjaError.self) { try Expression("a" + String(repeating: "|upper", count: 5_000)) }
        #expect(throws: JinjaError.self) { try Template(String(repeating: "{% if a %}", count: 5_000)) }
    }

    /// Macros that call one another from deep inside statements and expressions use up the stack soonest.
    @Test func deepStatementsAroundDeepExpressionsInDeepMacrosAreStopped() {
        let source =
            "{% macro f() %}" + String(repeating: "{% if true %}", count: 55)
            + "{{ " + String(repeating: "not ", count: 70) + "[[[f()]]] }}"
            + String(repeating: "{% endif %}", count: 55) + "{% endmacro %}{{ f() }}"
        #expect(throws: JinjaError.self) { try Template(source).render([:]) }
    }

    @Test func whatChangesItsObjectIsRefusedWithAdvice() throws {
        let error = try #require(throws: JinjaError.self) { try Template("{{ l.append(1) }}").render(["l": []]) }
        #expect(error.message.contains("would change the list"))
    }

    @Test func lookupsThatReachOutsideAreRefusedByName() throws {
        let error = try #require(throws: JinjaError.self) {
            try Expression("lookup('file', '/etc/passwd')").evaluate([:])
        }
        #expect(error.message.contains("'lookup' is not available"))
    }

    @Test func everyPrefixOfATemplateIsReadOrRefused() {
        let source = Array(
            """
            {%- macro f(a, b=[1, {'x': 2.5e3}]) -%}{{ a | join('\\u00e9', attribute=none) ~ b[1:]['x'] }}{% endmacro %}
            {% for k, v in d.items() if v is not none %}{{ loop.index }}{# note #}{% else %}{% raw %}{{{% endraw %}{% endfor %}
            {% set ns = namespace(a=1) %}{% set ns.a %}text{% endset %}{% call(x) f(1, *l, **d) %}{{ x }}{% endcall %}
            """.utf8
        )
        for count in 0...source.count {
            let text = String(decoding: source[..<count], as: UTF8.self)
            _ = try? Template(text).render(["d": ["a": 1], "l": [1]])
            _ = try? Expression(text).evaluate([:])
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func noiseIsReadOrRefused(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let words = [
            "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", " ", "\n", "if", "for", "in", "set", "macro", "endif",
            "endfor", "endset", "(", ")", "[", "]", "{", "}",
            "'", "\"", "a", "b", "1", "2.5", ".", ",", ":", "|", "upper", "default", "is", "not", "defined", "=", "==",
            "~", "*", "**", "//", "%", "\\", "é", "\u{0}", "raw",
            "endraw", "range", "9223372036854775807", "join", "map", "select", "[1, 2]", "else", "block", "x", "loop",
            "\r", "regex_search", "(?i)[a-z]+", "format",
        ]
        for _ in 0..<40 {
            let text = (0..<Int.random(in: 1...30, using: &generator))
                .map { _ in words[Int.random(in: 0..<words.count, using: &generator)] }.joined(
                    separator: Bool.random(using: &generator) ? " " : ""
                )
            let limits = Environment.Limits(depth: 10, outputSize: 1 << 16, iterations: 50_000)
            let lenient = Environment(strictUndefined: false, limits: limits)
            _ = try? Template(text).render(["a": [1, "x"], "b": ["k": 1.5], "x": "text"], in: lenient)
            _ = try? Expression(text).evaluate(["a": [1, "x"], "b": ["k": 1.5], "x": "text"], in: lenient)
        }
        _ = try? Template(String(decoding: generator.octets(200), as: UTF8.self))
        _ = try? Value(json: String(decoding: generator.octets(50), as: UTF8.self))
    }
}

import Jinja
import TestSupport

/// Python's own Jinja2, asked for the same results.
enum PythonOracle {
    /// One question: an expression or template, and what it is evaluated with.
    struct Case: Hashable, CustomStringConvertible {
        enum Kind: String {
            case expression, template
            /// An expression with Ansible's filters and tests.
            case ansible
        }

        var kind: Kind
        var source: String
        var options: Value = [:]

        var description: String { "\(kind.rawValue) `\(source)`" }
    }

    enum Answer: Hashable {
        case value(Value)
        case refused(String)
        /// Python could not be asked: no Ansible, or an integer beyond 64 bits.
        case none
    }

    /// With Ansible where the package index can be reached, which has a Jinja of its own; else the system's.
    private static let program = Python.environment("ansible").map { $0 + "/bin/python3" } ?? "python3"

    static let isAvailable = run(["-c", "import jinja2"], input: "") != nil

    static func answers(to cases: [Case], variables: Value) throws -> [Answer] {
        let question: Value = [
            "variables": variables,
            "addresses": .list(AddressCases.filters.map { .string($0) }),
            "cases": .list(
                cases.map { ["kind": .string($0.kind.rawValue), "source": .string($0.source), "options": $0.options] }
            ),
        ]
        guard let text = run(["-c", script], input: question.json()) else { throw Failed() }
        return try (Value(json: text).asList ?? []).map { answer in
            if let value = answer["value"] { return .value(value) }
            return answer["error"].map { .refused($0.description) } ?? .none
        }
    }

    struct Failed: Error {}

    private static func run(_ arguments: [String], input: String) -> String? {
        Python.run(program, arguments, input: input)
    }

    private static let script = #"""
        import collections.abc, functools, importlib, json, sys
        import jinja2

        class Chained(jinja2.StrictUndefined):
            # Writing out a list with something undefined in it is a use of that.
            __repr__ = jinja2.StrictUndefined.__str__
            def __getattr__(self, name):
                if name[:2] == "__":
                    raise AttributeError(name)
                return self
            def __getitem__(self, key):
                return self

        question = json.load(sys.stdin)
        variables = question["variables"]

        class TooLarge(Exception):
            pass

        def plain(value):
            if isinstance(value, jinja2.Undefined):
                raise jinja2.UndefinedError("undefined")
            if value is None or isinstance(value, bool):
                return value
            if isinstance(value, int):
                if not -2**63 <= value < 2**63:
                    raise TooLarge()
                return int(value)
            if isinstance(value, float):
                if value != value or value in (float("inf"), float("-inf")):
                    return {"$float": str(value)}
                return value
            if isinstance(value, str):
                return str(value)
            if isinstance(value, dict):
                for key in value:
                    if not isinstance(key, str):
                        raise TypeError("a key that is not a string")
                return {key: plain(item) for key, item in value.items()}
            if callable(value):
                raise TypeError("a function")
            return [plain(item) for item in value]

        def eager(filter):
            # What Jinja makes lazily is made at once here, as Ansible has it.
            @functools.wraps(filter)
            def wrapped(*arguments, **named):
                value = filter(*arguments, **named)
                return list(value) if isinstance(value, collections.abc.Iterator) else value
            return wrapped

        def environment(options, ansible=False):
            made = jinja2.Environment(
                undefined=Chained if options.get("strict", True) else jinja2.ChainableUndefined,
                trim_blocks=options.get("trim", True),
                lstrip_blocks=options.get("lstrip", False),
                keep_trailing_newline=options.get("keep", True),
                loader=jinja2.DictLoader(options.get("templates", {})),
            )
            if ansible:
                from ansible.plugins.filter import core, mathstuff
                from ansible.plugins.test import core as tests, mathstuff as mathtests
                kept = {name: made.filters[name] for name in ("unique", "min", "max")}
                made.filters.update(mathstuff.FilterModule().filters())
                own = core.FilterModule().filters()
                for name in question["addresses"]:
                    module = importlib.import_module("ansible_collections.ansible.utils.plugins.filter." + name)
                    own.update(module.FilterModule().filters())
                    own["ansible.utils." + name] = own[name]
                made.filters.update(own)
                made.filters.update(kept)
                made.filters["ansible.builtin.combine"] = made.filters["combine"]
                made.tests.update(tests.TestModule().tests())
                made.tests.update(mathtests.TestModule().tests())
            made.filters = {name: eager(filter) for name, filter in made.filters.items()}
            return made

        environments = {}

        def kept_environment(options, ansible):
            key = json.dumps([options, ansible])
            if key not in environments:
                environments[key] = environment(options, ansible)
            return environments[key]

        answers = []
        for case in question["cases"]:
            options = case["options"]
            try:
                made = kept_environment(options, case["kind"] == "ansible")
            except ImportError:
                answers.append({})
                continue
            try:
                if case["kind"] == "template":
                    value = made.from_string(case["source"]).render(**variables)
                else:
                    value = plain(made.compile_expression(case["source"], undefined_to_none=False)(**variables))
                answers.append({"value": value})
            except TooLarge:
                answers.append({})
            except Exception as error:
                answers.append({"error": type(error).__name__ + ": " + str(error)[:200]})
        json.dump(answers, sys.stdout)
        """#
}

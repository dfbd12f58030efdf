import OrderedCollections

/// All tests by name: Jinja's own and Ansible's.
enum Tests {
    static let all = NamedRoutine.byName([types, comparisons, texts, results])

    private static let aliases = [
        "==": "eq", "equalto": "eq", "!=": "ne", "<": "lt", "lessthan": "lt", "<=": "le", ">": "gt",
        "greaterthan": "gt", ">=": "ge", "version_compare": "version", "change": "changed", "failure": "failed",
        "success": "succeeded", "successful": "succeeded", "skip": "skipped", "issubset": "subset",
        "issuperset": "superset", "isnan": "nan",
    ]

    /// The test of a name, which may say its collection; nil when there is none.
    static func named(_ name: String) -> NamedRoutine? {
        let name = NamedRoutine.withoutCollection(name)
        return all[aliases[name] ?? name]
    }

    /// Tests of the kind of value: these answer for what is undefined, too.
    private static let types: [String: Routine] = [
        "defined": Routine(acceptsUndefined: true, direct: { value, _ in .bool(!value.isUndefined) }),
        "undefined": Routine(acceptsUndefined: true, direct: { value, _ in .bool(value.isUndefined) }),
        "none": Routine(acceptsUndefined: true, direct: { value, _ in .bool(value.isNone) }),
        "boolean": Routine(acceptsUndefined: true, direct: { value, _ in .bool(value.asBool != nil) }),
        "true": Routine(acceptsUndefined: true, direct: { value, _ in .bool(value == true) }),
        "false": Routine(acceptsUndefined: true, direct: { value, _ in .bool(value == false) }),
        "integer": Routine(acceptsUndefined: true, direct: { value, _ in .bool(value.asInt != nil) }),
        "float": Routine(acceptsUndefined: true) { call in
            guard case .double = call.input else { return false }
            return true
        },
        "number": Routine(acceptsUndefined: true, direct: { value, _ in .bool(value.number != nil) }),
        "string": Routine(acceptsUndefined: true, direct: { value, _ in .bool(value.asString != nil) }),
        "mapping": Routine(acceptsUndefined: true, direct: { value, _ in .bool(value.asDict != nil) }),
        "sequence": Routine(acceptsUndefined: true) { call in
            .bool(call.input.asList != nil || call.input.asDict != nil || call.input.asString != nil)
        },
        "iterable": Routine { call in
            .bool(
                call.input.asList != nil || call.input.asDict != nil || call.input.asString != nil
                    || call.input.isUndefined
            )
        },
        "callable": Routine(acceptsUndefined: true) { _ in false },
        "escaped": Routine(acceptsUndefined: true) { _ in false },
        "sameas": Routine(["other"], acceptsUndefined: true) { .bool($0.input == (try $0.required("other"))) },
        "nan": Routine { call in
            guard let number = call.input.number else { throw JinjaError("'nan' of \(call.input.typeName)") }
            return .bool(number.double.isNaN)
        },
        "filter": Routine { .bool($0.input.asString.map { Filters.named($0) != nil } ?? false) },
        "test": Routine { .bool($0.input.asString.map { named($0) != nil } ?? false) },
    ]

    private static func comparison(_ comparison: ComparisonOperator) -> Routine {
        Routine(["other"]) { .bool(try $0.evaluation.compare($0.input, $0.required("other"), by: comparison)) }
    }

    private static let comparisons: [String: Routine] = [
        "eq": comparison(.equal),
        "ne": comparison(.notEqual),
        "lt": comparison(.less),
        "le": comparison(.lessOrEqual),
        "gt": comparison(.greater),
        "ge": comparison(.greaterOrEqual),
        "in": comparison(.isIn),
        "even": Routine { .bool(try $0.evaluation.combine($0.input, 2, by: .remainder).isEqual(to: 0)) },
        "odd": Routine { .bool(try $0.evaluation.combine($0.input, 2, by: .remainder).isEqual(to: 1)) },
        "divisibleby": Routine(["num"]) { call in
            .bool(try call.evaluation.combine(call.input, call.required("num"), by: .remainder).isEqual(to: 0))
        },
        "contains": Routine(["value"]) { .bool(try $0.evaluation.contains($0.input, $0.required("value"))) },
        "subset": Routine(["other"]) { call in
            let other = try call.evaluation.elements(of: call.required("other"))
            return .bool(try call.elements.allSatisfy { try Filters.contains(other, $0, call.evaluation) })
        },
        "superset": Routine(["other"]) { call in
            let items = try call.elements
            let other = try call.evaluation.elements(of: call.required("other"))
            return .bool(try other.allSatisfy { try Filters.contains(items, $0, call.evaluation) })
        },
        "any": Routine { .bool(try $0.elements.contains(where: $0.evaluation.isTruthy)) },
        "all": Routine { .bool(try $0.elements.allSatisfy($0.evaluation.isTruthy)) },
        "truthy": Routine(["convert_bool"]) { .bool(try $0.converted.isTruthy) },
        "falsy": Routine(["convert_bool"]) { .bool(!(try $0.converted.isTruthy)) },
        "version": Routine(["version", "operator", "strict", "version_type"]) { .bool(try VersionTest.holds($0)) },
    ]

    private static let texts: [String: Routine] = [
        "upper": Routine { .bool(isUpper(try $0.text)) },
        "lower": Routine { .bool(isLower(try $0.text)) },
        "match": Routine(["pattern", "ignorecase", "multiline"]) { call in
            .bool(try call.regex(call.pattern).match(Array(call.text.unicodeScalars)) != nil)
        },
        "search": Routine(["pattern", "ignorecase", "multiline"]) { call in
            .bool(try call.regex(call.pattern).search(Array(call.text.unicodeScalars)) != nil)
        },
        "regex": Routine(["pattern", "ignorecase", "multiline", "match_type"]) { call in
            let text = Array(try call.text.unicodeScalars)
            let regex = try call.regex(call.pattern)
            switch try call.string("match_type") ?? "search" {
            case "search": return .bool(try regex.search(text) != nil)
            case "match": return .bool(try regex.match(text) != nil)
            case "fullmatch":
                let whole = try call.regex("(?:" + call.pattern + ")\\Z")
                return .bool(try whole.match(text) != nil)
            case let type: throw JinjaError("'regex' has no match_type '\(type)'")
            }
        },
    ]

    /// Tests of what a step reported.
    private static let results: [String: Routine] = [
        "changed": Routine { call in
            let result = try call.dictionary
            if let changed = result["changed"] { return .bool(changed.isTruthy) }
            return .bool(result["results"]?.asList?.contains { $0["changed"]?.isTruthy ?? false } ?? false)
        },
        "failed": Routine { .bool(try $0.dictionary["failed"]?.isTruthy ?? false) },
        "succeeded": Routine { .bool(!(try $0.dictionary["failed"]?.isTruthy ?? false)) },
        "skipped": Routine { .bool(try $0.dictionary["skipped"]?.isTruthy ?? false) },
        "unreachable": Routine { .bool(try $0.dictionary["unreachable"]?.isTruthy ?? false) },
        "reachable": Routine { .bool(!(try $0.dictionary["unreachable"]?.isTruthy ?? false)) },
    ]

    static func isUpper(_ text: String) -> Bool {
        var isCased = false
        for scalar in text.unicodeScalars {
            if scalar.properties.isLowercase || scalar.properties.generalCategory == .titlecaseLetter { return false }
            isCased = isCased || scalar.properties.isUppercase
        }
        return isCased
    }

    static func isLower(_ text: String) -> Bool {
        var isCased = false
        for scalar in text.unicodeScalars {
            if scalar.properties.isUppercase || scalar.properties.generalCategory == .titlecaseLetter { return false }
            isCased = isCased || scalar.properties.isLowercase
        }
        return isCased
    }
}

extension RoutineCall {
    fileprivate var pattern: String {
        get throws {
            guard let pattern = try string("pattern") else { throw JinjaError("'\(name)' needs a regular expression") }
            return pattern
        }
    }

    /// The input, read as a boolean when `convert_bool` asks for that and it can be.
    fileprivate var converted: Value {
        get throws {
            guard try flag("convert_bool"), case .string(let text) = input else { return input }
            switch text.lowercased() {
            case "y", "yes", "on", "1", "true", "t", "1.0": return true
            case "n", "no", "off", "0", "false", "f", "0.0": return false
            default: return input
            }
        }
    }
}

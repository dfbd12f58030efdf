import TestSupport

/// Makes expressions at random, most of which mean something.
struct ExpressionGenerator {
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    private mutating func pick<Element>(_ items: [Element]) -> Element {
        items[Int.random(in: 0..<items.count, using: &random)]
    }

    mutating func expression(depth: Int = 4) -> String {
        guard depth > 0 else { return leaf() }
        let one = expression(depth: depth - 1)
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2: return "\(one) \(pick(["+", "-", "*", "/", "//", "%", "~"])) \(expression(depth: depth - 2))"
        case 3:
            return "\(one) \(pick(["==", "!=", "<", ">", "<=", ">=", "in", "not in"])) \(expression(depth: depth - 2))"
        case 4: return "(\(one) \(pick(["and", "or"])) \(expression(depth: depth - 1)))"
        case 5: return "\(pick(["not ", "-", "+"]))(\(one))"
        case 6: return "(\(one) if \(expression(depth: depth - 2)) else \(leaf()))"
        case 7...8: return "(\(one)) | \(filter())"
        case 9:
            return
                "((\(one)) is \(pick(["odd", "string", "number", "none", "mapping", "sequence", "defined", "eq 1", "true"])))"
        case 10: return "[\(one), \(leaf())]\(pick(["", "[0]", "[-1]", "[1:]", " | length"]))"
        default: return "{'k': \(one)}\(pick(["", ".k", "['k']", ".zz", " | length"]))"
        }
    }

    private mutating func leaf() -> String {
        pick([
            "0", "1", "2", "-3", "2.5", "0.5", "'a'", "'Abc'", "''", "'12'", "true", "false", "none", "[]", "[1, 2]",
            "{}",
            "n", "f", "s", "l", "m", "d", "d.a", "d.b", "nope", "uni", "mixed", "x",
        ])
    }

    private mutating func filter() -> String {
        pick([
            "upper", "lower", "length", "string", "list", "first", "last", "sort", "reverse", "int", "float", "abs",
            "round(1)",
            "default(1)", "default('z', true)", "join('-')", "sum", "min", "max", "unique", "tojson", "title", "trim",
            "batch(2)",
            "replace('a', 'b')", "map('string')", "select('string')", "reject('none')", "center(7)", "wordcount",
            "capitalize",
        ])
    }

    /// A number written out in one way or another.
    mutating func formatting() -> String {
        let number = number()
        let width = pick(["", "1", "5", "12", "012"])
        let precision = pick(["", ".0", ".1", ".3", ".7", ".15"])
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            return
                "'%\(pick(["", "-", "+", " ", "#"]))\(width)\(precision)\(pick(["f", "e", "g", "d", "s", "G", "x"]))' % (\(number),)"
        case 1:
            return
                "'{:\(pick(["", "<", ">", "^", "*^", "="]))\(pick(["", "+", " "]))\(width)\(pick(["", ","]))\(precision)\(pick(["", "f", "e", "g", "d", "%", "x"]))}'.format(\(number))"
        case 2: return "\(number) | round(\(pick(["0", "1", "2", "5", "-1", "-2", "15"])))"
        case 3: return "\(number) | round(\(pick(["0", "1", "2"])), '\(pick(["ceil", "floor"]))')"
        case 4: return "\(number) | string ~ (\(number) | tojson)"
        default: return "\(number) \(pick(["//", "%", "*", "-", "/", "<", "=="])) \(self.number())"
        }
    }

    private mutating func number() -> String {
        let digits = String(Int.random(in: 0...1_000_000, using: &random))
        return switch Int.random(in: 0..<7, using: &random) {
        case 0: digits
        case 1: "-\(digits)"
        case 2: "\(digits).\(Int.random(in: 0...99999, using: &random))"
        case 3: "0.\(pick(["0", "00000", "5", "25", "125", "000"]))\(digits)"
        case 4: "\(digits).5"
        case 5: "\(digits).25e\(Int.random(in: -20...20, using: &random))"
        default: "-0.\(digits)"
        }
    }

    /// A regular expression and a text.
    mutating func matching() -> String {
        let text = (0..<Int.random(in: 0...8, using: &random))
            .map { _ in pick(["a", "b", "c", "A", "1", "_", " ", "-", "é", "\\n", "ab", "aa"]) }.joined()
        let pattern = pattern(depth: 3)
        return switch Int.random(in: 0..<4, using: &random) {
        case 0: "'\(text)' | regex_findall('\(pattern)')"
        case 1: "'\(text)' | regex_replace('\(pattern)', '<\\\\g<0>>')"
        case 2: "'\(text)' | regex_search('\(pattern)', ignorecase=true)"
        default: "'\(text)' | regex_findall('\(pattern)', multiline=true)"
        }
    }

    private mutating func pattern(depth: Int) -> String {
        guard depth > 0 else {
            return pick([
                "a", "b", "c", ".", "[ab]", "[^a]", "\\\\w", "\\\\d", "\\\\s", "[a-c1]", "^", "$", "\\\\b", "\\\\W",
                "é", "A", "[\\\\w-]",
            ])
        }
        let one = pattern(depth: depth - 1)
        return switch Int.random(in: 0..<10, using: &random) {
        case 0...3: one + pattern(depth: depth - 1)
        case 4: "(?:\(one)|\(pattern(depth: depth - 1)))"
        case 5: "(\(one))"
        case 6: "(?:\(one))\(pick(["*", "+", "?", "{2}", "{1,2}"]))"
        case 7: "(?:\(one))\(pick(["*?", "+?", "??", "{0,2}?"]))"
        case 8: "(\(one))\(pick(["(?=\(pattern(depth: 0)))", "(?!\(pattern(depth: 0)))", "(?<!a)", "(?<=b)", "\\\\1"]))"
        default: "(\(one))*\(pattern(depth: 0))"
        }
    }

    /// A template of statements, expressions and white space.
    mutating func template(depth: Int = 3) -> String {
        guard depth > 0 else {
            return pick([
                "x", " ", "\n", "  \n", "text ", "{{ n }}", "{{ i | default('-') }}", "{{- s -}}", "{# c #}",
                "{#- c -#}\n", "{{ q | default('q') }}",
            ])
        }
        let (open, close) = (pick(["{%", "{%-", "{%+"]), pick(["%}", "-%}", "+%}", "%}\n"]))
        let body = template(depth: depth - 1)
        return switch Int.random(in: 0..<9, using: &random) {
        case 0...2: body + template(depth: depth - 1)
        case 3:
            "\(open) if \(pick(["t", "u", "n > 5", "x is none", "i is defined"])) \(close)\(body)\(open) else \(close)\(template(depth: 0))\(open) endif \(close)"
        case 4:
            "\(open) for i in \(pick(["l", "m", "d", "'ab'", "range(2)", "[]"])) \(close)\(body){{ loop.index }}\(open) endfor \(close)"
        case 5: "\(open) set q = \(pick(["1", "'a'", "n", "i | default(3)"])) \(close)\(body)"
        case 6:
            "\(open) filter \(pick(["upper", "indent(2)", "trim", "replace('x', 'yy')"])) \(close)\(body)\(open) endfilter \(close)"
        case 7:
            "\(open) macro f(i, q=2) \(close)\(body)\(open) endmacro \(close){{ f(\(pick(["1", "q=5", "l", "1, 2"]))) }}"
        default: "\(open) with i = \(pick(["1", "s"])) \(close)\(body)\(open) endwith \(close)"
        }
    }
}

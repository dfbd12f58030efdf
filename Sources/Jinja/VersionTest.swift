/// Comparing version numbers as Ansible's `version` does, in its loose form.
enum VersionTest {
    private enum Part {
        case number(Int)
        case word(String)
    }

    static func holds(_ call: RoutineCall) throws -> Bool {
        guard try !call.flag("strict"), try call.string("version_type") ?? "loose" == "loose" else {
            throw JinjaError("'version' knows the loose form alone")
        }
        let left = try parts(of: call.text)
        let right = try parts(of: call.evaluation.text(of: call.required("version")))
        let order = try compare(left, right)
        return switch try call.string("operator") ?? "eq" {
        case "==", "=", "eq": order == 0
        case "!=", "<>", "ne": order != 0
        case "<", "lt": order < 0
        case "<=", "le": order <= 0
        case ">", "gt": order > 0
        case ">=", "ge": order >= 0
        case let word: throw JinjaError("'version' has no operator '\(word)'")
        }
    }

    /// Runs of digits and of lower-case letters, and whatever stands between these other than dots.
    private static func parts(of version: String) throws -> [Part] {
        enum Class { case digit, letter, dot, other }
        func kind(_ scalar: Unicode.Scalar) -> Class {
            switch scalar {
            case "0"..."9": .digit
            case "a"..."z": .letter
            case ".": .dot
            default: .other
            }
        }
        guard !version.isEmpty else { throw JinjaError("'version' of an empty text") }
        var parts: [Part] = []
        var rest = Substring(version).unicodeScalars
        while let first = rest.first {
            let kind = kind(first)
            let end = rest.firstIndex { scalar in
                switch kind {
                case .digit: !("0"..."9").contains(scalar)
                case .letter: !("a"..."z").contains(scalar)
                default: scalar == "." || ("0"..."9").contains(scalar) || ("a"..."z").contains(scalar)
                }
            }
            if kind == .dot {
                rest.removeFirst()
                continue
            }
            let text = String(rest[..<(end ?? rest.endIndex)])
            rest = rest[(end ?? rest.endIndex)...]
            if kind == .digit {
                guard let number = Int(text) else { throw JinjaError("version part \(text) does not fit 64 bits") }
                parts.append(.number(number))
            } else {
                parts.append(.word(text))
            }
        }
        return parts
    }

    private static func compare(_ left: [Part], _ right: [Part]) throws -> Int {
        for (one, two) in zip(left, right) {
            switch (one, two) {
            case (.number(let one), .number(let two)):
                if one != two { return one < two ? -1 : 1 }
            case (.word(let one), .word(let two)):
                if one != two { return one.utf8.lexicographicallyPrecedes(two.utf8) ? -1 : 1 }
            case (.number(let number), .word(let word)), (.word(let word), .number(let number)):
                throw JinjaError("version parts \(number) and '\(word)' cannot be compared")
            }
        }
        return left.count - right.count
    }
}

extension Evaluation {
    func method(_ attribute: Attribute, of text: String, _ arguments: Arguments) throws -> Value {
        try charge(text.utf8.count)
        if attribute.key == "format" {
            var format = BraceFormat(text, arguments, self)
            return try made(format.apply())
        }
        guard let routine = attribute.stringMethod else { throw JinjaError("str has no method '\(attribute.key)'") }
        return try routine.body(RoutineCall(routine, input: .string(text), arguments, self))
    }

    static let stringMethods = NamedRoutine.byName([methodsOfStrings])

    private static let methodsOfStrings: [String: Routine] = [
        "upper": Routine { .string(try $0.text.uppercased()) },
        "lower": Routine { .string(try $0.text.lowercased()) },
        "casefold": Routine { .string(try $0.text.lowercased()) },
        "capitalize": Routine { .string(capitalized(try $0.text)) },
        "title": Routine { .string(titleCased(try $0.text)) },
        "swapcase": Routine { call in
            .string(
                try call.text.unicodeScalars.map { scalar in
                    scalar.properties.isUppercase
                        ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping
                }.joined()
            )
        },
        "strip": Routine(["chars"]) { .string(stripped(try $0.text, try $0.string("chars"), left: true, right: true)) },
        "lstrip": Routine(["chars"]) {
            .string(stripped(try $0.text, try $0.string("chars"), left: true, right: false))
        },
        "rstrip": Routine(["chars"]) {
            .string(stripped(try $0.text, try $0.string("chars"), left: false, right: true))
        },
        "split": Routine(["sep", "maxsplit"]) { call in
            let separator = try call.separator
            return .list(split(try call.text, by: separator, limit: try call.int("maxsplit") ?? -1).map { .string($0) })
        },
        "rsplit": Routine(["sep", "maxsplit"]) { call in
            let separator = try call.separator
            let parts = splitFromRight(try call.text, by: separator, limit: try call.int("maxsplit") ?? -1)
            return .list(parts.map { .string($0) })
        },
        "splitlines": Routine(["keepends"]) { call in
            .list(splitLines(try call.text, keepEnds: try call.flag("keepends")).map { .string($0) })
        },
        "partition": Routine(["sep"]) { call in
            let parts = split(try call.text, by: try call.separator ?? " ", limit: 1)
            return parts.count == 2
                ? .list([.string(parts[0]), try call.required("sep"), .string(parts[1])])
                : .list([.string(parts[0]), "", ""])
        },
        "rpartition": Routine(["sep"]) { call in
            let parts = splitFromRight(try call.text, by: try call.separator ?? " ", limit: 1)
            return parts.count == 2
                ? .list([.string(parts[0]), try call.required("sep"), .string(parts[1])])
                : .list(["", "", .string(parts[0])])
        },
        "startswith": Routine(["prefix", "start"]) { call in
            try .bool(call.affixes("prefix").contains { try call.text.utf8.starts(with: $0.utf8) })
        },
        "endswith": Routine(["suffix"]) { call in
            try .bool(
                call.affixes("suffix").contains { try call.text.utf8.reversed().starts(with: $0.utf8.reversed()) }
            )
        },
        "removeprefix": Routine(["prefix"]) { call in
            let (text, prefix) = (try call.text, try call.string("prefix") ?? "")
            guard text.utf8.starts(with: prefix.utf8) else { return .string(text) }
            return .string(String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self))
        },
        "removesuffix": Routine(["suffix"]) { call in
            let (text, suffix) = (try call.text, try call.string("suffix") ?? "")
            guard text.utf8.reversed().starts(with: suffix.utf8.reversed()) else { return .string(text) }
            return .string(String(decoding: text.utf8.dropLast(suffix.utf8.count), as: UTF8.self))
        },
        "replace": Routine(["old", "new", "count"]) { call in
            guard let old = try call.string("old"), let new = try call.string("new") else {
                throw JinjaError("'replace' takes two strings")
            }
            return .string(try call.evaluation.replace(old, new, in: call.text, limit: call.int("count") ?? -1))
        },
        "join": Routine(["iterable"]) { call in
            let parts = try call.evaluation.elements(of: call.required("iterable")).map { item in
                guard case .string(let text) = try call.evaluation.defined(item) else {
                    throw JinjaError("'join' of \(item.typeName)")
                }
                return text
            }
            let separator = try call.text
            try call.evaluation.charge(parts.count, times: separator.utf8.count)
            return try call.evaluation.made(parts.joined(separator: separator))
        },
        "find": Routine(["sub"]) { .int(try $0.place(fromRight: false) ?? -1) },
        "rfind": Routine(["sub"]) { .int(try $0.place(fromRight: true) ?? -1) },
        "index": Routine(["sub"]) { call in
            guard let place = try call.place(fromRight: false) else { throw JinjaError("substring not found") }
            return .int(place)
        },
        "rindex": Routine(["sub"]) { call in
            guard let place = try call.place(fromRight: true) else { throw JinjaError("substring not found") }
            return .int(place)
        },
        "count": Routine(["sub"]) { call in
            guard let part = try call.string("sub") else { throw JinjaError("'count' takes a string") }
            let text = try call.text
            return .int(part.isEmpty ? text.unicodeScalars.count + 1 : split(text, by: part, limit: -1).count - 1)
        },
        "center": Routine(["width", "fillchar"]) { call in
            let (width, fill) = try call.padding()
            return .string(centered(try call.text, width, fill: fill))
        },
        "ljust": Routine(["width", "fillchar"]) { call in
            let (width, fill) = try call.padding()
            let text = try call.text
            return .string(text + String(repeating: fill, count: max(0, width - text.unicodeScalars.count)))
        },
        "rjust": Routine(["width", "fillchar"]) { call in
            let (width, fill) = try call.padding()
            let text = try call.text
            return .string(String(repeating: fill, count: max(0, width - text.unicodeScalars.count)) + text)
        },
        "zfill": Routine(["width"]) { call in
            let (width, _) = try call.padding()
            let text = try call.text
            let zeros = String(repeating: "0", count: max(0, width - text.unicodeScalars.count))
            guard let sign = text.unicodeScalars.first, sign == "+" || sign == "-" else { return .string(zeros + text) }
            return .string(String(sign) + zeros + String(text.unicodeScalars.dropFirst()))
        },
        "isdigit": Routine {
            try $0.all { $0.properties.numericType == .decimal || $0.properties.numericType == .digit }
        },
        "isdecimal": Routine { try $0.all { $0.isDecimalDigit } },
        "isnumeric": Routine { try $0.all { $0.properties.numericType != nil } },
        "isalpha": Routine { try $0.all { $0.isLetter } },
        "isalnum": Routine { try $0.all { $0.isLetter || $0.properties.numericType != nil } },
        "isspace": Routine { try $0.all { $0.isPythonSpace } },
        "isupper": Routine { .bool(Tests.isUpper(try $0.text)) },
        "islower": Routine { .bool(Tests.isLower(try $0.text)) },
    ]

    /// Python's `str.title`: a letter after anything that is not one is upper case.
    private static func titleCased(_ text: String) -> String {
        var result = ""
        var afterLetter = false
        for scalar in text.unicodeScalars {
            result += afterLetter ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
            afterLetter = scalar.properties.isCased
        }
        return result
    }
}

extension RoutineCall {
    /// The separator, or nil for white space.
    fileprivate var separator: String? {
        get throws {
            let separator = try string("sep")
            guard separator?.isEmpty != true else { throw JinjaError("empty separator") }
            return separator
        }
    }

    /// One affix, or a list of them.
    fileprivate func affixes(_ parameter: String) throws -> [String] {
        switch try required(parameter) {
        case .string(let text): [text]
        case .list(let items):
            try items.map { item in
                guard case .string(let text) = item else { throw JinjaError("'\(name)' with \(item.typeName)") }
                return text
            }
        case let other: throw JinjaError("'\(name)' with \(other.typeName)")
        }
    }

    fileprivate func place(fromRight: Bool) throws -> Int? {
        guard let part = try string("sub") else { throw JinjaError("'\(name)' takes a string") }
        let text = Array(try text.unicodeScalars)
        let wanted = Array(part.unicodeScalars)
        guard wanted.count <= text.count else { return nil }
        let places = 0...(text.count - wanted.count)
        return fromRight
            ? places.last { text[$0...].starts(with: wanted) } : places.first { text[$0...].starts(with: wanted) }
    }

    fileprivate func padding() throws -> (Int, String) {
        guard let width = try int("width") else { throw JinjaError("'\(name)' needs a width") }
        let fill = try string("fillchar") ?? " "
        guard fill.unicodeScalars.count == 1 else { throw JinjaError("the fill must be one character") }
        try evaluation.charge(width, times: fill.utf8.count)
        return (width, fill)
    }

    fileprivate func all(_ isMember: (Unicode.Scalar) -> Bool) throws -> Value {
        let text = try text
        return .bool(!text.isEmpty && text.unicodeScalars.allSatisfy(isMember))
    }
}

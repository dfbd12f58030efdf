import OrderedCollections

extension Filters {
    static let text: [String: Routine] = [
        "string": Routine(direct: { .string(try $1.text(of: $0)) }),
        "upper": Routine(direct: { .string(try $1.text(of: $0).uppercased()) }),
        "lower": Routine(direct: { .string(try $1.text(of: $0).lowercased()) }),
        "capitalize": Routine(direct: { .string(capitalized(try $1.text(of: $0))) }),
        "title": Routine(direct: { .string(titled(try $1.text(of: $0))) }),
        "trim": Routine(["chars"]) { call in
            .string(stripped(try call.text, try call.string("chars"), left: true, right: true))
        },
        "center": Routine(["width"]) { call in
            let text = try call.text
            let width = try call.int("width") ?? 80
            try call.evaluation.charge(width, times: 1)
            return .string(centered(text, width, fill: " "))
        },
        "replace": Routine(["old", "new", "count"]) { call in
            let old = try call.evaluation.text(of: call.required("old"))
            let new = try call.evaluation.text(of: call.required("new"))
            return .string(try call.evaluation.replace(old, new, in: call.text, limit: call.int("count") ?? -1))
        },
        "indent": Routine(["width", "first", "blank"]) { call in
            let width: String
            switch call["width"] {
            case nil: width = "    "
            case .string(let text): width = text
            default: width = try call.evaluation.spaces(call.int("width") ?? 0)
            }
            let text = try call.string
            let (lineEnds, areUsual) = lineEnds(in: text)
            try call.evaluation.charge(width.utf8.count, times: lineEnds + 1)
            if lineEnds == 0, areUsual, try !call.flag("first") { return try call.evaluation.made(text) }
            return try call.evaluation.made(
                indented(text, by: width, first: call.flag("first"), blank: call.flag("blank"), isPlain: areUsual)
            )
        },
        "truncate": Routine(["length", "killwords", "end", "leeway"]) { call in
            .string(
                try truncated(
                    call.string,
                    to: call.int("length") ?? 255,
                    killWords: call.flag("killwords"),
                    end: call.string("end") ?? "...",
                    leeway: call.int("leeway") ?? 5
                )
            )
        },
        "wordcount": Routine { call in .int(wordCount(try call.text)) },
        "wordwrap": Routine(["width", "break_long_words", "wrapstring", "break_on_hyphens"]) { call in
            let width = try call.int("width") ?? 79
            guard width > 0 else { throw JinjaError("'wordwrap' to a width of \(width)") }
            let breaksWords = try call["break_long_words"] == nil || call.flag("break_long_words")
            let breaksHyphens = try call["break_on_hyphens"] == nil || call.flag("break_on_hyphens")
            let separator = try call.string("wrapstring") ?? "\n"
            let wrap = WordWrap(width: width, breaksLongWords: breaksWords, breaksOnHyphens: breaksHyphens)
            let lines = splitLines(try call.string).map { wrap.lines(of: $0).joined(separator: separator) }
            return try call.evaluation.made(lines.joined(separator: separator))
        },
        "escape": Routine { .string(escaped(try $0.text)) },
        "forceescape": Routine { .string(escaped(try $0.text)) },
        "safe": Routine { .string(try $0.text) },
        "urlencode": Routine { call in
            switch call.input {
            case .dict, .list:
                let pairs = try call.evaluation.pairs(of: call.input)
                let fields = try pairs.map { key, value in
                    try urlEncoded(key, keepsSlash: false) + "="
                        + urlEncoded(call.evaluation.text(of: value), keepsSlash: false)
                }
                return .string(fields.joined(separator: "&"))
            default: return .string(urlEncoded(try call.text, keepsSlash: true))
            }
        },
        "format": Routine(isVariadic: true) { call in
            let format = PercentFormat(try call.text)
            guard call.rest.named.isEmpty else {
                guard call.rest.positional.isEmpty else {
                    throw JinjaError("'format' takes positional or named arguments, not both")
                }
                return try call.evaluation.made(format.apply([.dict(call.rest.named)], isTuple: false, call.evaluation))
            }
            return try call.evaluation.made(format.apply(call.rest.positional, isTuple: true, call.evaluation))
        },
        "quote": Routine { .string(shellQuoted(try $0.text)) },
    ]

    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "'": result += "&#39;"
            case "\"": result += "&#34;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func urlEncoded(_ text: String, keepsSlash: Bool) -> String {
        var result = ""
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(octet))
            case UInt8(ascii: "/") where keepsSlash: result += "/"
            case UInt8(ascii: " ") where !keepsSlash: result += "+"
            default: result += "%" + hexadecimal(UInt32(octet), digits: 2).uppercased()
            }
        }
        return result
    }

    private static func shellQuoted(_ text: String) -> String {
        let isSafe = text.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "@%+=:,./-_".utf8.contains(octet)
            }
        }
        if isSafe, !text.isEmpty { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\"'\"'") + "'"
    }

    private static func indented(_ text: String, by width: String, first: Bool, blank: Bool, isPlain: Bool)
        -> String
    {
        if isPlain { return simplyIndented(text, by: width, first: first, blank: blank) }
        let text = text + "\n"  // A line end at the end of the text does not start a line of its own.
        let lines = splitLines(text)
        var result = lines.first ?? ""
        for line in lines.dropFirst() { result += "\n" + (blank || !line.isEmpty ? width : "") + line }
        return first ? width + result : result
    }

    /// How many `\n` there are, and whether no other octet is, or may start, a line end.
    private static func lineEnds(in text: String) -> (count: Int, areUsual: Bool) {
        let octets = text.utf8.span
        var count = 0
        var areUsual = true
        for index in octets.indices {
            switch octets[index] {
            case 0x0A: count += 1
            case 0x0B...0x0D, 0x1C...0x1E, 0xC2, 0xE2: areUsual = false
            default: break
            }
        }
        return (count, areUsual)
    }

    /// The same where lines end with `\n` alone, which is nearly always.
    private static func simplyIndented(_ text: String, by width: String, first: Bool, blank: Bool) -> String {
        let octets = text.utf8.span
        let width = Array(width.utf8)
        var result: [UInt8] = first ? width : []
        result.reserveCapacity(octets.count + 4 * width.count)
        for index in octets.indices {
            let octet = octets[index]
            switch octet {
            case 0x0A:
                result.append(octet)
                let isBlank = index + 1 == octets.count || octets[index + 1] == 0x0A
                if blank || !isBlank { result.append(contentsOf: width) }
            default: result.append(octet)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func truncated(_ text: String, to length: Int, killWords: Bool, end: String, leeway: Int) throws
        -> String
    {
        let scalars = Array(text.unicodeScalars)
        let endLength = end.unicodeScalars.count
        guard length >= endLength, leeway >= 0, length < Int.max / 2, leeway < Int.max / 2 else {
            throw JinjaError("'truncate' to \(length) with \(leeway) to spare")
        }
        if scalars.count <= length + leeway { return text }
        let kept = scalars[..<(length - endLength)]
        if killWords { return String(scalars: kept) + end }
        let words = kept.lastIndex(of: " ").map { kept[..<$0] } ?? kept
        return String(scalars: words) + end
    }

    /// Words are runs of `\w`, as in `re.findall(r"\w+")`.
    private static func wordCount(_ text: String) -> Int {
        var count = 0
        var inside = false
        for scalar in text.unicodeScalars {
            let isWord = scalar.isWord
            if isWord, !inside { count += 1 }
            inside = isWord
        }
        return count
    }

    /// Every word starts with an upper-case letter and goes on in lower case; words end at white space and `-({[<`.
    static func titled(_ text: String) -> String {
        if let octets = asciiOctets(of: text) {
            var isInside = false
            return String(
                decoding: octets.map { octet in
                    let wasInside = isInside
                    isInside = !(Unicode.Scalar(octet).isPythonSpace || "-({[<".utf8.contains(octet))
                    return wasInside ? lowerCase(octet) : upperCase(octet)
                },
                as: UTF8.self
            )
        }
        var result = ""
        var word = ""
        func flush() {
            guard let first = word.unicodeScalars.first else { return }
            result += String(first).uppercased()
            result += String(word.unicodeScalars.dropFirst()).lowercased()
            word = ""
        }
        for scalar in text.unicodeScalars {
            if scalar.isPythonSpace || "-({[<".unicodeScalars.contains(scalar) {
                flush()
                result.unicodeScalars.append(scalar)
            } else {
                word.unicodeScalars.append(scalar)
            }
        }
        flush()
        return result
    }
}

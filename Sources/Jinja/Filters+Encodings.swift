import Crypto

extension Filters {
    static let encodings: [String: Routine] = [
        "tojson": Routine(["indent"]) { call in
            let text = try jsonText(call, indent: call.int("indent"), sortKeys: true)
            return try call.evaluation.made(
                text.unicodeScalars.map { scalar in
                    switch scalar {
                    case "<": "\\u003c"
                    case ">": "\\u003e"
                    case "&": "\\u0026"
                    case "'": "\\u0027"
                    default: String(scalar)
                    }
                }.joined()
            )
        },
        "to_json": Routine(["indent", "sort_keys", "ensure_ascii"]) { call in
            let text = try jsonText(call, indent: call.int("indent"), sortKeys: call.flag("sort_keys"))
            return try call.evaluation.made(text)
        },
        "to_nice_json": Routine(["indent", "sort_keys", "ensure_ascii"]) { call in
            let sorts = try call["sort_keys"] == nil || call.flag("sort_keys")
            return try call.evaluation.made(jsonText(call, indent: call.int("indent") ?? 4, sortKeys: sorts))
        },
        "from_json": Routine { call in
            let text = try call.string
            try call.evaluation.charge(text.utf8.count)
            return try Value(json: text)
        },
        "to_yaml": Routine(["indent", "sort_keys", "width", "default_flow_style"]) { call in
            .string(try yaml(call, indent: call.int("indent") ?? 2, isFlow: nil))
        },
        "to_nice_yaml": Routine(["indent", "sort_keys", "width", "default_flow_style"]) { call in
            .string(try yaml(call, indent: call.int("indent") ?? 4, isFlow: false))
        },
        "from_yaml": Routine { call in
            guard let documents = try yamlDocuments(call) else { return call.input }
            guard documents.count < 2 else {
                throw JinjaError("'from_yaml': there are several documents; use from_yaml_all")
            }
            return documents.first ?? .none
        },
        "from_yaml_all": Routine { call in
            if call.input.isNone { return .list([]) }
            return try yamlDocuments(call).map { .list($0) } ?? call.input
        },
        "hash": Routine(["hashtype"]) { call in
            let octets = Array(try call.text.utf8)
            let digest: [UInt8]
            switch try call.string("hashtype") ?? "sha1" {
            case "md5": digest = Array(Insecure.MD5.hash(data: octets))
            case "sha1": digest = Array(Insecure.SHA1.hash(data: octets))
            case "sha256": digest = Array(SHA256.hash(data: octets))
            case "sha384": digest = Array(SHA384.hash(data: octets))
            case "sha512": digest = Array(SHA512.hash(data: octets))
            case let name: throw JinjaError("'hash' knows md5, sha1, sha256, sha384 and sha512, not '\(name)'")
            }
            return .string(digest.map { hexadecimal(UInt32($0), digits: 2) }.joined())
        },
        "b64encode": Routine(["encoding"]) { call in
            try refuseEncoding(call)
            return try call.evaluation.made(base64(Array(try call.text.utf8)))
        },
        "b64decode": Routine(["encoding"]) { call in
            try refuseEncoding(call)
            let octets = try octets(base64: call.text)
            guard let text = String(validating: octets, as: UTF8.self) else {
                throw JinjaError("'b64decode': what was encoded is not UTF-8")
            }
            return try call.evaluation.made(text)
        },
    ]

    private static func jsonText(_ call: RoutineCall, indent: Int?, sortKeys: Bool) throws -> String {
        guard indent ?? 0 <= 64 else { throw JinjaError("'\(call.name)' with an indent of \(indent ?? 0)") }
        var writer = JSONWriter(indent: indent, sortKeys: sortKeys)
        writer.asciiOnly = try call["ensure_ascii"] == nil || call.flag("ensure_ascii")
        writer.writesNotFinite = true
        writer.write(try call.evaluation.used(call.input))
        return writer.text
    }

    private static func yaml(_ call: RoutineCall, indent: Int, isFlow: Bool?) throws -> String {
        let sorts = try call["sort_keys"] == nil || call.flag("sort_keys")
        var style = isFlow
        if let wanted = call["default_flow_style"] { style = wanted.isNone ? nil : wanted.isTruthy }
        var emitter = YAMLEmitter(
            indent: (2...9).contains(indent) ? indent : 2,
            sortsKeys: sorts,
            width: try call.int("width") ?? 80,
            isFlow: style
        )
        let text = emitter.document(try call.evaluation.used(call.input))
        try call.evaluation.charge(1, times: text.utf8.count)
        return text
    }

    /// The documents of a text; nil where the input is none, which is left as it is.
    private static func yamlDocuments(_ call: RoutineCall) throws -> [Value]? {
        guard let text = call.input.asString else { return nil }
        try call.evaluation.charge(text.utf8.count)
        var reader = YAMLReader(text)
        return try reader.documents()
    }

    private static func refuseEncoding(_ call: RoutineCall) throws {
        let encoding = try call.string("encoding")?.lowercased() ?? "utf-8"
        guard encoding == "utf-8" || encoding == "utf8" else {
            throw JinjaError("'\(call.name)' knows the encoding utf-8 alone, not '\(encoding)'")
        }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func base64(_ octets: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((octets.count + 2) / 3 * 4)
        for start in stride(from: 0, to: octets.count, by: 3) {
            let count = min(3, octets.count - start)
            var word: UInt32 = 0
            for offset in 0..<3 { word = word << 8 | UInt32(offset < count ? octets[start + offset] : 0) }
            for digit in 0..<4 {
                text.append(digit <= count ? alphabet[Int(word >> (18 - 6 * UInt32(digit))) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Characters outside the alphabet are passed over, as Python does.
    private static func octets(base64 text: String) throws -> [UInt8] {
        var octets: [UInt8] = []
        var word: UInt32 = 0
        var count = 0
        var padding = 0
        for octet in text.utf8 {
            if octet == UInt8(ascii: "=") {
                padding += 1
                if count % 4 + padding >= 4, count % 4 >= 2 { break }
                continue
            }
            guard let digit = alphabet.firstIndex(of: octet) else { continue }
            padding = 0
            word = word << 6 | UInt32(digit)
            count += 1
            guard count % 4 == 0 else { continue }
            octets += [
                UInt8(truncatingIfNeeded: word >> 16), UInt8(truncatingIfNeeded: word >> 8),
                UInt8(truncatingIfNeeded: word),
            ]
            word = 0
        }
        switch count % 4 {
        case 0: return octets
        case 2 where padding >= 2: return octets + [UInt8(truncatingIfNeeded: word >> 4)]
        case 3 where padding >= 1:
            return octets + [UInt8(truncatingIfNeeded: word >> 10), UInt8(truncatingIfNeeded: word >> 2)]
        default: throw JinjaError("'b64decode': the text is not base64")
        }
    }
}

/// The parts of a `multipart/form-data` body by their names (RFC 7578).
struct MultipartBody: Hashable, Sendable {
    private var parts: [String: [UInt8]] = [:]

    subscript(name: String) -> [UInt8]? { parts[name] }

    /// Nil when the body is none, or is not whole.
    init?(contentType: String, _ body: [UInt8]) {
        let words = contentType.split(separator: ";").map { $0.trimmed }
        guard words.first?.lowercased() == "multipart/form-data",
            let boundary = words.lazy.compactMap({ Self.value("boundary", of: $0) }).first, !boundary.isEmpty,
            boundary.utf8.count <= 70
        else { return nil }
        let line = Array("\r\n--\(boundary)".utf8)
        // The first boundary has no line break before it.
        let octets = Array("\r\n".utf8) + body
        guard var start = octets.firstRange(of: line)?.upperBound else { return nil }
        while !octets[start...].starts(with: Array("--".utf8)) {
            guard octets[start...].starts(with: Array("\r\n".utf8)),
                let end = octets[start...].firstRange(of: line)
            else { return nil }
            let part = octets[start..<end.lowerBound]
            guard let head = part.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
            let lines = String(decoding: part[..<head.lowerBound], as: UTF8.self).split(separator: "\r\n")
            for line in lines where line.lowercased().hasPrefix("content-disposition:") {
                let name = line.split(separator: ";").lazy.compactMap { Self.value("name", of: $0.trimmed) }.first
                if let name { parts[name] = Array(part[head.upperBound...]) }
            }
            start = end.upperBound
        }
    }

    private static func value(_ name: String, of text: String) -> String? {
        let sides = text.split(separator: "=", maxSplits: 1)
        guard sides.count == 2, sides[0].lowercased() == name else { return nil }
        return sides[1].hasPrefix("\"") && sides[1].hasSuffix("\"") && sides[1].count >= 2
            ? String(sides[1].dropFirst().dropLast()) : String(sides[1])
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

extension Response {
    /// A value as JSON.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(value)))
        )
    }

    static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Response {
        Response(
            status: .ok,
            headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}

extension Request {
    /// The body as a value; refuses more than `limit` octets.
    func json<Value: Decodable>(_ type: Value.Type, limit: Int = 32 << 20) async throws -> Value {
        try JSONDecoder().decode(type, from: Data(try await octets(limit: limit)))
    }

    /// The whole body; refuses more than `limit` octets.
    func octets(limit: Int) async throws -> [UInt8] {
        if let text = headers[.contentLength], let length = Int(text), length > limit {
            throw HTTPProblem(
                .contentTooLarge,
                "the request has \(length) octets, more than the \(limit) that are taken"
            )
        }
        return Array(try await body.collect(upTo: limit).readableBytesView)
    }
}

/// Percent-decoding (RFC 3986 section 2.1).
enum PercentEncoding {
    /// Nil for a broken escape or for what is not UTF-8.
    static func decoded(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
        var octets: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let octet = rest.popFirst() {
            switch octet {
            case 0x25:
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                octets.append(high << 4 | low)
            case 0x2B where plusIsSpace:
                octets.append(0x20)
            default:
                octets.append(octet)
            }
        }
        return String(validating: octets, as: UTF8.self)
    }

    /// The fields of a form (`application/x-www-form-urlencoded`); the first of each name counts.
    static func form(_ octets: [UInt8]) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in String(decoding: octets, as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first, let name = decoded(first, plusIsSpace: true), fields[name] == nil else {
                continue
            }
            fields[name] = parts.count == 2 ? decoded(parts[1], plusIsSpace: true) : ""
        }
        return fields
    }

    private static func digit(_ octet: UInt8) -> UInt8? {
        switch octet {
        case 0x30...0x39: octet - 0x30
        case 0x41...0x46: octet - 0x37
        case 0x61...0x66: octet - 0x57
        default: nil
        }
    }
}

import Crypto
import FoundationEssentials

/// What a webhook is told: a small JSON document, signed.
///
/// The header `X-Rackwright-Signature` is `sha256=` and the HMAC-SHA256 of the body's octets under the node's secret, in
/// small hexadecimal digits; for a GET, of the query's octets as they are sent.
struct WebhookRequest: Encodable, Hashable {
    static let header = "X-Rackwright-Signature"

    /// The node's name.
    var node: String
    /// `on`, `force-off`, `graceful-shutdown`, `reset` (which switches on a machine that is off) or `boot-device`.
    var action: String
    /// Of this request alone, so that one that is sent again by somebody else can be told.
    var id: String
    /// When it was made, in seconds since 1970.
    var time: Int
    /// With `boot-device`: `pxe`, `disk`, `http-boot` or `none`, `once` or `continuous`, and `uefi` or `legacy`.
    var device: String?
    var persistence: String?
    var mode: String?

    var body: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { [UInt8]($0) } ?? []
    }

    /// The question for the power, `node=NAME&time=SECONDS`, with the name percent-encoded.
    static func query(node: String, time: Int) -> String {
        let plain = node.utf8.map { octet -> String in
            let isPlain =
                (48...57).contains(octet) || (65...90).contains(octet) || (97...122).contains(octet) || octet == 45
            if isPlain { return String(UnicodeScalar(octet)) }
            let digits = String(octet, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }
        return "node=\(plain.joined())&time=\(time)"
    }

    static func signature(of octets: [UInt8], secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: octets, using: SymmetricKey(data: Data(secret.utf8)))
        return "sha256=" + code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// Why an exchange gave no answer. It holds no header, name or password.
public struct CurlError: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        case unresolved
        case unreachable
        case timeout
        /// The certificate or the TLS handshake; the text says more.
        case tls
        /// The server has another certificate than the pinned one; its SHA-256 in hexadecimal digits.
        case otherCertificate(seen: String)
        case tooLong
        case cancelled
        /// The file could not be read, or whoever took the body threw.
        case local
        case invalidRequest
        case other(code: UInt32)
    }

    public var reason: Reason
    public var method: String
    /// The URL without query.
    public var url: String
    public var detail: String
}

extension CurlError: CustomStringConvertible {
    public var description: String {
        let what =
            switch reason {
            case .unresolved: "the name is not known"
            case .unreachable: "no connection"
            case .timeout: "no answer in time"
            case .tls: "TLS failed"
            case .otherCertificate(let seen): "another certificate than the pinned one, SHA-256 \(seen)"
            case .tooLong: "the answer is too long"
            case .cancelled: "cancelled"
            case .local: "failed on this side"
            case .invalidRequest: "not a request that can be made"
            case .other(let code): "libcurl's code \(code)"
            }
        return "\(method) \(url): \(what)" + (detail.isEmpty ? "" : " (\(detail))")
    }
}

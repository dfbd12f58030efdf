import CCurl

/// One part of a form that is sent (RFC 7578).
public struct CurlFormPart: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        case octets([UInt8])
        /// A file here, read while it is sent, under its name's last part.
        case file(String)
    }

    public var name: String
    public var contentType: String
    public var content: Content

    public init(name: String, contentType: String, content: Content) {
        self.name = name
        self.contentType = contentType
        self.content = content
    }
}

/// The parts as libcurl has them; must live until the exchange has ended.
@safe final class Form {
    private let mime: OpaquePointer

    /// Nil when libcurl does not take a part: a file that cannot be read, above all.
    init?(_ parts: [CurlFormPart], on handle: EasyHandle) {
        guard let mime = unsafe curl_mime_init(handle.easy) else { return nil }
        unsafe self.mime = mime
        for part in parts {
            guard let made = unsafe curl_mime_addpart(mime) else { return nil }
            var codes = unsafe [curl_mime_name(made, part.name), curl_mime_type(made, part.contentType)]
            switch part.content {
            case .octets(let octets):
                unsafe octets.withUnsafeBytes { buffer in
                    let start = unsafe buffer.bindMemory(to: CChar.self).baseAddress
                    codes.append(unsafe curl_mime_data(made, start, buffer.count))
                }
            case .file(let path):
                codes.append(unsafe curl_mime_filedata(made, path))
            }
            guard codes.allSatisfy({ $0 == CURLE_OK }) else { return nil }
        }
        _ = unsafe curl_set_pointer(handle.easy, CURLOPT_MIMEPOST, UnsafeMutableRawPointer(mime))
    }

    deinit { unsafe curl_mime_free(mime) }
}

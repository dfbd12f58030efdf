import CCurl

/// A libcurl handle with its connections, and the memory that they point to.
///
/// Sendable without a lock because one thread has it at a time: it is in a client's idle list or in one transfer.
@safe final class EasyHandle: @unchecked Sendable {
    let tls: CurlTLS
    let easy: UnsafeMutableRawPointer
    private let pin: UnsafeMutablePointer<curl_pin>
    private static let isReady: Bool = curl_prepare() == CURLE_OK

    init?(tls: CurlTLS) {
        guard Self.isReady, let easy = unsafe curl_easy_init() else { return nil }
        self.tls = tls
        unsafe self.easy = easy
        unsafe pin = UnsafeMutablePointer<curl_pin>.allocate(capacity: 1)
        var empty = curl_pin()
        if case .pinned(let octets) = tls.trust {
            empty.has_expected = 1
            unsafe withUnsafeMutableBytes(of: &empty.expected) { target in
                unsafe target.copyBytes(from: octets.prefix(target.count))
            }
        }
        unsafe pin.initialize(to: empty)
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe pin.deallocate()
    }

    /// Forgets the last exchange's options; connections stay.
    func reset() {
        unsafe curl_easy_reset(easy)
    }

    func set(_ option: CURLoption, _ value: Int) {
        _ = unsafe curl_set_long(easy, option, value)
    }

    func set(_ option: CURLoption, offset: Int64) {
        _ = unsafe curl_set_offset(easy, option, Int(offset))
    }

    /// False when libcurl does not take it.
    @discardableResult
    func set(_ option: CURLoption, _ text: String) -> Bool {
        unsafe curl_set_text(easy, option, text) == CURLE_OK
    }

    func clear(_ option: CURLoption) {
        _ = unsafe curl_set_text(easy, option, nil)
    }

    func setTrust() {
        set(CURLOPT_SSL_VERIFYPEER, 1)
        // A resumed session would show no certificate.
        set(CURLOPT_SSL_SESSIONID_CACHE, 0)
        if tls.allowsLegacy {
            set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_0))
            set(CURLOPT_SSL_CIPHER_LIST, "DEFAULT@SECLEVEL=0")
        }
        switch tls.trust {
        case .system: break
        case .caFile(let path):
            set(CURLOPT_CAINFO, path)
            clear(CURLOPT_CAPATH)
        case .pinned, .firstUse:
            clear(CURLOPT_CAINFO)
            clear(CURLOPT_CAPATH)
            set(CURLOPT_SSL_VERIFYHOST, 0)
            _ = unsafe curl_set_pin(easy, pin)
        }
    }

    /// The SHA-256 of the certificate that the server last showed, in hexadecimal digits.
    var certificateSeen: String? {
        guard unsafe pin.pointee.has_seen != 0 else { return nil }
        return unsafe withUnsafeBytes(of: &pin.pointee.seen) { octets in
            unsafe octets.reduce(into: "") { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) }
        }
    }

    /// How the connection was secured, where this handle judges certificates by themselves.
    var security: CurlSecurity? {
        guard unsafe pin.pointee.has_seen != 0 else { return nil }
        let version = unsafe pin.pointee.version
        let names: [Int32: String] = [0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"]
        let expires = unsafe pin.pointee.expires
        return CurlSecurity(
            version: names[version] ?? "protocol 0x" + String(version, radix: 16),
            certificateExpires: expires == 0 ? nil : Double(expires)
        )
    }

    var seesOtherCertificate: Bool {
        guard case .pinned(let expected) = tls.trust, unsafe pin.pointee.has_seen != 0 else { return false }
        return unsafe withUnsafeBytes(of: &pin.pointee.seen) { octets in unsafe !octets.elementsEqual(expected) }
    }

    var status: Int {
        var code = 0
        _ = unsafe curl_get_long(easy, CURLINFO_RESPONSE_CODE, &code)
        return code
    }
}

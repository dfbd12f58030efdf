import CCurl
import Glibc
import Synchronization

/// One exchange: what libcurl's callbacks read and write while it runs.
///
/// Sendable without a lock because it is filled before its thread starts and then touched by that thread alone, but for the
/// wish to cancel, which is atomic.
final class Transfer: @unchecked Sendable {
    let request: CurlRequest
    var sink: (@Sendable ([UInt8]) throws -> Void)?
    var file: UploadFile?
    var parts: [CurlFormPart]?
    var progress: (@Sendable (Int64, Int64) -> Void)?

    private var headers = CurlHeaders()
    private var body: [UInt8] = []
    private var isTooLong = false
    private var sinkError: String?
    private var status = 0
    private let isCancelled = Atomic(false)

    init(request: CurlRequest) {
        self.request = request
    }

    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    func error(_ reason: CurlError.Reason, _ detail: String = "") -> CurlError {
        let url = request.url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)[0]
        return CurlError(reason: reason, method: request.method, url: String(url), detail: detail)
    }

    func perform(on handle: EasyHandle?) -> Result<CurlResponse, CurlError> {
        guard let handle else { return .failure(error(.local, "libcurl did not start")) }
        let scheme = request.url.lowercased()
        let authority = request.url.split(separator: "/", maxSplits: 2).dropFirst().first ?? ""
        guard scheme.hasPrefix("http://") || scheme.hasPrefix("https://"), !authority.contains("@") else {
            return .failure(
                CurlError(
                    reason: .invalidRequest,
                    method: request.method,
                    url: "",
                    detail: "not a plain http or https URL"
                )
            )
        }
        guard request.headers.allSatisfy({ !($0.name + $0.value).contains(where: \.isNewline) }) else {
            return .failure(error(.invalidRequest, "a header holds a line break"))
        }

        handle.reset()
        setOptions(on: handle)
        var list: UnsafeMutablePointer<curl_slist>?
        defer { unsafe curl_slist_free_all(list) }
        for (name, value) in headerLines {
            unsafe list = unsafe curl_slist_append(list, value.isEmpty ? "\(name):" : "\(name): \(value)") ?? list
        }
        _ = unsafe curl_set_list(handle.easy, CURLOPT_HTTPHEADER, list)
        var form: Form?
        if let parts {
            form = Form(parts, on: handle)
            guard form != nil else { return .failure(error(.local, "a part of the form cannot be read")) }
        }
        defer { withExtendedLifetime(form) {} }

        var text = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        let code = unsafe text.withUnsafeMutableBufferPointer { buffer in
            _ = unsafe curl_set_pointer(handle.easy, CURLOPT_ERRORBUFFER, buffer.baseAddress)
            return withExtendedLifetime(self) { unsafe curl_easy_perform(handle.easy) }
        }
        _ = unsafe curl_set_pointer(handle.easy, CURLOPT_ERRORBUFFER, nil)
        let detail = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard code == CURLE_OK else { return .failure(error(for: code, handle, detail)) }
        return .success(
            CurlResponse(
                status: handle.status,
                headers: headers,
                body: body,
                certificateSHA256: handle.certificateSeen,
                security: handle.security
            )
        )
    }

    private func error(for code: CURLcode, _ handle: EasyHandle, _ detail: String) -> CurlError {
        if isCancelled.load(ordering: .relaxed) { return error(.cancelled) }
        if let sinkError { return error(.local, sinkError) }
        if isTooLong { return error(.tooLong, "more than \(request.maximumBodyLength) octets") }
        if handle.seesOtherCertificate, let seen = handle.certificateSeen {
            return error(.otherCertificate(seen: seen))
        }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return error(.unresolved, detail)
        case CURLE_COULDNT_CONNECT: return error(.unreachable, detail)
        case CURLE_OPERATION_TIMEDOUT: return error(.timeout, detail)
        case CURLE_SSL_CONNECT_ERROR where Self.brokeOff(detail): return error(.other(code: code.rawValue), detail)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER:
            return error(.tls, detail)
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: return error(.invalidRequest, detail)
        case CURLE_READ_ERROR, CURLE_ABORTED_BY_CALLBACK: return error(.local, detail)
        default: return error(.other(code: code.rawValue), detail)
        }
    }

    /// Whether a handshake ended because the other side went away, which says nothing about its certificate.
    private static func brokeOff(_ detail: String) -> Bool {
        ["SSL_ERROR_SYSCALL", "SSL_ERROR_ZERO_RETURN", "reset by peer", "unexpected eof", "Broken pipe"]
            .contains { detail.contains($0) }
    }

    private var headerLines: [(name: String, value: String)] {
        var lines = request.headers
        // An empty value makes libcurl leave its own header out: no waiting for "100 Continue", no form's content type.
        lines.append((name: "Expect", value: ""))
        if request.body != nil, !lines.contains(where: { $0.name.lowercased() == "content-type" }) {
            lines.append((name: "Content-Type", value: ""))
        }
        if case .bearer(let token) = request.authentication {
            lines.append((name: "Authorization", value: "Bearer \(token)"))
        }
        return lines
    }

    private func setOptions(on handle: EasyHandle) {
        handle.set(CURLOPT_URL, request.url)
        handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        handle.set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        handle.set(CURLOPT_NOSIGNAL, 1)
        handle.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connectTimeout))
        if let timeout = request.timeout { handle.set(CURLOPT_TIMEOUT_MS, milliseconds(timeout)) }
        handle.set(CURLOPT_LOW_SPEED_LIMIT, 1)
        handle.set(CURLOPT_LOW_SPEED_TIME, max(1, Int(request.stallTimeout.components.seconds)))
        if !request.usesProxy { handle.set(CURLOPT_NOPROXY, "*") }
        if let path = request.unixSocket { handle.set(CURLOPT_UNIX_SOCKET_PATH, path) }
        if request.followsRedirects, ["GET", "HEAD"].contains(request.method) {
            handle.set(CURLOPT_FOLLOWLOCATION, 1)
            handle.set(CURLOPT_MAXREDIRS, 5)
        }
        if case .basic(let username, let password) = request.authentication {
            handle.set(CURLOPT_HTTPAUTH, 1)  // Basic.
            handle.set(CURLOPT_USERNAME, username)
            handle.set(CURLOPT_PASSWORD, password)
        }
        handle.setTrust()
        setBody(on: handle)
        setCallbacks(on: handle)
    }

    private func setBody(on handle: EasyHandle) {
        if let file {
            handle.set(CURLOPT_UPLOAD, 1)
            handle.set(CURLOPT_INFILESIZE_LARGE, offset: file.length)
            handle.set(CURLOPT_CUSTOMREQUEST, request.method)
        } else if let body = request.body {
            handle.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: Int64(body.count))
            // Copied by libcurl; an empty body needs a pointer all the same.
            var octets = body + [0]
            unsafe octets.withUnsafeMutableBytes { buffer in
                _ = unsafe curl_set_pointer(handle.easy, CURLOPT_COPYPOSTFIELDS, buffer.baseAddress)
            }
            handle.set(CURLOPT_CUSTOMREQUEST, request.method)
        } else if request.method == "HEAD" {
            handle.set(CURLOPT_NOBODY, 1)
        } else if request.method != "GET" {
            handle.set(CURLOPT_CUSTOMREQUEST, request.method)
        }
    }

    private func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, seconds < 1_000_000 else { return seconds < 0 ? 1 : 1_000_000_000 }
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }

    // MARK: Callbacks

    private func setCallbacks(on handle: EasyHandle) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        for (function, data) in [
            (CURLOPT_WRITEFUNCTION, CURLOPT_WRITEDATA), (CURLOPT_HEADERFUNCTION, CURLOPT_HEADERDATA),
            (CURLOPT_READFUNCTION, CURLOPT_READDATA),
        ] {
            _ = unsafe curl_set_octets_function(
                handle.easy,
                function,
                function == CURLOPT_WRITEFUNCTION
                    ? Callbacks.write : function == CURLOPT_READFUNCTION ? Callbacks.read : Callbacks.header
            )
            _ = unsafe curl_set_pointer(handle.easy, data, context)
        }
        _ = unsafe curl_set_seek_function(handle.easy, Callbacks.seek)
        _ = unsafe curl_set_pointer(handle.easy, CURLOPT_SEEKDATA, context)
        handle.set(CURLOPT_NOPROGRESS, 0)
        _ = unsafe curl_set_progress_function(handle.easy, Callbacks.progress)
        _ = unsafe curl_set_pointer(handle.easy, CURLOPT_XFERINFODATA, context)
    }

    /// False ends the exchange.
    func takeBody(_ octets: [UInt8]) -> Bool {
        if let sink, status < 300 {
            do {
                try sink(octets)
                return true
            } catch {
                sinkError = "\(error)"
                return false
            }
        }
        guard octets.count <= request.maximumBodyLength - body.count else {
            isTooLong = true
            return false
        }
        body += octets
        return true
    }

    func takeHeader(_ octets: [UInt8]) {
        let line = String(decoding: octets, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0.prefix(3)) } ?? 0
        }
        headers.take(line)
    }

    /// False ends the exchange.
    func takeProgress(sent: Int64, of total: Int64) -> Bool {
        if let progress {
            if let file { progress(sent, file.length) } else if parts != nil, total > 0 { progress(sent, total) }
        }
        return !isCancelled.load(ordering: .relaxed)
    }
}

/// What libcurl calls, on the thread of the exchange.
private enum Callbacks {
    private static func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        unsafe context.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func octets(_ pointer: UnsafeMutablePointer<CChar>?, _ count: Int) -> [UInt8] {
        unsafe [UInt8](UnsafeRawBufferPointer(start: pointer, count: pointer == nil ? 0 : count))
    }

    nonisolated(unsafe) static let write: curl_octets_function = { pointer, size, count, context in
        guard let transfer = unsafe transfer(context) else { return 0 }
        let taken = unsafe transfer.takeBody(octets(pointer, size * count))
        return taken ? size * count : 0
    }

    nonisolated(unsafe) static let header: curl_octets_function = { pointer, size, count, context in
        unsafe transfer(context)?.takeHeader(octets(pointer, size * count))
        return size * count
    }

    nonisolated(unsafe) static let read: curl_octets_function = { pointer, size, count, context in
        guard let file = unsafe transfer(context)?.file else { return 0 }
        let got = unsafe Glibc.read(file.descriptor, pointer, size * count)
        return got >= 0 ? got : Int(CURL_READFUNC_ABORT)
    }

    nonisolated(unsafe) static let seek: curl_seek_function = { context, offset, origin in
        guard let file = unsafe transfer(context)?.file, lseek(file.descriptor, Int(offset), origin) >= 0 else {
            return Int32(CURL_SEEKFUNC_CANTSEEK)
        }
        return Int32(CURL_SEEKFUNC_OK)
    }

    nonisolated(unsafe) static let progress: curl_progress_function = { context, _, _, total, sent in
        guard let transfer = unsafe transfer(context) else { return 1 }
        return transfer.takeProgress(sent: Int64(sent), of: Int64(total)) ? 0 : 1
    }
}

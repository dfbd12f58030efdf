import BMC
import Curl
import Redfish

/// HTTP to one Redfish service: addresses, trust, authentication and the reading of its errors.
final class RedfishClient {
    enum Login {
        case none
        case basic
        case session(token: String, path: String?)
    }

    struct Answer {
        var status: Int
        var headers: CurlHeaders
        var json: JSON
        var problem: ServiceProblem?

        var retryAfter: String? { headers["Retry-After"] }
        var etag: String? { headers["ETag"] }
        /// The path of what was made, or of where to follow it.
        var location: String? { headers["Location"].flatMap(RedfishClient.localPath) }
        var isSuccess: Bool { (200..<300).contains(status) && problem == nil }
        var problemText: String {
            let text = problem?.text ?? ""
            return text.isEmpty ? "status \(status)" : "status \(status), \(text)"
        }
    }

    let endpoint: BMCEndpoint
    var login = Login.none
    private(set) var certificateSeen: String?
    private(set) var security: CurlSecurity?
    /// What was read, by its path, while somebody wants to know.
    var walked: RedfishWalk?
    private let curl = CurlClient()
    private let base: String
    private var tls: CurlTLS

    init(endpoint: BMCEndpoint) throws(BMCError) {
        self.endpoint = endpoint
        base = (endpoint.allowsPlainHTTP ? "http://" : "https://") + endpoint.place
        let trust: CurlTLS.Trust
        switch endpoint.certificate {
        case .system: trust = .system
        case .caFile(let path): trust = .caFile(path)
        case .firstUse: trust = .firstUse
        case .pinned(let text):
            guard let pinned = CurlTLS.pinnedSHA256(text) else {
                throw BMCError(
                    .untrusted,
                    bmc: "\(endpoint)",
                    operation: "connecting",
                    detail: "the pinned fingerprint is not a SHA-256 in hexadecimal digits"
                )
            }
            trust = pinned.trust
        }
        tls = CurlTLS(trust: trust, allowsLegacy: endpoint.allowsLegacyTLS)
    }

    func closeConnections() { curl.closeIdle() }

    func error(_ kind: BMCError.Kind, _ operation: String, _ detail: String) -> BMCError {
        BMCError(kind, bmc: "\(endpoint)", operation: operation, detail: detail)
    }

    /// Makes one exchange. Redirects are followed for GET, on this service alone: the token goes nowhere else.
    func exchange(
        _ method: String,
        _ path: String,
        body: JSON? = nil,
        ifMatch: String? = nil,
        _ operation: String
    ) async throws -> Answer {
        var path = try Self.localPath(path).orThrow(
            error(.protocolError, operation, "\(path) is no path of this service")
        )
        for _ in 0..<4 {
            let response = try await send(method, path, body: body, ifMatch: ifMatch, operation)
            if let seen = response.certificateSHA256 {
                certificateSeen = seen
                security = response.security
                if case .firstUse = tls.trust, let pinned = CurlTLS.pinnedSHA256(seen) { tls.trust = pinned.trust }
            }
            if method == "GET", [301, 302, 307, 308].contains(response.status),
                let target = response.headers["Location"].flatMap(Self.localPath)
            {
                path = target
                continue
            }
            let answer = Self.answer(response)
            if method == "GET" { walked?.note(path, status: answer.status, answer.json) }
            return answer
        }
        throw error(.protocolError, operation, "the service redirects without end")
    }

    /// Sends a file to be installed: as it is, or as a form with what is to be done with it.
    func push(
        file path: String,
        to place: String,
        parameters: JSON? = nil,
        _ operation: String,
        progress: @escaping @Sendable (_ sent: Int64, _ total: Int64) -> Void
    ) async throws -> Answer {
        let place = try Self.localPath(place).orThrow(
            error(.protocolError, operation, "\(place) is no path of this service")
        )
        var request = request("POST", place, body: nil, ifMatch: nil)
        request.timeout = nil
        // Some look through a file for minutes before they answer.
        request.stallTimeout = .seconds(600)
        let response: CurlResponse
        do {
            if let parameters {
                let parts = [
                    CurlFormPart(
                        name: "UpdateParameters",
                        contentType: "application/json",
                        content: .octets(parameters.octets)
                    ),
                    CurlFormPart(name: "UpdateFile", contentType: "application/octet-stream", content: .file(path)),
                ]
                response = try await curl.submit(parts, request, progress: progress)
            } else {
                request.headers.append((name: "Content-Type", value: "application/octet-stream"))
                response = try await curl.upload(file: path, request, progress: progress)
            }
        } catch {
            throw try self.error(for: error, operation)
        }
        return Self.answer(response)
    }

    private static func answer(_ response: CurlResponse) -> Answer {
        let json = (try? JSON(reading: response.body)) ?? .null
        return Answer(
            status: response.status,
            headers: response.headers,
            json: json,
            problem: ServiceProblem(status: response.status, body: json)
        )
    }

    private func send(
        _ method: String,
        _ path: String,
        body: JSON?,
        ifMatch: String?,
        _ operation: String
    ) async throws -> CurlResponse {
        do {
            return try await curl.perform(request(method, path, body: body, ifMatch: ifMatch))
        } catch {
            throw try self.error(for: error, operation)
        }
    }

    private func request(_ method: String, _ path: String, body: JSON?, ifMatch: String?) -> CurlRequest {
        var headers = [(name: "Accept", value: "application/json"), (name: "OData-Version", value: "4.0")]
        if body != nil { headers.append((name: "Content-Type", value: "application/json")) }
        if let ifMatch { headers.append((name: "If-Match", value: ifMatch)) }
        var authentication: CurlRequest.Authentication?
        switch login {
        case .none: break
        case .basic: authentication = .basic(username: endpoint.username, password: endpoint.password.reveal())
        case .session(let token, _): headers.append((name: "X-Auth-Token", value: token))
        }
        return CurlRequest(
            method: method,
            url: base + path,
            headers: headers,
            body: body?.octets,
            authentication: authentication,
            tls: tls,
            timeout: .seconds(45),
            maximumBodyLength: 8 << 20
        )
    }

    private func error(for error: CurlError, _ operation: String) throws -> BMCError {
        let kind: BMCError.Kind =
            switch error.reason {
            case .cancelled: throw CancellationError()
            case .unresolved, .unreachable, .other: .unreachable
            case .timeout: .timeout
            case .tls, .otherCertificate: .untrusted
            case .tooLong, .local, .invalidRequest: .protocolError
            }
        return self.error(kind, operation, "\(error)")
    }

    /// The path of an address, absolute or not; nil when it has none.
    static func localPath(_ address: String) -> String? {
        if address.hasPrefix("/") { return address.hasPrefix("//") ? nil : address }
        guard address.hasPrefix("http://") || address.hasPrefix("https://") else { return nil }
        let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count == 4 ? "/" + parts[3] : "/"
    }
}

extension Optional {
    fileprivate func orThrow<Failure: Error>(_ failure: @autoclosure () -> Failure) throws(Failure) -> Wrapped {
        guard let self else { throw failure() }
        return self
    }
}

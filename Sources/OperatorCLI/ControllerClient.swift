import Curl
import FoundationEssentials
import OperatorAPI

/// Talks to a controller as an operator.
public struct ControllerClient: Sendable {
    private let controller: String
    private let ca: String
    private let tokenFile: String
    private let token: String
    private let curl = CurlClient()

    /// Reads the token.
    ///
    /// - Parameter controller: `https://HOST:PORT`; without a scheme, https is meant.
    public init(controller: String, tokenFile: String, ca: String) throws(ClientProblem) {
        self.controller = try Self.address(controller)
        self.ca = ca
        self.tokenFile = tokenFile
        guard FileManager.default.isReadableFile(atPath: ca) else {
            throw ClientProblem(
                "the CA certificate \(ca) cannot be read; copy keys/ca.pem from the controller's state folder and give it with --ca"
            )
        }
        let pem = FileManager.default.contents(atPath: ca).map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard pem.contains("CERTIFICATE-----") else {
            throw ClientProblem(
                "the file \(ca) holds no PEM certificate; copy keys/ca.pem from the controller's state folder and give it with --ca"
            )
        }
        let data = FileManager.default.contents(atPath: tokenFile)
        guard let data, let text = String(validating: data, as: UTF8.self)?.split(whereSeparator: \.isWhitespace).first
        else {
            throw ClientProblem(
                "the token file \(tokenFile) \(data == nil ? "cannot be read" : "holds no token"); give one with --token-file, "
                    + "made by rackwright token create"
            )
        }
        token = String(text)
    }

    /// Takes what an operator writes for an address; a token never goes over plain HTTP.
    static func address(_ text: String) throws(ClientProblem) -> String {
        let url = text.contains("://") ? text : "https://" + text
        guard url.hasPrefix("https://"), url.count > 8 else {
            throw ClientProblem("\(text.oneLine) is not a controller's address; write it as https://HOST:8443")
        }
        return String(url.reversed().drop { $0 == "/" }.reversed())
    }

    public func get<Answer: Decodable>(_ path: String, as type: Answer.Type = Answer.self) async throws(ClientProblem)
        -> Answer
    {
        try decoded(await send("GET", path), path)
    }

    public func post<Answer: Decodable>(_ path: String, as type: Answer.Type = Answer.self) async throws(ClientProblem)
        -> Answer
    {
        try decoded(await send("POST", path), path)
    }

    public func post<Answer: Decodable>(
        _ path: String,
        _ body: some Encodable,
        as type: Answer.Type = Answer.self
    ) async throws(ClientProblem) -> Answer {
        let octets: [UInt8]
        do {
            octets = try [UInt8](JSONEncoder().encode(body))
        } catch {
            throw ClientProblem("the request to \(path) cannot be written: \(error)".oneLine)
        }
        return try decoded(await send("POST", path, body: octets), path)
    }

    public func delete<Answer: Decodable>(_ path: String, as type: Answer.Type = Answer.self)
        async throws(ClientProblem) -> Answer
    {
        try decoded(await send("DELETE", path), path)
    }

    /// Sends a file's octets; `progress` is called with what is sent and the file's length, on another thread.
    public func put<Answer: Decodable>(
        _ path: String,
        file: String,
        as type: Answer.Type = Answer.self,
        progress: @escaping @Sendable (UInt64, UInt64) -> Void
    ) async throws(ClientProblem) -> Answer {
        var request = request("PUT", path)
        request.timeout = nil
        // The controller writes what it has got before it answers.
        request.stallTimeout = .seconds(300)
        request.headers.append((name: "Content-Type", value: "application/octet-stream"))
        let response: CurlResponse
        do {
            response = try await curl.upload(file: file, request) { sent, total in
                progress(UInt64(clamping: sent), UInt64(clamping: total))
            }
        } catch {
            throw ClientProblem(error, controller: controller, ca: ca)
        }
        return try decoded(checked(response, request, path), path)
    }

    private func send(_ method: String, _ path: String, body: [UInt8]? = nil) async throws(ClientProblem) -> [UInt8] {
        var request = request(method, path)
        if let body {
            request.body = body
            request.headers.append((name: "Content-Type", value: "application/json"))
        } else if method == "POST" {
            request.body = []
        }
        let response: CurlResponse
        do {
            response = try await curl.perform(request)
        } catch {
            throw ClientProblem(error, controller: controller, ca: ca)
        }
        return try checked(response, request, path)
    }

    private func request(_ method: String, _ path: String) -> CurlRequest {
        CurlRequest(
            method: method,
            url: controller + path,
            headers: [(name: "Accept", value: "application/json")],
            authentication: .bearer(token),
            tls: .caFile(ca),
            // Big machines' BMCs take minutes for hundreds of questions.
            timeout: .seconds(path.contains("/bmc/") ? 400 : 120)
        )
    }

    private func checked(
        _ response: CurlResponse,
        _ request: CurlRequest,
        _ path: String
    ) throws(ClientProblem) -> [UInt8] {
        guard response.isSuccess else {
            throw ClientProblem(
                status: response.status,
                body: response.body,
                method: request.method,
                path: path,
                tokenFile: tokenFile
            )
        }
        return response.body
    }

    private func decoded<Answer: Decodable>(_ octets: [UInt8], _ path: String) throws(ClientProblem) -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(octets))
        } catch {
            throw ClientProblem(misunderstood: octets, path: path, controller: controller, error)
        }
    }
}

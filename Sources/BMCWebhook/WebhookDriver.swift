public import BMC
import Curl
import FoundationEssentials

/// Hands orders for machines to a service by signed HTTP requests: for power strips, lab controllers and what has no BMC.
public struct WebhookConnector: Sendable {
    private let now: @Sendable () -> Double

    /// - Parameter now: seconds since 1970
    public init(now: @escaping @Sendable () -> Double) {
        self.now = now
    }

    /// - Parameter endpoint: its address is the service's URL, its system the node's name, its password the secret.
    /// - Throws: `BMCError`
    public func connect(_ endpoint: BMCEndpoint) async throws -> any BMCDriver {
        WebhookDriver(endpoint: endpoint, now: now)
    }
}

/// One node at a service. Whether the power can be seen is the service's to say.
actor WebhookDriver: BMCDriver {
    private let endpoint: BMCEndpoint
    private let now: @Sendable () -> Double
    private let curl = CurlClient()
    /// What the service said last.
    private var power: PowerState?
    private var isSilent = false
    private var bootRemark = "a webhook does not tell it"

    init(endpoint: BMCEndpoint, now: @escaping @Sendable () -> Double) {
        self.endpoint = endpoint
        self.now = now
    }

    func identify() async throws -> BMCIdentity {
        let power = try await powerState()
        var remarks: [String] = []
        if case .unknown = power { remarks.append("the service does not say what the power is") }
        if endpoint.address.hasPrefix("http:") {
            remarks.append("orders go by plain HTTP: they are signed, and everyone on the way can read them")
        }
        return BMCIdentity(interface: "webhook", remarks: remarks)
    }

    func powerState() async throws -> PowerState {
        let operation = "asking for the power state"
        let query = WebhookRequest.query(node: node, time: time)
        let mark = endpoint.address.contains("?") ? "&" : "?"
        let answer = try await exchange("GET", endpoint.address + mark + query, signed: [UInt8](query.utf8), operation)
        switch answer.status {
        case 200..<300: note(answer)
        case 400, 404, 405, 501: break  // It takes orders alone.
        default: throw failure(answer, operation)
        }
        isSilent = power == nil
        return power ?? .unknown("the service does not say")
    }

    func cannotTellPower() async -> Bool { isSilent }

    func setPower(_ action: PowerAction) async throws {
        try await order(
            WebhookRequest(node: node, action: action.rawValue, id: id, time: time),
            "power \(action.rawValue)"
        )
    }

    func setBootDevice(_ setting: BootSetting) async throws {
        let operation = "setting the boot device to \(setting)"
        guard let device = setting.device else { throw error(.refused, operation, "no device was named") }
        var request = WebhookRequest(node: node, action: "boot-device", id: id, time: time)
        request.device = device.rawValue
        request.persistence = setting.persistence?.rawValue
        request.mode = setting.mode?.rawValue
        do {
            try await order(request, operation)
        } catch let error as BMCError where error.kind == .notSupported {
            // A power strip: the firmware's order is what holds.
            bootRemark = "the service does not set it: the firmware's own order must have the network first"
        }
    }

    func bootDevice() async throws -> BootSetting { throw error(.refused, "reading the boot device", bootRemark) }

    func close() async {}

    // MARK: Exchange

    private var node: String { endpoint.system ?? "" }
    private var time: Int { Int(exactly: now().rounded(.down)) ?? 0 }
    private var id: String { UUID().uuidString.lowercased() }

    private func order(_ request: WebhookRequest, _ operation: String) async throws {
        let body = request.body
        let answer = try await exchange("POST", endpoint.address, body: body, signed: body, operation)
        guard answer.isSuccess else { throw failure(answer, operation) }
        power = nil
        note(answer)
    }

    /// Takes the power from an answer that has it.
    private func note(_ answer: CurlResponse) {
        struct State: Decodable { var power: String? }
        let state = try? JSONDecoder().decode(State.self, from: Data(answer.body))
        switch state?.power?.lowercased() {
        case "on": power = .on
        case "off": power = .off
        case let other?: power = .unknown(String(other.prefix(40)))
        case nil: break
        }
    }

    private func exchange(
        _ method: String,
        _ url: String,
        body: [UInt8]? = nil,
        signed: [UInt8],
        _ operation: String
    ) async throws -> CurlResponse {
        let signature = WebhookRequest.signature(of: signed, secret: endpoint.password.reveal())
        var headers = [(name: WebhookRequest.header, value: signature), (name: "Accept", value: "application/json")]
        if body != nil { headers.append((name: "Content-Type", value: "application/json")) }
        do {
            return try await curl.perform(
                CurlRequest(
                    method: method,
                    url: url,
                    headers: headers,
                    body: body,
                    tls: .system,
                    timeout: .seconds(60),
                    maximumBodyLength: 64 << 10
                )
            )
        } catch {
            let kind: BMCError.Kind =
                switch error.reason {
                case .cancelled: throw CancellationError()
                case .unresolved, .unreachable, .other: .unreachable
                case .timeout: .timeout
                case .tls, .otherCertificate: .untrusted
                case .tooLong, .local, .invalidRequest: .protocolError
                }
            throw self.error(kind, operation, "\(error)")
        }
    }

    private func failure(_ answer: CurlResponse, _ operation: String) -> BMCError {
        switch answer.status {
        case 401, 403: error(.wrongCredentials, operation, "status \(answer.status): the signature is not taken")
        case 501: error(.notSupported, operation, "status 501")
        case 429, 500..<600: error(.busy, operation, "status \(answer.status)")
        default: error(.refused, operation, "status \(answer.status)")
        }
    }

    private func error(_ kind: BMCError.Kind, _ operation: String, _ detail: String) -> BMCError {
        BMCError(kind, bmc: "\(endpoint)", operation: operation, detail: detail)
    }
}

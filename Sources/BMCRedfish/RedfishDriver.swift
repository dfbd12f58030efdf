import BMC
import Curl
import Redfish

/// One login to a Redfish service, and the machine chosen there.
actor RedfishDriver: BMCDriver {
    let client: RedfishClient
    var root = ServiceRoot(.null)
    private var systemPath: String?
    private var resetTypes: [String]?
    var remarks: [String] = []
    private var hasLoggedInAgain = false
    /// The service root as it stands there.
    private(set) var rootDocument = JSON.null
    private var strategy: (strategy: VendorStrategy, reason: String)?
    /// What was last written of the boot, and why.
    var lastBoot: (patch: ComputerSystem.Patch, setting: BootSetting, remark: String?)?
    let pause: @Sendable (Duration) async throws -> Void

    init(client: sending RedfishClient, pause: @escaping @Sendable (Duration) async throws -> Void) {
        self.client = client
        self.pause = pause
    }

    // MARK: Login

    func login() async throws {
        let operation = "logging in"
        let answer = try await client.exchange("GET", ServiceRoot.path, operation)
        switch answer.status {
        case 200: rootDocument = answer.json
        case 401, 403: client.login = .basic  // Some guard even the root, against the standard.
        case 429, 503: throw client.error(.busy, operation, answer.problemText)
        default: throw client.error(.protocolError, operation, "\(ServiceRoot.path): \(answer.problemText)")
        }
        if case .basic = client.login {
            rootDocument = try await get(ServiceRoot.path, operation).json
        }
        root = ServiceRoot(rootDocument)
        guard answer.status != 200 || answer.json.object != nil else {
            throw client.error(.protocolError, operation, "\(ServiceRoot.path) is not a JSON object")
        }
        try await openSession()
    }

    private func openSession() async throws {
        let operation = "logging in"
        client.login = .none
        guard let path = root.sessions else {
            client.login = .basic
            return
        }
        let answer = try await client.exchange(
            "POST",
            path,
            body: .object([
                "UserName": .string(client.endpoint.username),
                "Password": .string(client.endpoint.password.reveal()),
            ]),
            operation
        )
        if (200..<300).contains(answer.status), let token = answer.headers["X-Auth-Token"], !token.isEmpty {
            client.login = .session(token: token, path: answer.headers["Location"] ?? answer.json["@odata.id"].string)
        } else if [401, 403].contains(answer.status) || answer.problem?.isAboutCredentials == true {
            throw client.error(.wrongCredentials, operation, answer.problemText)
        } else {
            // No session service, or no session free: the password goes with each request.
            client.login = .basic
            remarks.append("no session (\(answer.problemText)): basic authentication is used")
        }
    }

    /// A GET that must succeed. A token that ended is renewed once.
    func get(_ path: String, _ operation: String) async throws -> RedfishClient.Answer {
        try await authorized("GET", path, operation: operation) { answer in
            guard answer.status == 200 else { throw self.failure(answer, operation, at: path) }
            return answer
        }
    }

    func authorized<Value>(
        _ method: String,
        _ path: String,
        body: JSON? = nil,
        ifMatch: String? = nil,
        operation: String,
        _ read: (RedfishClient.Answer) throws -> Value
    ) async throws -> Value {
        var answer = try await client.exchange(method, path, body: body, ifMatch: ifMatch, operation)
        if answer.status == 401, case .session = client.login, !hasLoggedInAgain {
            hasLoggedInAgain = true
            try await openSession()
            answer = try await client.exchange(method, path, body: body, ifMatch: ifMatch, operation)
        }
        if answer.status != 401 { hasLoggedInAgain = false }
        return try read(answer)
    }

    func failure(_ answer: RedfishClient.Answer, _ operation: String, at path: String) -> BMCError {
        let kind: BMCError.Kind =
            switch answer.status {
            case 401: .wrongCredentials
            case 429, 502, 503, 504: .busy
            case _ where answer.problem?.isTransient == true: .busy
            case 400..<600: .refused
            default: answer.problem == nil ? .protocolError : .refused
            }
        return client.error(kind, operation, "\(path): \(answer.problemText)")
    }

    // MARK: The machine

    /// The system, read anew, and the answer's tag.
    func system(_ operation: String) async throws -> (ComputerSystem, etag: String?) {
        let path = try await chosenPath(operation)
        let answer = try await get(path, operation)
        guard answer.json.object != nil else {
            throw client.error(.protocolError, operation, "\(path) holds no object")
        }
        var system = ComputerSystem(answer.json, path: path)
        if let reset = system.reset, reset.allowed == nil, let info = reset.actionInfo {
            if resetTypes == nil {
                let answer = try? await client.exchange("GET", info, operation)
                resetTypes = answer.flatMap { ComputerSystem.resetTypes(actionInfo: $0.json) } ?? []
            }
            system.reset?.allowed = resetTypes
        }
        return (system, answer.etag)
    }

    /// How this BMC's maker has changes told, by what the service says of itself.
    func chosenStrategy(_ operation: String) async throws -> (strategy: VendorStrategy, reason: String) {
        if let strategy { return strategy }
        let system = try await get(try await chosenPath(operation), operation).json
        var managers = (system["Links"]["ManagedBy"].array ?? []).compactMap(\.link)
        if managers.isEmpty, let collection = root.managers,
            let answer = try? await client.exchange("GET", collection, operation)
        {
            managers = ResourceCollection(answer.json).members
        }
        // What a manager says is of use and not needed.
        let manager =
            if let path = managers.first { try? await client.exchange("GET", path, operation).json } else { JSON?.none }
        let chosen = VendorStrategy.choose(root: rootDocument, manager: manager ?? .null, system: system)
        strategy = chosen
        return chosen
    }

    func chosenPath(_ operation: String) async throws -> String {
        if let systemPath { return systemPath }
        if let wanted = client.endpoint.system {
            systemPath = wanted
            return wanted
        }
        guard let first = root.systems else {
            throw client.error(.protocolError, operation, "the service root names no systems")
        }
        var members: [String] = []
        var next: String? = first
        for _ in 0..<20 {
            guard let page = next else { break }
            let collection = ResourceCollection(try await get(page, operation).json)
            members += collection.members
            next = collection.next
        }
        if members.count == 1 {
            systemPath = members[0]
            return members[0]
        }
        var systems: [ComputerSystem] = []
        for path in members.prefix(64) {
            do {
                systems.append(ComputerSystem(try await get(path, operation).json, path: path))
            } catch let error as BMCError where error.kind == .busy || error.kind == .refused {
                // An accelerator's baseboard answers 503 while the host is off.
                remarks.append("\(path) could not be read: \(error.detail)")
            }
        }
        guard let choice = ComputerSystem.choose(from: systems) else {
            throw client.error(.protocolError, operation, "no system among \(members.count) members of \(first)")
        }
        if let remark = choice.remark { remarks.append(remark) }
        systemPath = choice.system.path
        return choice.system.path
    }

    // MARK: Operations

    func identify() async throws -> BMCIdentity {
        let (system, _) = try await system("identifying it")
        let (strategy, reason) = try await chosenStrategy("identifying it")
        return BMCIdentity(
            manufacturer: system.manufacturer ?? root.vendor,
            model: system.model ?? root.product,
            serialNumber: system.serialNumber,
            uuid: system.uuid?.lowercased(),
            firmware: system.biosVersion,
            interface: "Redfish \(root.redfishVersion ?? "of no version")",
            certificateSHA256: client.certificateSeen,
            strategy: BMCStrategy(name: strategy.name, reason: reason),
            remarks: remarks
        )
    }

    func powerState() async throws -> PowerState {
        switch try await system("reading the power state").0.powerState {
        case .on: .on
        case .off: .off
        case .poweringOn: .unknown("powering on")
        case .poweringOff: .unknown("powering off")
        case .paused: .unknown("paused")
        case .other(let text): .unknown(text)
        case nil: .unknown("the BMC does not say")
        }
    }

    func setPower(_ action: PowerAction) async throws {
        let operation = "asking for power \(action.rawValue)"
        let wish: PowerWish =
            switch action {
            case .on: .on
            case .forceOff: .forceOff
            case .gracefulShutdown: .gracefulOff
            case .reset: .restart
            }
        let (system, _) = try await system(operation)
        let request = try offered(operation) { () throws(RedfishError) in try system.resetRequest(for: wish) }
        let answer = try await authorized("POST", request.path, body: request.body, operation: operation) { answer in
            guard answer.isSuccess else { throw self.failure(answer, operation, at: request.path) }
            return answer
        }
        // Whoever asked looks at the power itself; what counts here is a reset that failed after it was taken.
        try await settle(answer, operation, at: request.path, within: .seconds(20))
    }

    func offered<Value>(_ operation: String, _ make: () throws(RedfishError) -> Value) throws(BMCError) -> Value {
        do {
            return try make()
        } catch {
            throw client.error(.refused, operation, "\(error)")
        }
    }

    /// A token needs no connection; ten thousand connections would need sixty thousand open files.
    func rest() { client.closeConnections() }

    func close() async {
        guard case .session(_, let path?) = client.login else { return }
        _ = try? await client.exchange("DELETE", path, "logging out")
        client.login = .none
    }
}

import BMC
import Curl
import Redfish

/// One login to a Redfish service, and the machine chosen there.
actor RedfishDriver: BMCDriver {
    let client: RedfishClient
    var root = ServiceRoot(.null)
    private var systemPath: String?
    private var resetTypes: [String]?
    private var remarks: [String] = []
    private var hasLoggedInAgain = false
    /// Where the boot override was written, when that is not the system itself.
    private var bootSettingsPath: String?

    init(client: sending RedfishClient) {
        self.client = client
    }

    // MARK: Login

    func login() async throws {
        let operation = "logging in"
        let answer = try await client.exchange("GET", ServiceRoot.path, operation)
        switch answer.status {
        case 200: root = ServiceRoot(answer.json)
        case 401, 403: client.login = .basic  // Some guard even the root, against the standard.
        case 429, 503: throw client.error(.busy, operation, answer.problemText)
        default: throw client.error(.protocolError, operation, "\(ServiceRoot.path): \(answer.problemText)")
        }
        if case .basic = client.login {
            root = ServiceRoot(try await get(ServiceRoot.path, operation).json)
        }
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
    private func system(_ operation: String) async throws -> (ComputerSystem, etag: String?) {
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
        return (system, answer.headers["ETag"])
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
        return BMCIdentity(
            manufacturer: system.manufacturer ?? root.vendor,
            model: system.model ?? root.product,
            serialNumber: system.serialNumber,
            uuid: system.uuid?.lowercased(),
            firmware: system.biosVersion,
            interface: "Redfish \(root.redfishVersion ?? "of no version")",
            certificateSHA256: client.certificateSeen,
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
        try await authorized("POST", request.path, body: request.body, operation: operation) { answer in
            guard answer.isSuccess else { throw self.failure(answer, operation, at: request.path) }
        }
    }

    func setBootDevice(_ setting: BootSetting) async throws {
        let operation = "setting the boot device to \(setting)"
        guard let device = setting.device else { throw client.error(.refused, operation, "no device was named") }
        let wish = BootWish(
            target: device.target,
            enabled: setting.persistence == .continuous ? .continuous : .once,
            mode: setting.mode.map { $0 == .uefi ? .uefi : .legacy }
        )
        let (system, tag) = try await system(operation)
        let patches = try offered(operation) { () throws(RedfishError) in try system.bootPatches(for: wish) }
        var refusal: BMCError?
        for patch in patches {
            let tags =
                if patch.path == system.path {
                    ETagLadder(head: tag, document: system.etag)
                } else {
                    try await tagsOf(patch.path, operation)
                }
            for tag in tags.rungs {
                let answer = try await authorized(
                    "PATCH",
                    patch.path,
                    body: patch.body,
                    ifMatch: tag,
                    operation: operation
                ) { $0 }
                if answer.isSuccess {
                    bootSettingsPath = patch.path == system.path ? nil : patch.path
                    return
                }
                let error = failure(answer, operation, at: patch.path)
                guard error.kind == .refused else { throw error }
                refusal = refusal ?? error
                guard ETagLadder.isAboutTag(status: answer.status) else { break }
            }
        }
        throw refusal ?? client.error(.refused, operation, "nothing could be tried")
    }

    private func tagsOf(_ path: String, _ operation: String) async throws -> ETagLadder {
        let answer = try await client.exchange("GET", path, operation)
        return ETagLadder(head: answer.headers["ETag"], document: answer.json["@odata.etag"].string)
    }

    func bootDevice() async throws -> BootSetting {
        let operation = "reading the boot device"
        var (system, _) = try await system(operation)
        if let bootSettingsPath {
            let pending = ComputerSystem(try await get(bootSettingsPath, operation).json, path: bootSettingsPath)
            if pending.boot != nil { system.boot = pending.boot }
        }
        guard let boot = system.boot else {
            throw client.error(.protocolError, operation, "\(system.path) has no Boot")
        }
        guard boot.enabled != "Disabled", boot.target != "None" else {
            return BootSetting(device: BootDevice.none, persistence: nil)
        }
        return BootSetting(
            device: BootDevice.allCases.first { $0.target.rawValue == boot.target },
            persistence: boot.enabled.flatMap { ["Once": .once, "Continuous": .continuous][$0] },
            mode: boot.mode.flatMap { ["UEFI": .uefi, "Legacy": .legacy][$0] }
        )
    }

    private func offered<Value>(_ operation: String, _ make: () throws(RedfishError) -> Value) throws(BMCError) -> Value
    {
        do {
            return try make()
        } catch {
            throw client.error(.refused, operation, "\(error)")
        }
    }

    func close() async {
        guard case .session(_, let path?) = client.login else { return }
        _ = try? await client.exchange("DELETE", path, "logging out")
        client.login = .none
    }
}

extension BootDevice {
    fileprivate var target: BootWish.Target {
        switch self {
        case .none: .none
        case .pxe: .pxe
        case .disk: .disk
        case .httpBoot: .http
        }
    }
}

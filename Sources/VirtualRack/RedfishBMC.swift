import FoundationEssentials

/// One machine's Redfish service (DSP0266), without sockets: a request becomes an answer.
actor RedfishBMC {
    struct Request: Sendable {
        var method: String
        var path: String
        var authorization: String?
        var token: String?
        var ifMatch: String?
        var body: [UInt8] = []
    }

    struct Answer: Sendable {
        var status: Int
        var headers: [String: String] = [:]
        var body: JSON?

        static let done = Answer(status: 204)
    }

    let machine: VirtualMachine
    /// Paths of open sessions by their token.
    private var sessions: [String: String] = [:]
    private var lastSession = 0

    init(machine: VirtualMachine) {
        self.machine = machine
    }

    static let system = "/redfish/v1/Systems/1"
    static let sessionCollection = "/redfish/v1/SessionService/Sessions"

    func answer(_ request: Request) async -> Answer {
        var request = request
        while request.path.count > 1, request.path.hasSuffix("/") { request.path.removeLast() }
        switch (request.method, request.path) {
        case ("GET", "/redfish"): return Answer(status: 200, body: ["v1": "/redfish/v1/"])
        case ("GET", "/redfish/v1"): return Answer(status: 200, body: RedfishResources.serviceRoot(machine.definition))
        case ("POST", Self.sessionCollection): return openSession(request.body)
        default: break
        }
        guard isAuthorized(request) else {
            return Self.failure(401, "Base.1.8.InsufficientPrivilege", "The request lacks valid credentials.")
        }
        return switch request.method {
        case "GET": await get(request.path)
        case "PATCH" where request.path == Self.system: await patchSystem(request)
        case "POST" where request.path == Self.system + "/Actions/ComputerSystem.Reset": await reset(request.body)
        case "DELETE" where request.path.hasPrefix(Self.sessionCollection + "/"): closeSession(request.path)
        default: Self.failure(405, "Base.1.8.OperationNotAllowed", "\(request.method) is not allowed here.")
        }
    }

    static func failure(_ status: Int, _ message: String, _ text: String) -> Answer {
        let detail: JSON = [
            "@odata.type": "#Message.v1_1_1.Message",
            "MessageId": .string(message),
            "Message": .string(text),
            "Severity": "Critical",
        ]
        var headers: [String: String] = [:]
        if status == 401 { headers["WWW-Authenticate"] = "Basic realm=\"BMC\"" }
        return Answer(
            status: status,
            headers: headers,
            body: ["error": ["code": .string(message), "message": .string(text), "@Message.ExtendedInfo": [detail]]]
        )
    }

    // MARK: Sessions

    private func openSession(_ body: [UInt8]) -> Answer {
        guard let document = JSON(octets: body), let user = document["UserName"]?.text,
            let password = document["Password"]?.text
        else {
            return Self.failure(400, "Base.1.8.MalformedJSON", "The body is not UserName and Password.")
        }
        let bmc = machine.definition.bmc
        guard user == bmc.username, password == bmc.password else {
            return Self.failure(401, "Base.1.8.ResourceAtUriUnauthorized", "The user name or password is wrong.")
        }
        lastSession += 1
        let path = "\(Self.sessionCollection)/\(lastSession)"
        var random = SystemRandomNumberGenerator()
        let token = (0..<2).map { _ in String(random.next(), radix: 36) }.joined()
        // A client that never closes its sessions must not fill the memory.
        if sessions.count >= 64 { sessions.removeAll() }
        sessions[token] = path
        return Answer(
            status: 201,
            headers: ["X-Auth-Token": token, "Location": path],
            body: RedfishResources.session(path, user: bmc.username)
        )
    }

    private func closeSession(_ path: String) -> Answer {
        guard let token = sessions.first(where: { $0.value == path })?.key else { return Self.notFound(path) }
        sessions[token] = nil
        return .done
    }

    private func isAuthorized(_ request: Request) -> Bool {
        if let token = request.token { return sessions[token] != nil }
        guard let authorization = request.authorization, authorization.hasPrefix("Basic "),
            let octets = Data(base64Encoded: String(authorization.dropFirst(6)))
        else { return false }
        let bmc = machine.definition.bmc
        return octets == Data("\(bmc.username):\(bmc.password)".utf8)
    }

    static func notFound(_ path: String) -> Answer {
        failure(404, "Base.1.8.ResourceMissingAtURI", "There is no resource at \(path).")
    }

    // MARK: Resources

    private func get(_ path: String) async -> Answer {
        if path == Self.system { return await system() }
        if path == Self.sessionCollection {
            return Answer(status: 200, body: RedfishResources.collection(path, members: sessions.values.sorted()))
        }
        if sessions.values.contains(path) {
            return Answer(
                status: 200,
                body: RedfishResources.session(path, user: machine.definition.bmc.username)
            )
        }
        guard let body = RedfishResources.resource(path, of: machine.definition, power: await machine.power) else {
            return Self.notFound(path)
        }
        return Answer(status: 200, body: body)
    }

    private func system() async -> Answer {
        let power = await machine.power
        let override = await machine.bootOverride
        return Answer(
            status: 200,
            headers: ["ETag": Self.tag(power, override)],
            body: RedfishResources.system(machine.definition, power: power, override: override)
        )
    }

    private static func tag(_ power: PowerState, _ override: BootOverride) -> String {
        "W/\"\(power.rawValue)-\(override.target.rawValue)-\(override.duration.rawValue)\""
    }

    private func patchSystem(_ request: Request) async -> Answer {
        let current = await machine.bootOverride
        if let expected = request.ifMatch, expected != "*", expected != Self.tag(await machine.power, current) {
            return Self.failure(412, "Base.1.8.PreconditionFailed", "The ETag is not the resource's.")
        }
        guard let boot = JSON(octets: request.body)?["Boot"] else {
            return Self.failure(400, "Base.1.8.MalformedJSON", "The body changes nothing that can be changed.")
        }
        var override = current
        if let target = boot["BootSourceOverrideTarget"]?.text {
            guard let known = RedfishResources.targets[target] else {
                return Self.notInList("BootSourceOverrideTarget", target)
            }
            override.target = known
            // DSP0268: naming a target without saying for how long means once.
            if override.duration == .disabled { override.duration = .once }
        }
        if let enabled = boot["BootSourceOverrideEnabled"]?.text {
            guard let duration = BootOverride.Duration(rawValue: enabled.lowercased()) else {
                return Self.notInList("BootSourceOverrideEnabled", enabled)
            }
            override.duration = duration
        }
        if let mode = boot["BootSourceOverrideMode"]?.text, mode != RedfishResources.mode(machine.definition) {
            return Self.notInList("BootSourceOverrideMode", mode)
        }
        if override.duration == .disabled || override.target == .none { override = .disabled }
        await machine.setBootOverride(override)
        return await system()
    }

    private static func notInList(_ property: String, _ value: String) -> Answer {
        failure(400, "Base.1.8.PropertyValueNotInList", "\(property) cannot be \(value).")
    }

    // MARK: Reset

    private func reset(_ body: [UInt8]) async -> Answer {
        guard let kind = JSON(octets: body)?["ResetType"]?.text else {
            return Self.failure(400, "Base.1.8.ActionParameterMissing", "ResetType is missing.")
        }
        let isOn = await machine.power == .on
        switch kind {
        case "On": await machine.powerOn()
        case "ForceOff": await machine.powerOff()
        case "GracefulShutdown" where isOn: await machine.pressPowerButton()
        case "ForceRestart" where isOn: await machine.reset()
        case "PowerCycle" where isOn:
            await machine.powerOff()
            await machine.powerOn()
        case "GracefulShutdown", "ForceRestart", "PowerCycle":
            return Self.failure(409, "Base.1.8.ResourceInStandby", "\(kind) needs a system that is on.")
        default:
            return Self.failure(
                400,
                "Base.1.8.ActionParameterNotSupported",
                "ResetType cannot be \(kind)."
            )
        }
        return .done
    }
}

import FoundationEssentials

/// One machine's Redfish service (DSP0266), without sockets: a request becomes an answer.
actor RedfishBMC {
    nonisolated let machine: any RedfishMachine
    let network: BMCNetwork
    /// Where media and images are kept.
    let folder: String
    /// How long an update of firmware takes, in seconds.
    let updateDuration: TimeInterval
    var state: RedfishState
    var isInserting = false
    private var answers = 0
    /// Brings the service to another address of its network; nil keeps it where it is.
    private var mover: (@Sendable (_ address: String) async -> Void)?

    init(machine: any RedfishMachine, network: BMCNetwork, folder: String, updateDuration: TimeInterval = 5) {
        self.machine = machine
        self.network = network
        self.folder = folder
        self.updateDuration = updateDuration
        state = RedfishState(machine.definition)
    }

    func onMove(_ mover: @escaping @Sendable (_ address: String) async -> Void) { self.mover = mover }

    /// After the answer that says so has gone out.
    func moved(to address: String) {
        state.hasMoved = true
        guard let mover else { return }
        Task {
            try? await Task.sleep(for: .milliseconds(100))
            await mover(address)
        }
    }

    /// Has the machine tell its changes of power, for the log and the subscribers.
    func attach() async {
        await machine.observePower { [weak self] start in await self?.note(start: start) }
    }

    private func note(start: Int?) {
        if start != nil { state.lastReset = Date() }
        note(start.map { .machineStarted($0) } ?? .machineOff)
    }

    /// Writes into the log and tells the subscribers, who are not waited for.
    func note(_ message: BMCMessage) {
        let entry = state.record(message, at: Date())
        for (id, subscription) in state.subscriptions {
            Task { await deliver(entry, to: subscription, id) }
        }
    }

    // MARK: A request

    func answer(_ request: Request) async -> Answer {
        let faults = machine.faults.inForce(at: .now)
        if state.hasMoved, faults.contains(.strandedMove) {
            var answer = Answer(status: 503)
            answer.isLost = true
            return answer
        }
        for case .slowAnswers(let delay) in faults { try? await Task.sleep(for: delay) }
        if faults.contains(.unavailable) {
            var answer = Answer(.busy(seconds: "1"))
            answer.headers["Retry-After"] = "1"
            return answer
        }
        loseSubscriptions(faults)
        var answer: Answer
        do {
            answer = try await route(request, faults)
        } catch {
            answer = Answer(error.messages)
        }
        answers += 1
        for case .lostAnswers(let count) in faults where answers % count == 0 { answer.isLost = true }
        if request.method == "HEAD" { answer.content = nil }
        return answer
    }

    private func route(_ request: Request, _ faults: [BMCFault]) async throws(RedfishProblem) -> Answer {
        var request = request
        while request.path.count > 1, request.path.hasSuffix("/") { request.path.removeLast() }
        settleTasks()
        if faults.contains(.noEventService), request.path.hasPrefix(RedfishPath.eventService) {
            throw RedfishProblem(.nothing(at: request.path))
        }
        let operation = Operation(request.method, request.path)
        if operation == .openSession { return try openSession(request.body, faults) }
        let isReading = request.method == "GET" || request.method == "HEAD"
        if !(isReading && Self.open.contains(request.path)) {
            let account = try authorize(request, faults)
            try allow(account, operation, request.path)
        }
        if isReading { return try await read(request, faults) }
        guard let operation else {
            let tree = await tree(faults)
            guard tree.documents[request.path] != nil else { throw RedfishProblem(.nothing(at: request.path)) }
            var answer = Answer(.notAllowed)
            answer.headers["Allow"] = Operation.allowed(at: request.path)
            return answer
        }
        return try await perform(operation, request, faults)
    }

    /// What needs no credentials (DSP0266 section 13.3.1).
    private static let open: Set<String> = [
        "/redfish", RedfishPath.root, RedfishPath.root + "/odata", RedfishPath.root + "/$metadata",
    ]

    // MARK: Reading

    func tree(_ faults: [BMCFault]) async -> RedfishTree {
        var power = await machine.power
        if faults.contains(.wrongPowerState) { power = power == .on ? .off : .on }
        let firmware = await machine.firmware
        var tree = RedfishTree(
            machine: machine.definition,
            power: power,
            firmware: firmware,
            state: state,
            now: Date()
        )
        if faults.contains(.noEventService) { tree.removeEvents() }
        return tree
    }

    private func read(_ request: Request, _ faults: [BMCFault]) async throws(RedfishProblem) -> Answer {
        let path = request.path
        if let (id, rest) = RedfishPath.member(of: RedfishPath.taskMonitors, in: path), rest.isEmpty {
            return try await monitor(id, faults)
        }
        let tree = await tree(faults)
        if path == RedfishPath.root + "/$metadata" {
            var answer = Answer(status: 200)
            answer.content = .xml(MetadataDocument.metadata(tree.documents))
            return answer
        }
        guard let document = tree.documents[path] else { throw RedfishProblem(.nothing(at: path)) }
        let tag = Self.tag(document)
        if request.ifNoneMatch == tag { return Answer(status: 304, headers: ["ETag": tag]) }
        let body = try RedfishQuery(request.query).apply(to: document, at: path, in: tree.documents)
        return Answer(status: 200, headers: ["ETag": tag, "Allow": Operation.allowed(at: path)], body: body)
    }

    /// The same for the same content; the time that some documents tell does not count.
    private static func tag(_ document: JSON) -> String {
        var members = document.object ?? [:]
        members["DateTime"] = nil
        let octets = (try? JSON.object(members).octets()) ?? []
        return "W/\"\(sha256Hex(octets).prefix(16))\""
    }

    /// Refuses a change of what is not as the client saw it (RFC 9110 section 13.1.1).
    func hold(_ ifMatch: String?, at path: String, _ faults: [BMCFault]) async throws(RedfishProblem) {
        guard let ifMatch, ifMatch != "*" else { return }
        guard let document = await tree(faults).documents[path] else { throw RedfishProblem(.nothing(at: path)) }
        guard ifMatch == Self.tag(document) else { throw RedfishProblem(.changedSince) }
    }

    /// The document at a path as the answer to what changed it.
    func show(_ path: String, status: Int = 200, _ faults: [BMCFault]) async -> Answer {
        guard let document = await tree(faults).documents[path] else { return .done }
        return Answer(status: status, headers: ["ETag": Self.tag(document)], body: document)
    }

    /// The members of a body that is an object.
    static func members(_ body: [UInt8]) throws(RedfishProblem) -> [String: JSON] {
        guard let members = JSON(octets: body)?.object else { throw RedfishProblem(.malformed) }
        return members
    }

    static func text(_ value: JSON, _ property: String) throws(RedfishProblem) -> String {
        guard let text = value.text else { throw RedfishProblem(.wrongType(value, property)) }
        return text
    }
}

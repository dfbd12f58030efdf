import Boot
import ControllerCore
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Inventory
import Logging
import Octets
import OperatorAPI

/// The operators' calls, at the paths of ``OperatorAPI/OperatorPath``.
struct OperatorRoutes: Sendable {
    let controller: Controller
    let door: Doorkeeper
    let log: Logger

    func add(to router: Router<ConnectionContext>) {
        router.get(RouterPath(OperatorPath.health)) { _, _ in try Response.json(Message(message: "ok")) }
        addNodes(to: router)
        addBMCs(to: router)
        addConsoles(to: router)
        addPlansAndRuns(to: router)
        addRunbooks(to: router)
        addSecrets(to: router)
        addRules(to: router)
        on(.get, OperatorPath.networks, router) { _, _ in try Response.json(await controller.networks()) }
        on(.post, OperatorPath.tokens, router) { request, _ in
            let wanted = try await request.json(CreateToken.self)
            guard !wanted.name.isEmpty else { throw HTTPProblem(.badRequest, "the token needs a name: whose is it?") }
            return try Response.json(await controller.createOperatorToken(name: wanted.name), status: .created)
        }
        on(.get, OperatorPath.tokens, router) { _, _ in try Response.json(await controller.operatorTokens()) }
        on(.delete, OperatorPath.token(":name"), router) { _, context in
            let (names, message) = try await controller.revokeOperatorTokens(context.segment("name"))
            for name in names { door.sessions.close(for: name) }
            return try Response.json(message)
        }
    }

    private func addNodes(to router: Router<ConnectionContext>) {
        on(.post, OperatorPath.nodes, router) { request, _ in
            try Response.json(await controller.enroll(request.json(EnrollNodes.self)), status: .created)
        }
        on(.get, OperatorPath.nodes, router) { _, _ in try Response.json(await controller.nodes()) }
        on(.get, OperatorPath.node(":name"), router) { _, context in
            try Response.json(await controller.explain(context.segment("name")))
        }
        on(.get, OperatorPath.timeline(":name"), router) { request, context in
            let items = try await controller.timeline(
                context.segment("name"),
                after: request.number("after") ?? 0,
                limit: request.number("limit") ?? 1000
            )
            return try Response.json(items)
        }
        on(.get, OperatorPath.inventory(":name"), router) { _, context in
            try Response.json(await controller.inventory(context.segment("name")))
        }
        on(.get, OperatorPath.inventoryBefore(":name"), router) { _, context in
            try Response.json(await controller.inventoryBefore(context.segment("name")))
        }
        on(.get, OperatorPath.rendering(":name"), router) { _, context in
            try Response.json(await controller.rendering(context.segment("name")))
        }
        on(.get, OperatorPath.drift(":name"), router) { _, context in
            try Response.json(await controller.drift(context.segment("name")))
        }
        on(.get, OperatorPath.deviceNames(":name"), router) { _, context in
            try Response.json(await controller.deviceNames(context.segment("name")))
        }
        on(.post, OperatorPath.act(":verb", on: ":name"), router) { request, context in
            let text = try context.segment("verb")
            guard let verb = Controller.Verb(rawValue: text) else {
                let verbs = Controller.Verb.allCases.map(\.rawValue).joined(separator: ", ")
                throw HTTPProblem(.notFound, "'\(text)' cannot be done to a node; what can: \(verbs)")
            }
            let reason = try await request.reason()
            return try Response.json(
                Message(message: await controller.act(verb, on: context.segment("name"), reason: reason))
            )
        }
        on(.post, OperatorPath.loader(":name"), router) { request, context in
            let wanted = try await request.json(SetLoader.self)
            let loader = try wanted.loader.map { word in
                guard let loader = UEFILoader(rawValue: word) else {
                    let words = UEFILoader.allCases.map(\.rawValue).joined(separator: ", ")
                    throw HTTPProblem(.badRequest, "'\(word)' is no loader; there are: \(words)")
                }
                return loader
            }
            return try Response.json(
                Message(message: await controller.setLoader(loader, of: context.segment("name")))
            )
        }
        on(.post, OperatorPath.bootWay(":name"), router) { request, context in
            let wanted = try await request.json(SetBootWay.self)
            return try Response.json(await controller.setBootWay(of: context.segment("name"), wanted))
        }
        on(.post, OperatorPath.network(":name"), router) { request, context in
            let wanted = try await request.json(SetNetwork.self)
            return try Response.json(await controller.setNetwork(of: context.segment("name"), wanted))
        }
        on(.get, OperatorPath.boots, router) { _, _ in try Response.json(await controller.boots()) }
        on(.get, OperatorPath.boot(":mac"), router) { _, context in
            let text = try context.segment("mac")
            guard let mac = MACAddress(text) else { throw HTTPProblem(.badRequest, "'\(text)' is not a MAC address") }
            return try Response.json(await controller.explainBoot(of: mac))
        }
        on(.get, OperatorPath.match, router) { _, _ in try Response.json(await controller.match()) }
        on(.post, OperatorPath.whatIf, router) { request, _ in
            try Response.json(await controller.match(request.json(WhatIf.self, limit: 256 << 20)))
        }
    }

    private func addBMCs(to router: Router<ConnectionContext>) {
        on(.post, OperatorPath.access(":name"), router) { request, context in
            let wanted = try await request.json(SetBMC.self, limit: 64 << 10)
            return try Response.json(await controller.setBMC(of: context.segment("name"), wanted))
        }
        on(.get, OperatorPath.sensors(":name"), router) { _, context in
            try Response.json(await controller.sensors(of: context.segment("name")))
        }
        on(.get, OperatorPath.parts(":name"), router) { _, context in
            try Response.json(await controller.parts(of: context.segment("name")))
        }
        on(.get, OperatorPath.eventLog(":name"), router) { request, context in
            let limit = try request.number("limit") ?? 100
            return try Response.json(await controller.eventLog(of: context.segment("name"), limit: limit))
        }
        on(.delete, OperatorPath.eventLog(":name"), router) { _, context in
            try Response.json(await controller.clearEventLog(of: context.segment("name")))
        }
    }

    private func addPlansAndRuns(to router: Router<ConnectionContext>) {
        on(.post, OperatorPath.plans, router) { _, _ in
            try Response.json(await controller.makePlan(), status: .created)
        }
        on(.get, OperatorPath.plans, router) { request, _ in
            try Response.json(await controller.plans(last: max(0, request.number("limit") ?? 100)))
        }
        on(.get, OperatorPath.plan(":generation"), router) { _, context in
            try Response.json(await controller.plan(context.generation()))
        }
        on(.post, OperatorPath.apply(":generation"), router) { _, context in
            try Response.json(await controller.apply(context.generation()), status: .created)
        }
        on(.get, OperatorPath.runs, router) { _, _ in try Response.json(await controller.runs()) }
        on(.get, OperatorPath.run(":id"), router) { _, context in
            try Response.json(await controller.run(context.segment("id")))
        }
        on(.post, OperatorPath.approve(":id"), router) { _, context in
            try Response.json(await controller.approve(run: id(context)))
        }
        on(.post, OperatorPath.stop(":id"), router) { request, context in
            let reason = try await request.reason()
            return try Response.json(await controller.stop(run: id(context), reason: reason))
        }
    }

    private func addSecrets(to router: Router<ConnectionContext>) {
        on(.get, OperatorPath.secrets, router) { _, _ in try Response.json(await controller.secrets()) }
        on(.post, OperatorPath.secret(":name"), router) { request, context in
            let wanted = try await request.json(SetSecret.self, limit: 1 << 20)
            return try Response.json(await controller.setSecret(context.segment("name"), wanted))
        }
        on(.delete, OperatorPath.secret(":name"), router) { _, context in
            try Response.json(await controller.removeSecret(context.segment("name")))
        }
    }

    /// A run's id, where `latest` may stand.
    private func id(_ context: ConnectionContext) async throws -> String {
        let id = try context.segment("id")
        return id == "latest" ? try await controller.run(id).id : id
    }

    /// Adds a route for operators alone. What changes something is logged with the operator's name.
    func on(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ router: Router<ConnectionContext>,
        level: Logger.Level = .info,
        _ body: @escaping @Sendable (Request, ConnectionContext) async throws -> Response
    ) {
        router.on(RouterPath(path), method: method) { request, context in
            let name = try await door.operatorName(request)
            if method != .get { log.log(level: level, "\(name): \(method) \(request.uri.path)") }
            return try await body(request, context)
        }
    }
}

extension ConnectionContext {
    /// A path segment, decoded.
    func segment(_ name: String) throws -> String {
        let text = try parameters.require(name)
        guard let decoded = PercentEncoding.decoded(text) else {
            throw HTTPProblem(.badRequest, "'\(text)' in the path is not percent-encoded UTF-8")
        }
        return decoded
    }

    func generation() throws -> Int {
        let text = try segment("generation")
        guard let number = Int(text) else { throw HTTPProblem(.badRequest, "'\(text)' is no plan generation") }
        return number
    }
}

extension Request {
    /// A number in the query; refuses what is none.
    func number(_ name: String) throws -> Int? {
        guard let text = uri.queryParameters[Substring(name)] else { return nil }
        guard let number = Int(text) else {
            throw HTTPProblem(.badRequest, "\(name) must be a number, found '\(text)'")
        }
        return number
    }

    /// The reason in the body; empty without a body.
    fileprivate func reason() async throws -> String {
        let octets = try await octets(limit: 64 << 10)
        return octets.isEmpty ? "" : try JSONDecoder().decode(Reason.self, from: Data(octets)).reason
    }
}

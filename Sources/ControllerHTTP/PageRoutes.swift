import ControllerCore
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import OperatorAPI

/// The pages for operators who have logged in with their token.
struct PageRoutes: Sendable {
    let controller: Controller
    let door: Doorkeeper
    let pages: Pages
    let now: @Sendable () -> Double

    func add(to router: Router<ConnectionContext>) {
        router.get("/style.css") { _, _ in
            var response = Response.text(PageTemplates.style, type: "text/css; charset=utf-8")
            response.headers[.cacheControl] = "max-age=300"
            return response
        }
        router.post("/login") { request, _ in try await login(request) }
        page("/", router) { name, _ in
            try await pages.rack(controller.nodes(), controller.runs(last: 10), operator: name, now: now())
        }
        page("/nodes/:name", router) { name, context in
            let node = try await controller.explain(context.segment("name"))
            let runs = try await lately { $0.nodes.contains { $0.id == node.summary.id } }
            return pages.node(node, runs, operator: name, now: now())
        }
        page("/nodes/:name/timeline", router) { name, context in
            let node = try await controller.explain(context.segment("name")).summary
            let items = try await controller.timeline(node.id, after: 0, limit: 1000)
            return pages.timeline(node, items, operator: name)
        }
        page("/match", router) { name, _ in pages.match(try await controller.match(), operator: name) }
        addWork(to: router)
    }

    /// How many of the newest plans and runs are looked through.
    private static let depth = 50

    private func addWork(to router: Router<ConnectionContext>) {
        page("/runs", router) { name, _ in
            pages.runs(try await lately { _ in true }, operator: name, now: now())
        }
        page("/runs/:id", router) { name, context in
            pages.run(try await controller.run(context.segment("id")), operator: name, now: now())
        }
        page("/plans", router) { name, _ in
            let plans = try await controller.plans(last: Self.depth)
            return pages.plans(plans, try await lately { _ in true }, operator: name, now: now())
        }
        page("/plans/:generation", router) { name, context in
            let plan = try await controller.plan(context.generation())
            let run = try await controller.run(ofPlan: plan.generation)
            return pages.plan(plan, run, operator: name, now: now())
        }
        page("/runbooks", router) { name, _ in pages.runbooks(try await controller.runbooks(), operator: name) }
        page("/runbooks/:name", router) { name, context in
            let runbook = try await controller.runbook(context.segment("name"))
            let runs = try await lately { $0.runbook?.name == runbook.name }
            return pages.runbook(runbook, runs, operator: name, now: now())
        }
    }

    private func lately(_ isWanted: (RunReport) -> Bool) async throws -> [RunReport] {
        try await controller.runs(last: Self.depth).filter(isWanted)
    }

    private func page(
        _ path: String,
        _ router: Router<ConnectionContext>,
        _ body: @escaping @Sendable (String, ConnectionContext) async throws -> String
    ) {
        router.get(RouterPath(path)) { request, context in
            guard let name = door.session(request) else { return html(pages.login(problem: nil)) }
            do {
                return html(try await body(name, context))
            } catch {
                guard let problem = HTTPProblem(error) else { throw error }
                let title = problem.status.reasonPhrase
                return html(pages.problem(title, problem.reasons, operator: name), status: problem.status)
            }
        }
    }

    private func login(_ request: Request) async throws -> Response {
        let fields = PercentEncoding.form(try await request.octets(limit: 4096))
        let token = (fields["token"] ?? "").filter { !$0.isWhitespace }
        let name: String
        do {
            name = try await door.operatorName(token: token)
        } catch let problem as HTTPProblem where problem.status == .unauthorized {
            return html(pages.login(problem: "This token is not one of this controller."), status: .unauthorized)
        }
        let session = door.sessions.open(for: name)
        let cookie =
            "\(SessionBoard.cookie)=\(session); Path=/; Max-Age=\(Int(SessionBoard.duration)); HttpOnly; Secure; SameSite=Strict"
        return Response(status: .seeOther, headers: [.location: "/", .setCookie: cookie, .cacheControl: "no-store"])
    }

    private func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        var response = Response.text(text, type: "text/html; charset=utf-8")
        response.status = status
        response.headers[.cacheControl] = "no-store"
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        response.headers[.xContentTypeOptions] = "nosniff"
        if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "no-referrer" }
        return response
    }
}

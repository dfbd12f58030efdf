import ControllerCore
import Hummingbird
import OperatorAPI

/// Runbooks of the catalogue: what there is, and to start one.
extension OperatorRoutes {
    func addRunbooks(to router: Router<ConnectionContext>) {
        on(.get, OperatorPath.runbooks, router) { _, _ in try Response.json(await controller.runbooks()) }
        on(.get, OperatorPath.runbook(":name"), router) { _, context in
            try Response.json(await controller.runbook(context.segment("name")))
        }
        on(.post, OperatorPath.start(runbook: ":name"), router) { request, context in
            let wanted = try await request.json(StartRunbook.self, limit: 1 << 20)
            let name = try await door.operatorName(request)
            let run = try await controller.start(runbook: context.segment("name"), wanted, by: name)
            return try Response.json(run, status: .created)
        }
    }
}

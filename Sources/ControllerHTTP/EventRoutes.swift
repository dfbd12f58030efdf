import ControllerCore
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging

/// Where BMCs send their events. They have no token: the path is one, and no log has it.
struct EventRoutes: Sendable {
    let controller: Controller
    let log: Logger

    static let path = "/bmc/events/:node/:secret"

    func add(to router: Router<ConnectionContext>) {
        router.post(RouterPath(Self.path)) { request, context in
            do {
                return try await take(request, context)
            } catch {
                if let problem = HTTPProblem(error) { throw problem }
                // What is thrown further is logged with the path.
                log.error("an event of a BMC could not be taken: \(error)")
                throw HTTPProblem(.internalServerError, "the event could not be taken")
            }
        }
    }

    private func take(_ request: Request, _ context: ConnectionContext) async throws -> Response {
        let admission = try await controller.admitEvents(
            node: context.segment("node"),
            secret: context.segment("secret"),
            header: HTTPField.Name(Controller.eventHeader).flatMap { request.headers[$0] }
        )
        switch admission {
        case .unknown:
            // The same answer as at a path that leads nowhere.
            throw HTTPError(.notFound)
        case .tooMany:
            throw HTTPProblem(.tooManyRequests, "the BMC sends too many events")
        case .admitted(let node):
            try await controller.takeEvents(request.octets(limit: Controller.eventLengthLimit), of: node)
            return Response(status: .noContent)
        }
    }
}

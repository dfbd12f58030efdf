import ControllerCore
import Hummingbird
import OperatorAPI

/// How operators find BMCs and ask what they can do, and the ends of jobs.
struct BMCSearchRoutes: Sendable {
    let controller: Controller
    let jobs: JobBoard
    let operators: OperatorRoutes

    func add(to router: Router<ConnectionContext>) {
        operators.on(.post, OperatorPath.scans, router) { request, _ in
            let search = try BMCSearch(try await request.json(ScanBMCs.self, limit: 1 << 20))
            let report = await jobs.begin { meter in
                .scan(await controller.scan(search) { meter.set($0, of: $1) })
            }
            return try Response.json(report, status: .accepted)
        }
        operators.on(.post, OperatorPath.probes, router) { request, _ in
            let wanted = try await request.json(ProbeBMC.self, limit: 64 << 10)
            let report = await jobs.begin { _ in .probe(try await controller.probe(wanted)) }
            return try Response.json(report, status: .accepted)
        }
        operators.on(.post, OperatorPath.probe(":name"), router) { request, context in
            let name = try context.segment("name")
            let wanted = try await request.json(ProbeNode.self, limit: 64 << 10)
            let report = await jobs.begin { _ in .probe(try await controller.probe(node: name, wanted)) }
            return try Response.json(report, status: .accepted)
        }
        operators.on(.delete, OperatorPath.job(":id"), router) { _, context in
            let id = try context.segment("id")
            guard let report = await jobs.cancel(id) else {
                throw HTTPProblem(.notFound, "there is no job '\(id)'; a restart of the controller ends all")
            }
            return try Response.json(report)
        }
    }
}

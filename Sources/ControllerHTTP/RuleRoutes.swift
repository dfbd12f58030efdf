import ControllerCore
import Hummingbird
import OperatorAPI

/// Rules, reservations, names, labels and tests.
extension OperatorRoutes {
    func addRules(to router: Router<ConnectionContext>) {
        on(.post, OperatorPath.replayRules, router) { request, _ in
            try Response.json(await controller.replay(request.json(RulesQuestion.self, limit: 256 << 20)))
        }
        on(.post, OperatorPath.applyRules, router) { request, _ in
            try Response.json(await controller.applyRules(request.json(ApplyRules.self, limit: 1 << 20)))
        }
        on(.post, OperatorPath.test(":name"), router) { request, context in
            let wanted = try await request.json(TestNode.self, limit: 64 << 10)
            return try Response.json(await controller.test(context.segment("name"), wanted))
        }
        on(.post, OperatorPath.approveTest(":name"), router) { request, context in
            let wanted = try await request.json(ApproveTest.self, limit: 64 << 10)
            return try Response.json(
                Message(message: await controller.approveTest(of: context.segment("name"), wanted))
            )
        }
        on(.post, OperatorPath.reservation(":name"), router) { request, context in
            let wanted = try await request.json(ReserveNode.self, limit: 64 << 10)
            return try Response.json(
                Message(message: await controller.reserve(context.segment("name"), wanted))
            )
        }
        on(.delete, OperatorPath.reservation(":name"), router) { request, context in
            let reason = request.uri.queryParameters["reason"].map(String.init) ?? ""
            return try Response.json(
                Message(message: await controller.unreserve(context.segment("name"), reason: reason))
            )
        }
        on(.post, OperatorPath.rename(":name"), router) { request, context in
            let wanted = try await request.json(RenameNode.self, limit: 64 << 10)
            let name = try await door.operatorName(request)
            return try Response.json(await controller.rename(context.segment("name"), wanted, by: name))
        }
        on(.post, OperatorPath.labels(":name"), router) { request, context in
            let wanted = try await request.json(LabelNode.self, limit: 64 << 10)
            return try Response.json(Message(message: await controller.label(context.segment("name"), wanted)))
        }
    }
}

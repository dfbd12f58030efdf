import ControllerCore
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import OperatorAPI

/// Machines' consoles.
extension OperatorRoutes {
    func addConsoles(to router: Router<ConnectionContext>) {
        on(.post, OperatorPath.console(":name"), router) { request, context in
            let person = try await door.operatorName(request)
            let attachment = try await controller.attachConsole(of: context.segment("name"), operator: person)
            return try Response.json(attachment, status: .created)
        }
        let attached = OperatorPath.console(":name", ":attachment")
        on(.get, attached, router) { request, context in
            let output = try await controller.consoleOutput(
                of: context.segment("name"),
                attachment: context.segment("attachment"),
                after: request.number("after") ?? 0,
                wait: request.number("wait") ?? 0
            )
            return try Response.json(output)
        }
        // Each key that is typed.
        on(.post, attached, router, level: .debug) { request, context in
            let input = try await request.json(ConsoleInput.self, limit: 64 << 10)
            try await controller.typeIntoConsole(
                of: context.segment("name"),
                attachment: context.segment("attachment"),
                input
            )
            return try Response.json(Message(message: "typed"))
        }
        on(.delete, attached, router) { _, context in
            let (name, attachment) = try (context.segment("name"), context.segment("attachment"))
            return try Response.json(await controller.detachConsole(of: name, attachment: attachment))
        }
        on(.get, OperatorPath.consoleRecord(":name"), router) { request, context in
            let limit = try request.number("limit") ?? 64 << 10
            guard (1...(8 << 20)).contains(limit) else {
                throw HTTPProblem(.badRequest, "limit must be from 1 to \(8 << 20) octets")
            }
            let octets = try await controller.consoleRecord(of: context.segment("name"), limit: limit)
            return try Response.json(ConsoleOutput(data: Data(octets), next: octets.count))
        }
        on(.post, OperatorPath.consoleRecord(":name"), router) { request, context in
            let wanted = try await request.json(RecordConsole.self)
            return try Response.json(await controller.recordConsole(of: context.segment("name"), wanted.record))
        }
    }
}

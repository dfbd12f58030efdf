import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Fails unless all expressions hold.
    static let assert = ModuleDefinition(
        unrendered: ["that"],
        effect: .none
    ) { arguments, context in
        guard arguments.has("that") else { throw ModuleFailure("assert: the parameter 'that' is missing") }
        for condition in arguments.list("that") {
            let holds: Bool
            if let text = condition.asString {
                holds = try Rendering.firstUnmet([text], context.variables) == nil
            } else {
                holds = condition.isTruthy
            }
            guard !holds else { continue }
            throw ModuleFailure(
                arguments["fail_msg"].map { message in
                    message.asList?.map(\.description).joined(separator: "\n") ?? message.description
                } ?? "Assertion failed",
                fields: ["assertion": condition, "evaluated_to": false]
            )
        }
        return ["changed": false, "msg": arguments["success_msg"] ?? "All assertions passed"]
    }
}

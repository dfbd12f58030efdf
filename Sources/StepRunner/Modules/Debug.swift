import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Shows a message or a variable.
    static let debug = ModuleDefinition(unrendered: ["var"], effect: .none) { arguments, context in
        // Nobody asks for more than the ordinary.
        if let verbosity = try arguments.integer("verbosity"), verbosity > 0 {
            return [
                "changed": false, "failed": false, "skipped": true, "skipped_reason": "Verbosity threshold not met.",
            ]
        }
        guard let name = try arguments.text("var") else {
            return ["changed": false, "msg": arguments.values["msg"] ?? "Hello world!"]
        }
        let value: Value
        do {
            value = try Rendering.evaluate(name, context.variables)
        } catch is JinjaError {
            value = "VARIABLE IS NOT DEFINED!"
        }
        return ["changed": false, name: value]
    }
}

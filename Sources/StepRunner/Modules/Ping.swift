import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Answers.
    static let ping = ModuleDefinition(effect: .none) { arguments, _ in
        let data = try arguments.text("data") ?? "pong"
        if data == "crash" { throw ModuleFailure("boom") }
        return ["changed": false, "ping": .string(data)]
    }

    /// The agent is on the node: there is nothing to connect to, only `delay` to wait for.
    static let waitForConnection = ModuleDefinition(effect: .none) { arguments, context in
        let delay = try arguments.number("delay") ?? 0
        try context.sleep(seconds: max(0, delay))
        return ["changed": false, "elapsed": .int(Int(delay))]
    }
}

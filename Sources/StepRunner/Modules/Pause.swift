import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Waits.
    static let pause = ModuleDefinition(effect: .none) { arguments, context in
        let seconds: Double
        if let given = try arguments.number("seconds") {
            seconds = given
        } else if let minutes = try arguments.number("minutes") {
            seconds = minutes * 60
        } else {
            throw ModuleFailure("pause: needs 'seconds' or 'minutes'; there is nobody at the node to press a key")
        }
        guard seconds <= 86_400 else { throw ModuleFailure("pause: \(seconds) seconds is more than a day") }
        let times = CommandTimes()
        try context.sleep(seconds: max(0, seconds))
        let fields = times.fields()
        return [
            "changed": false, "rc": 0, "stdout": .string("Paused for \(seconds) seconds"), "stderr": "",
            "start": fields["start"] ?? .none, "stop": fields["end"] ?? .none, "delta": .int(Int(seconds)),
            "echo": .bool(try arguments.flag("echo", or: true)), "user_input": "",
        ]
    }
}

import Jinja
import OrderedCollections

/// What a module works with.
struct ModuleContext {
    var changes: FileChanges
    var executor: any CommandExecutor
    var clock: any StepClock
    /// For processes, from the `environment` keyword.
    var environment: [String: String]
    /// What templates and expressions see.
    var variables: Fields
    /// Throws when the run was told to stop; asked while waiting.
    var checkpoint: () throws -> Void

    var files: NodeFiles { changes.files }

    func run(_ arguments: [String], input: [UInt8] = [], timeout: Double = 600) throws -> CommandResult {
        try executor.run(Command(arguments: arguments, environment: environment, input: input, timeout: timeout))
    }

    /// Runs a command that must end with 0.
    func runSuccessfully(_ arguments: [String]) throws -> CommandResult {
        let result = try run(arguments)
        guard result.status == 0 else {
            throw ModuleFailure(
                "\(arguments.joined(separator: " ")) ended with \(result.status): \(result.lastWords)",
                fields: [
                    "rc": .int(result.status), "stdout": .string(result.outputText),
                    "stderr": .string(result.errorText),
                ]
            )
        }
        return result
    }

    /// Waits, and stops waiting when the run is told to stop.
    func sleep(seconds: Double) throws {
        try clock.sleep(seconds: seconds, checkpoint: checkpoint)
    }
}

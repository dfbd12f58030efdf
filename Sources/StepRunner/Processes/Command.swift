/// A process to run: what, with what, for how long.
struct Command: Hashable, Sendable {
    /// The program, searched in `PATH` unless it holds a slash, and its arguments.
    var arguments: [String]
    /// Added to the agent's own environment.
    var environment: [String: String] = [:]
    var directory: String?
    var input: [UInt8] = []
    /// Seconds; then its process group is ended.
    var timeout: Double = 3600
}

/// How a process ended and what it printed.
struct CommandResult: Hashable, Sendable {
    /// The exit code; the negative of the signal when one ended it, as Python says.
    var status: Int
    var output: [UInt8] = []
    var errors: [UInt8] = []
    var timedOut = false

    var outputText: String { String(decoding: output, as: UTF8.self) }
    var errorText: String { String(decoding: errors, as: UTF8.self) }

    /// The last lines of what it printed, errors last.
    var lastWords: String {
        let lines = (outputText + (outputText.hasSuffix("\n") || output.isEmpty ? "" : "\n") + errorText)
            .split(separator: "\n")
        return lines.suffix(20).joined(separator: "\n")
    }
}

/// Runs processes; in tests, notes them.
protocol CommandExecutor: Sendable {
    /// Waits for the end of the process, at most its timeout; ends it when `stop` is set. Throws when it could not be
    /// started.
    func run(_ command: Command, until stop: StopFlag?) throws -> CommandResult
}

extension CommandExecutor {
    /// Waits for the end of the process, at most its timeout, whatever else happens.
    func run(_ command: Command) throws -> CommandResult { try run(command, until: nil) }
}

/// A process that could not be started.
struct CommandError: Error, Hashable, CustomStringConvertible {
    var program: String
    var reason: String
    /// True when there is no such program.
    var notFound = false

    var description: String { "cannot run \(program): \(reason)" }
}

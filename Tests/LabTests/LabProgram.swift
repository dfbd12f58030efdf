import Foundation
import TestSupport

/// Runs a program to its end, or in the background; output goes to files, so nothing blocks on a full pipe.
struct LabProgram {
    /// What a program that ended left.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    var environment: [String: String] = [:]

    /// Runs `arguments` (the first is a path) and waits at most `seconds`; then it is killed and status is -1.
    func run(_ arguments: [String], seconds: Double = 60) async throws -> Outcome {
        let program = try start(arguments, output: .kept, errors: .kept)
        if let status = try await program.ended(within: .seconds(seconds)) {
            return Outcome(status: status, output: program.output, errors: program.errors)
        }
        program.signal(SIGKILL)
        program.wait()
        return Outcome(status: -1, output: program.output, errors: program.errors + "killed after \(seconds) s")
    }

    /// Starts a program in the background, which writes to the ends of files.
    func start(_ arguments: [String], output: String, errors: String) throws -> RunningProgram {
        try start(arguments, output: .file(output), errors: .file(errors))
    }

    private func start(
        _ arguments: [String],
        output: RunningProgram.Output,
        errors: RunningProgram.Output
    ) throws -> RunningProgram {
        let environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        return try RunningProgram(arguments, environment: environment, output: output, errors: errors)
    }
}

/// A program that a test runs to its end.
public enum Program {
    /// What it left.
    public struct Outcome: Sendable {
        /// What it ended with, or 128 and the number of the signal that ended it.
        public var status: Int32
        /// With its errors, if those were not to go elsewhere.
        public var output: String
    }

    /// Runs a program; holds its thread up until it has ended.
    ///
    /// - Parameters: as of ``RunningProgram``.
    /// - Throws: `ProgramError`.
    public static func run(
        _ words: [String],
        environment: [String: String]? = nil,
        folder: String? = nil,
        input: [UInt8] = [],
        errors: RunningProgram.Output? = nil
    ) throws -> Outcome {
        let program = try RunningProgram(
            words,
            environment: environment,
            folder: folder,
            input: .octets(input),
            output: .kept,
            errors: errors
        )
        return Outcome(status: program.wait(), output: program.output)
    }
}

import Subprocess
import SystemPackage

/// A program that ended otherwise than well.
public struct CommandError: Error, Sendable, CustomStringConvertible {
    public var command: String
    public var status: String
    public var output: String

    public var description: String { "\(command): \(status): \(output)" }
}

/// A program run to its end, its output kept.
struct Command: Hashable, Sendable, CustomStringConvertible {
    var words: [String]
    /// What the program reads from its standard input.
    var input = ""

    init(_ words: String...) {
        self.words = words
    }

    init(words: [String]) {
        self.words = words
    }

    var description: String { words.joined(separator: " ") }

    /// Standard output and error of the program, at most 1 MiB.
    @discardableResult
    func run() async throws -> String {
        guard let program = words.first else { return "" }
        let result = try await Subprocess.run(
            .name(program),
            arguments: Arguments(Array(words.dropFirst())),
            input: .string(input),
            output: .string(limit: 1 << 20),
            error: .combinedWithOutput
        )
        let output = result.standardOutput
        guard result.terminationStatus.isSuccess else {
            throw CommandError(command: description, status: "\(result.terminationStatus)", output: output)
        }
        return output
    }
}

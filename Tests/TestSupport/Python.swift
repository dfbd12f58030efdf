import Foundation

/// Python, where a test asks another's work for the same results.
public enum Python {
    /// The folder of the virtual environment that `.ci/requirements/NAME.txt` describes, made where it is not there yet;
    /// nil where the package index cannot be reached.
    ///
    /// - Parameter site: whether Debian's modules are seen in it too
    public static func environment(_ name: String, site: Bool = false) -> String? {
        let words = ["300", Fixture.checkout + "/.ci/python", name] + (site ? ["--site"] : [])
        return run("timeout", words, input: "")?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What a program writes; nil where it cannot be run or fails.
    public static func run(_ program: String, _ arguments: [String], input: String) -> String? {
        let words = ["/usr/bin/env", program] + arguments
        guard let outcome = try? Program.run(words, input: Array(input.utf8), errors: .dropped) else { return nil }
        return outcome.status == 0 ? outcome.output : nil
    }
}

import AgentAPI
import Foundation
import StepRunner

/// Carries out a bundle and is killed by the kernel before the journal's n-th record, for the tests of what is left then.
///
/// `step-crash BUNDLE STATE ROOT LINE`
@main
struct StepCrash {
    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 5, let line = Int(words[4]) else {
            print("usage: step-crash BUNDLE STATE ROOT LINE")
            exit(64)
        }
        let bundle = try JSONDecoder().decode(AgentAPI.Bundle.self, from: Data(contentsOf: URL(filePath: words[1])))
        let runner = BundleRunner(
            stateFolder: words[2],
            root: words[3],
            willAppend: { appended in
                if appended == line { kill(getpid(), SIGKILL) }
            }
        )
        print(await runner.run(bundle))
    }
}

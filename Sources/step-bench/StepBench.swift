import AgentAPI
import Catalog
import FoundationEssentials
import Glibc
import Jinja
import OrderedCollections
import StepRunner
import YAML

/// What `.ci/bench-steps` measures of ours: a task list carried out as the agent does it, and templates rendered.
@main struct StepBench {
    static func main() async {
        do {
            let words = CommandLine.arguments.dropFirst()
            switch (words.first, Array(words.dropFirst())) {
            case ("tasks", let rest) where rest.count == 2: try await tasks(in: rest[0], on: rest[1])
            case ("jinja", let rest) where rest.count == 3: try render(rest[0], rest[1], count: Int(rest[2]) ?? 1000)
            default:
                complain("usage: step-bench tasks FOLDER TREE | step-bench jinja TEMPLATE VARIABLES COUNT")
                exit(2)
            }
        } catch {
            complain("step-bench: \(error)")
            exit(1)
        }
    }

    /// Runs `tasks.yaml` of a folder, with its `templates/`, on a tree; prints the most memory this took, in MiB.
    private static func tasks(in folder: String, on tree: String) async throws {
        let list = try text(folder + "/tasks.yaml").split(separator: "\n", omittingEmptySubsequences: false)
        var variables = try Value(json: text(folder + "/variables.json")).asDict ?? [:]
        variables["tree"] = .string(tree)
        let parameters = variables.keys.map { "\($0): {}" }.joined(separator: ", ")
        let service = "name: bench\nparameters: {\(parameters)}\ndeploy_tasks:\n" + list.map { "  \($0)\n" }.joined()
        var templates: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/templates") {
            templates[name] = try text(folder + "/templates/" + name)
        }
        let path = "services/bench.yaml"
        let file = Catalog.File(path: path, tree: try YAMLReader.read(Array(service.utf8), file: path))
        let catalog = try Catalog(files: [file], templates: templates)
        let items = catalog.services["bench"]?.deployTasks.map(\.task) ?? []
        let bundle = Bundle(
            id: "bench",
            node: "node-0",
            generation: 1,
            operation: .deploy,
            role: "bench",
            variables: .dict(variables),
            steps: [BundleStep(number: 1, service: "bench", work: .tasks(items))]
        )
        let runner = BundleRunner(
            stateFolder: tree + ".state",
            events: { _ in },
            gate: { _ in GateAnswer(open: true) }
        )
        if case .failed(let failure) = await runner.run(bundle) {
            complain("step-bench: \(failure.reason)")
            exit(1)
        }
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        print("\(items.count) tasks, \(usage.ru_maxrss / 1024) MiB")
    }

    /// Prints how many renders of a parsed template, and of one that is parsed each time, fit into a second.
    private static func render(_ template: String, _ variables: String, count: Int) throws {
        let source = try text(template)
        let values = try Value(json: text(variables)).asDict ?? [:]
        let parsed = try Template(source, name: "bench")
        let environment = Environment(strictUndefined: true)
        let whole = try parsed.render(values, in: environment)
        let renders = try perSecond(count) { try parsed.render(values, in: environment) }
        let both = try perSecond(max(1, count / 4)) {
            try Template(source, name: "bench").render(values, in: environment)
        }
        print("\(renders) \(both) \(whole.utf8.count)")
    }

    private static func perSecond(_ count: Int, _ work: () throws -> String) rethrows -> Int {
        let started = now()
        var size = 0
        for _ in 0..<count { size += try work().utf8.count }
        precondition(size >= 0)
        return Int(Double(count) / max(1e-9, now() - started))
    }

    private static func now() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    private static func complain(_ text: String) {
        let octets = Array((text + "\n").utf8)
        _ = unsafe write(2, octets, octets.count)
    }
}

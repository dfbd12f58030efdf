import AgentAPI
import Catalog
import Jinja
import OrderedCollections
import TestSupport
import Testing
import YAML

@testable import StepRunner

/// The command lines that paunch's own tests expect, against those that the same definitions lead to here: written into
/// a service, read by the catalogue, put to podman by the agent.
@Suite(.enabled(if: Fixture.assets != nil, "there are no assets beside the checkout"))
struct PaunchCaseTests {
    private struct NoMap: Error {}

    private struct Case {
        var name: String
        var config: SourceTree
        var expected: [String]
    }

    /// Every case that ends in `docker run` or `docker exec` with all of its words.
    private static func cases() throws -> [Case] {
        let path = "tripleo/paunch/queens-builder-cases.json"
        let tree = try YAMLReader.read(Fixture.octets(ofAsset: path), file: path)
        guard case .list(let items) = tree.content else { return [] }
        return items.compactMap { item in
            guard let name = item["test"]?.text, name.contains("_run_args") || name.contains("_exec_args"),
                case .list(let data)? = item["data"]?.content, let config = data.first?["config"],
                case .list(let commands)? = item["commands_expected"]?.content, let last = commands.last,
                case .list(let words) = last.content
            else { return nil }
            return Case(name: name, config: config, expected: words.compactMap(\.text))
        }
    }

    /// A service whose third step are these containers; those that paunch would find running are added.
    private static func service(_ config: SourceTree, running: String? = nil) throws -> Service {
        let place = config.location
        func text(_ text: String) -> SourceTree { SourceTree(.scalar(text, plain: false), at: place) }
        func map(_ entries: [(String, SourceTree)]) -> SourceTree {
            SourceTree(.map(entries.map { SourceTree.Entry(key: text($0.0), value: $0.1) }), at: place)
        }
        guard case .map(var entries) = config.content else { throw NoMap() }
        if let running {
            entries.append(SourceTree.Entry(key: text(running), value: map([("image", text("i"))])))
            for index in entries.indices where entries[index].value["image"] == nil {
                guard case .map(let inner) = entries[index].value.content else { continue }
                let action = SourceTree.Entry(key: text("action"), value: text("exec"))
                entries[index].value = SourceTree(.map(inner + [action]), at: place)
            }
        }
        let steps = map([("step_3", SourceTree(.map(entries), at: place))])
        let service = map([("name", text("s")), ("docker_config", steps)])
        let catalog = try Catalog(files: [Catalog.File(path: "services/s.yaml", tree: service)], templates: [:])
        return try #require(catalog.services["s"])
    }

    /// A command line as options, in the order of their names, and what stands after them.
    private struct Line: Hashable {
        var verb: String
        var options: [String] = []
        var rest: [String] = []

        init(_ words: [String]) {
            // Of podman's options these are said here with their value as a word of its own.
            let separate: Set<String> = [
                "--name", "--label", "--network", "--user", "--env", "--volume", "--publish", "--pod",
            ]
            var words = words.dropFirst()
            verb = words.first?.hasPrefix("-") == false ? words.removeFirst() : "run"
            while let word = words.first, word.hasPrefix("-") {
                words.removeFirst()
                if separate.contains(word), let value = words.popFirst() {
                    options.append("\(word)=\(value)")
                } else {
                    options.append(word)
                }
            }
            rest = Array(words)
            options = options.map { option in
                switch option {
                // podman-run(1): --net is --network, and a flag is one that is true.
                case _ where option.hasPrefix("--network="): "--net=" + option.dropFirst(10)
                case "--privileged", "--detach": option + "=true"
                default: option
                }
            }.sorted()
            // "podman run IMAGE" of a case that leaves the verb out.
            if verb != "run" && verb != "exec" {
                rest = [verb] + rest
                verb = "run"
            }
        }

        mutating func drop(_ names: [String]) {
            options.removeAll { option in names.contains { option == $0 || option.hasPrefix($0 + "=") } }
        }
    }

    @Test func theCommandLinesAreThoseOfPaunch() throws {
        let cases = try Self.cases()
        #expect(cases.count == 6)
        for item in cases {
            let isExec = item.name.contains("exec")
            let service = try Self.service(item.config, running: isExec ? "ls" : nil)
            let container = try #require(service.containers.first { $0.definition.name == "one" })
            let definition = try container.definition.rendered([:])
            let record = ContainerRecord(definition: definition, service: "s", hash: "h")
            let unit = SystemdUnit(record).text
            var ours = Line(definition.detach ? PodmanCommand.service(record) : PodmanCommand.once(record))
            var theirs = Line(item.expected)
            // What is different here, and why.
            // 1. Restarts are systemd's: the unit says when.
            for option in theirs.options where option.hasPrefix("--restart=") {
                #expect(unit.contains("\nRestart=\(option.dropFirst(10))\n"), "\(item.name)")
            }
            theirs.drop(["--restart"])
            // 2. A value of the environment may be a secret, and stands on no command line: podman takes it from its own.
            for (name, value) in ContainerEnvironment(definition).inherited {
                guard let index = ours.options.firstIndex(of: "--env=\(name)") else { continue }
                ours.options[index] = "--env=\(name)=\(value)"
            }
            ours.options.sort()
            // 3. paunch names all processors of the machine where nothing is said, which were four in its test.
            if item.config["one"]?["cpuset_cpus"] == nil { theirs.drop(["--cpuset-cpus"]) }
            // 4. Labels are ours, and a container is made anew at each start, watched by its unit.
            ours.drop(["--name", "--label", "--replace", "--cgroups", "--sdnotify", "--rm"])
            theirs.drop(["--name", "--rm"])
            // 5. paunch gives a container another name and looks that up; here the name is the name.
            if isExec { theirs.rest[0] = "ls" }
            #expect(ours == theirs, "\(item.name)")
        }
    }

    @Test func containersStartInTheirOrder() throws {
        let path = "tripleo/paunch/queens-builder-cases.json"
        let tree = try YAMLReader.read(Fixture.octets(ofAsset: path), file: path)
        guard case .list(let items) = tree.content,
            let first = items.first(where: { $0["test"]?.text?.hasSuffix("test_apply") == true }),
            case .list(let data)? = first["data"]?.content, let config = data.first?["config"]
        else {
            Issue.record("the cases have no test_apply")
            return
        }
        let service = try Self.service(config)
        #expect(service.containers.map(\.definition.name) == ["one", "two", "three", "four", "four_ls"])
        #expect(service.containers.last?.definition.target == "four")
    }
}

import AgentAPI
import Foundation
import Jinja
import OrderedCollections
import Testing
import YAML

@testable import Catalog
@testable import StepRunner

/// The same task lists, by ansible-core and by the agent, on two copies of a tree: equal trees, equal results.
@Suite(.enabled(if: AnsibleOracle.shared != nil, "there is no ansible-core, and the package index was not reached"))
struct AnsibleDifferenceTests {
    @Test func everyCaseEndsAsAnsibleEndsIt() async throws {
        let oracle = try #require(AnsibleOracle.shared)
        let cases = try AnsibleTaskCases.all().filter { item in
            item.collection.map(oracle.collections.contains) ?? true
        }
        let top = FileManager.default.temporaryDirectory.path + "/ansible-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: top) }
        try FileManager.default.createDirectory(atPath: top, withIntermediateDirectories: true)
        let play = try Play(cases, AnsibleTaskCases.material())

        // The two names are of one length, so that the sizes of links are equal.
        let theirs = try Side(top + "/them", cases)
        try play.write(to: top, isQuick: oracle.strategies != nil)
        let failure = try oracle.play(top + "/play.json", variables: "tree=\(theirs.tree)", in: top)
        try #require(failure == nil, "\(failure ?? "")")

        let ours = try Side(top + "/ours", cases)
        let outcome = await play.run(on: ours, state: top + "/state")
        try #require(outcome.failure == nil, "\(outcome.failure?.reason ?? "")")

        let (left, right) = (try ours.results(), try theirs.results())
        for item in cases {
            for name in play.names(of: item) {
                guard let our = left[name], let their = right[name] else {
                    Issue.record("\(name) has no result")
                    continue
                }
                for difference in Comparison.differences(our, their, at: "") {
                    Issue.record("\(name)\(difference)\n\(play.text(of: name))")
                }
            }
            let (our, their) = (try ours.listing(of: item.name), try theirs.listing(of: item.name))
            for path in Set(our.keys).union(their.keys).sorted() where our[path] != their[path] {
                let (left, right) = (our[path] ?? "nothing", their[path] ?? "nothing")
                Issue.record("\(item.name)/\(path): ours \(left.debugDescription), Ansible's \(right.debugDescription)")
            }
        }
    }
}

/// A tree that one of the two works on.
private struct Side {
    let folder: String
    var tree: String { folder + "/tree" }

    init(_ folder: String, _ cases: [AnsibleTaskCases.Case]) throws {
        self.folder = folder
        for item in cases {
            let top = "\(folder)/tree/\(item.name)"
            try FileManager.default.createDirectory(atPath: top, withIntermediateDirectories: true)
            for (name, file) in item.files.sorted(by: { $0.key < $1.key }) {
                let path = top + "/" + name
                let above = URL(filePath: path).deletingLastPathComponent().path
                try FileManager.default.createDirectory(atPath: above, withIntermediateDirectories: true)
                try Data(file.text.utf8).write(to: URL(filePath: path))
                try FileManager.default.setAttributes([.posixPermissions: file.mode], ofItemAtPath: path)
            }
        }
    }

    func results() throws -> OrderedDictionary<String, Value> {
        let text = try String(contentsOfFile: folder + "/results.json", encoding: .utf8)
        let plain = text.replacingOccurrences(of: tree, with: "TREE")
            .replacing(/(ansible|kept)\.[a-z0-9_]{8}/) { "\($0.1).NAME" }
            // How long it was in truth.
            .replacing(/Paused for [0-9.]+ (seconds|minutes)/) { "Paused for SOME \($0.1)" }
        return try Value(json: plain).asDict ?? [:]
    }

    /// Everything in a case's folder; how copies of what was replaced are called is each one's own affair.
    func listing(of name: String) throws -> [String: String] {
        let files = NodeFiles(root: "")
        var found: [String: String] = [:]
        func walk(_ path: String, _ short: String) throws {
            for name in try files.names(in: path) where !name.hasSuffix("~") {
                guard let status = try files.status(path + "/" + name) else { continue }
                switch status.kind {
                case .directory:
                    found[short + name] = "folder \(octalText(status.mode))"
                    try walk(path + "/" + name, short + name + "/")
                case .link:
                    let target = try files.linkTarget(path + "/" + name).replacingOccurrences(of: tree, with: "TREE")
                    found[short + name] = "link \(target)"
                default:
                    let text = try files.readText(path + "/" + name).replacingOccurrences(of: tree, with: "TREE")
                    found[short + name] = "\(octalText(status.mode)) \(text)"
                }
            }
        }
        try walk("\(tree)/\(name)", "")
        return found
    }
}

/// All cases in one play, each list twice, and what each task registers written down at the end.
private struct Play {
    private var blocks: [Value] = []
    /// Of each block, whether each of its tasks needs a Python of its own.
    private var forks: [Bool] = []
    private var registered: [String: [String]] = [:]
    private var texts: [String: String] = [:]
    private let written: [String: [String: String]]
    private let material: TaskMaterial

    init(_ cases: [AnsibleTaskCases.Case], _ written: [String: [String: String]]) throws {
        self.written = written
        material = try Self.material(written)
        for item in cases {
            let read = item.tasks.filter(isRead)
            for pass in 1...item.passes {
                var tasks: [Value] = []
                for (index, tree) in read.enumerated() {
                    var task = tree.value.asDict ?? [:]
                    texts["r_\(item.name)_\(pass)_\(index)"] = "\(tree.location): \(Value.dict(task).json())"
                    if Set(task.keys).isDisjoint(with: ["block", "include_tasks", "import_tasks", "meta"]) {
                        let name = "r_\(item.name)_\(pass)_\(index)"
                        if let own = task["register"]?.asString {
                            registered[item.name, default: []].append(own)
                        } else {
                            task["register"] = .string(name)
                            registered[item.name, default: []].append(name)
                        }
                        if task["ignore_errors"] == nil { task["ignore_errors"] = true }
                    }
                    tasks.append(.dict(task))
                }
                forks.append(item.isForked)
                blocks.append(["block": .list(tasks), "vars": ["d": .string("{{ tree }}/\(item.name)")]])
            }
        }
        let names = registered.values.flatMap { $0 }.sorted()
        let dictionary = names.map { "'\($0)': \($0)" }.joined(separator: ", ")
        blocks.append([
            "copy": ["dest": "{{ tree }}/../results.json", "content": .string("{{ {\(dictionary)} | to_json }}")],
            "name": "results",
        ])
    }

    func names(of item: AnsibleTaskCases.Case) -> [String] { Array(Set(registered[item.name] ?? [])).sorted() }

    func text(of name: String) -> String { texts[name] ?? "" }

    private static let variables = AnsibleTaskCases.variables

    /// Whether the catalogue takes a task; one that it does not is as good as one that ends differently.
    private func isRead(_ task: SourceTree) -> Bool {
        var problems = CatalogProblems()
        _ = TaskReader(material: material).tasks(SourceTree(.list([task]), at: task.location), "a case", &problems)
        for problem in problems.problems { Issue.record("\(problem)") }
        return problems.problems.isEmpty
    }

    private static func material(_ written: [String: [String: String]]) throws -> TaskMaterial {
        var material = TaskMaterial()
        material.templates = written["templates"] ?? [:]
        material.files = (written["files"] ?? [:]).mapValues { Array($0.utf8) }
        for (name, text) in written["tasks"] ?? [:] {
            material.taskLists[name] = try YAMLReader.read(Array(text.utf8), file: "tasks/\(name)")
        }
        for (name, text) in written["vars"] ?? [:] {
            material.variables[name] = try YAMLReader.read(Array(text.utf8), file: "vars/\(name)")
        }
        return material
    }

    /// The playbook, and what it refers to, as Ansible finds it.
    func write(to folder: String, isQuick: Bool) throws {
        let plays = blocks.enumerated().map { index, block -> Value in
            let isForked = !isQuick || forks.indices.contains(index) && forks[index]
            return [
                "hosts": "all", "gather_facts": false, "vars": Self.variables, "tasks": [block],
                "strategy": .string(isForked ? "linear" : "mitogen_linear"),
            ]
        }
        let play = Value.list(plays)
        try Data(play.json().utf8).write(to: URL(filePath: folder + "/play.json"))
        for (kind, texts) in written {
            let place = kind == "tasks" ? folder : "\(folder)/\(kind)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            for (name, text) in texts { try Data(text.utf8).write(to: URL(filePath: "\(place)/\(name)")) }
        }
    }

    func run(on side: Side, state: String) async -> InstructionReport.Outcome {
        do {
            let list = try YAMLReader.read(Array(Value.list(blocks).json().utf8), file: "cases.yaml")
            var problems = CatalogProblems()
            let items = TaskReader(material: material).tasks(list, "the cases", &problems)
            guard problems.problems.isEmpty else { throw problems }
            var variables = Self.variables.asDict ?? [:]
            variables["tree"] = .string(side.tree)
            variables["inventory_hostname"] = "localhost"
            let unheard: @Sendable (StepEvent) -> Void = { _ in }
            let runner = BundleRunner(stateFolder: state, root: "/", events: unheard) { _ in GateAnswer(open: true) }
            let step = BundleStep(number: 1, service: "web", work: .tasks(items))
            return await runner.run(bundle("cases", [step], variables: .dict(variables)))
        } catch {
            return .failed(InstructionReport.Failure(reason: "\(error)"))
        }
    }
}

/// Two registered results: of the keys that both have, all must be equal, but for what differs from run to run.
private enum Comparison {
    private static let volatile: Set<String> = [
        "after_header", "ansible_facts", "ansible_included_var_files", "atime", "backup", "backup_file", "ctime",
        "delta", "dev",
        "end", "gid", "group", "inode", "invocation", "mtime", "owner", "start", "uid", "warnings",
    ]

    /// What Ansible says of its own work and nobody asks for.
    private static let unsaid: Set<String> = [
        // Its own temporary files, Python's errors, and warnings of its own.
        "deprecations", "dest", "exception", "failed_when_suppressed_exception", "md5sum", "module_stderr",
        "module_stdout",
        "src",
        // Of `stat`: what lsattr and file(1) say.
        "attr_flags", "attributes", "charset", "mimetype", "version",
        // Arguments that are told again, and what is empty where no difference was asked for.
        "comment", "diff", "follow", "key_options", "manage_dir", "validate_certs",
        "checksum_dest", "checksum_src", "elapsed", "extract_results", "match_groupdict", "match_groups", "validation",
        // What a file is like after a change, where ours does not look again, and what was not printed.
        "after", "before", "echo", "gr_name", "mode", "msg", "path", "path_content", "port", "pw_name", "search_regex",
        "size", "state", "stderr", "stderr_lines", "stdout", "stdout_lines", "stop", "user_input",
    ]

    static func differences(_ ours: Value, _ theirs: Value, at place: String) -> [String] {
        switch (ours, theirs) {
        case (.dict(let left), .dict(let right)):
            let failed = left["failed"]?.isTruthy == true
            let isDone = right["failed"]?.isTruthy != true && right["skipped"]?.isTruthy != true
            let missing = right.keys.filter {
                isDone && left[$0] == nil && !volatile.contains($0) && !unsaid.contains($0)
            }
            return missing.map { "\(place).\($0): not ours, Ansible's \((right[$0] ?? .none).json())" }
                + left.keys.filter { right[$0] != nil && !volatile.contains($0) }.flatMap { key -> [String] in
                    // Why it failed is said in each one's own words.
                    if key == "msg", failed || right["failed"]?.isTruthy == true { return [] }
                    return differences(left[key] ?? .none, right[key] ?? .none, at: "\(place).\(key)")
                }
        case (.list(let left), .list(let right)) where left.count == right.count:
            // What `find` found comes as the file system has it.
            let isFound = place.hasSuffix(".files") && left.first?["path"] != nil
            func ordered(_ items: [Value]) -> [Value] {
                isFound ? items.sorted { ($0["path"]?.description ?? "") < ($1["path"]?.description ?? "") } : items
            }
            let (left, right) = (ordered(left), ordered(right))
            return zip(left, right).enumerated().flatMap { differences($1.0, $1.1, at: "\(place)[\($0)]") }
        case (.string(let left), .string(let right)) where place.hasSuffix(".dest") || place.hasSuffix(".path"):
            // A slash at the end of a place is kept by some of Ansible's modules.
            func plain(_ path: String) -> Substring { path.hasSuffix("/") ? path.dropLast() : path[...] }
            return plain(left) == plain(right) ? [] : ["\(place): ours \(left), Ansible's \(right)"]
        default:
            return ours == theirs ? [] : ["\(place): ours \(ours.json()), Ansible's \(theirs.json())"]
        }
    }
}

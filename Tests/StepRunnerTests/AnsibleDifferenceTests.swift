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
        let cases = AnsibleTaskCases.all.filter { item in item.collection.map(oracle.collections.contains) ?? true }
        let top = FileManager.default.temporaryDirectory.path + "/ansible-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: top) }
        try FileManager.default.createDirectory(atPath: top, withIntermediateDirectories: true)
        let play = try Play(cases)

        // The two names are of one length, so that the sizes of links are equal.
        let theirs = try Side(top + "/them", cases)
        try play.write(to: top)
        let failure = oracle.play(top + "/play.json", variables: "tree=\(theirs.tree)", in: top)
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
            #expect(try ours.listing(of: item.name) == theirs.listing(of: item.name), "\(item.name)")
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
        return try Value(json: text.replacingOccurrences(of: tree, with: "TREE")).asDict ?? [:]
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
    private var registered: [String: [String]] = [:]
    private var texts: [String: String] = [:]

    init(_ cases: [AnsibleTaskCases.Case]) throws {
        for item in cases {
            let tree = try YAMLReader.read(Array(item.tasks.utf8), file: "cases/\(item.name).yaml")
            for pass in 1...item.passes {
                var tasks: [Value] = []
                for (index, task) in (tree.value.asList ?? []).enumerated() {
                    var task = task.asDict ?? [:]
                    texts["r_\(item.name)_\(pass)_\(index)"] = Value.dict(task).json()
                    if task["block"] == nil, task["include_tasks"] == nil,
                        task["import_tasks"] == nil
                    {
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

    /// The playbook, and what it refers to, as Ansible finds it.
    func write(to folder: String) throws {
        let play: Value = [
            ["hosts": "all", "gather_facts": false, "vars": Self.variables, "tasks": .list(blocks)]
        ]
        try Data(play.json().utf8).write(to: URL(filePath: folder + "/play.json"))
        for (kind, texts) in AnsibleTaskCases.material {
            let place = kind == "tasks" ? folder : "\(folder)/\(kind)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            for (name, text) in texts { try Data(text.utf8).write(to: URL(filePath: "\(place)/\(name)")) }
        }
    }

    func run(on side: Side, state: String) async -> InstructionReport.Outcome {
        do {
            var material = TaskMaterial()
            material.templates = AnsibleTaskCases.material["templates"] ?? [:]
            material.files = (AnsibleTaskCases.material["files"] ?? [:]).mapValues { Array($0.utf8) }
            for (name, text) in AnsibleTaskCases.material["tasks"] ?? [:] {
                material.taskLists[name] = try YAMLReader.read(Array(text.utf8), file: "tasks/\(name)")
            }
            for (name, text) in AnsibleTaskCases.material["vars"] ?? [:] {
                material.variables[name] = try YAMLReader.read(Array(text.utf8), file: "vars/\(name)")
            }
            let list = try YAMLReader.read(Array(Value.list(blocks).json().utf8), file: "cases.yaml")
            var problems = CatalogProblems()
            let items = TaskReader(material: material).tasks(list, "the cases", &problems)
            guard problems.problems.isEmpty else { throw problems }
            var variables = Self.variables.asDict ?? [:]
            variables["tree"] = .string(side.tree)
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
        "ansible_facts", "ansible_included_var_files", "atime", "backup", "backup_file", "ctime", "delta", "dev",
        "end", "gid", "group", "inode", "invocation", "mtime", "owner", "start", "uid", "warnings",
    ]

    static func differences(_ ours: Value, _ theirs: Value, at place: String) -> [String] {
        switch (ours, theirs) {
        case (.dict(let left), .dict(let right)):
            let failed = left["failed"]?.isTruthy == true
            return left.keys.filter { right[$0] != nil && !volatile.contains($0) }.flatMap { key -> [String] in
                // Why it failed is said in each one's own words.
                if key == "msg", failed || right["failed"]?.isTruthy == true { return [] }
                return differences(left[key] ?? .none, right[key] ?? .none, at: "\(place).\(key)")
            }
        case (.list(let left), .list(let right)) where left.count == right.count:
            return zip(left, right).enumerated().flatMap { differences($1.0, $1.1, at: "\(place)[\($0)]") }
        default:
            return ours == theirs ? [] : ["\(place): ours \(ours.json()), Ansible's \(theirs.json())"]
        }
    }
}

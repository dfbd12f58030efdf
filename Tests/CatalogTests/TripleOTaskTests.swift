import AgentAPI
import FoundationEssentials
import Jinja
import TestSupport
import Testing
import YAML

@testable import Catalog

/// The plain Ansible lists of TripleO, as they are: each task loads or is refused by name, with file and line.
@Suite(.enabled(if: Fixture.assets != nil, "there are no assets beside the checkout"))
struct TripleOTaskTests {
    private static let folder = Fixture.assets.map { $0 + "/tripleo" }
    private static let golden = Fixture.checkout + "/Tests/CatalogTests/Golden/tripleo-tasks.md"

    /// A list and what to call it.
    private struct TaskList {
        var release: String
        var what: String
        var tree: SourceTree
    }

    @Test func everyTaskLoadsOrIsRefusedByNameAndPlace() throws {
        let census = try Self.census(of: Self.lists())
        #expect(census.nowhere == 0)
        let refused = census.refused + census.refusedLists
        #expect(!refused.isEmpty && refused.allSatisfy { $0.location.line > 0 && $0.location.file.contains("/") })
        #expect(census.reasons.values.reduce(0, +) == census.all.tasks - census.all.loaded)
        let report = census.report
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try Data(report.utf8).write(to: URL(filePath: Self.golden))
        }
        let kept = try String(decoding: Data(contentsOf: URL(filePath: Self.golden)), as: UTF8.self)
        #expect(report == kept, "UPDATE_GOLDEN=1 writes it anew")
    }

    /// The table of the README is made here, so it cannot say what is not so.
    @Test func theReadmeSaysHowManyTasksRunNatively() throws {
        let lists = try Self.lists()
        var table = "| release | tasks | run natively | refused, with file and line |\n| --- | --- | --- | --- |\n"
        for release in Set(lists.map(\.release)).sorted() {
            table += try Self.census(of: lists) { $0.release == release }.row(release.capitalized) + "\n"
        }
        let both = try Self.census(of: lists).counts
        table += "\n| both releases | tasks; 'of' where not all of them run natively |\n| --- | --- |\n\(both)\n"
        let path = URL(filePath: Fixture.checkout + "/README.md")
        let readme = try String(decoding: Data(contentsOf: path), as: UTF8.self)
        let isThere = readme.contains(table)
        #expect(isThere, "the README's table should be\n\(table)")
    }

    /// In a whole tripleo-heat-templates, unpacked at `$RACKWRIGHT_THT/ocata` and `/pike`, the counts are known.
    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["RACKWRIGHT_THT"] != nil, "RACKWRIGHT_THT is not set"),
        arguments: [("ocata", 194, 14), ("pike", 609, 16)]
    )
    func allUpgradeTasksOfARelease(release: String, tasks: Int, modules: Int) throws {
        let top = try #require(ProcessInfo.processInfo.environment["RACKWRIGHT_THT"]) + "/" + release
        let paths = try FileManager.default.subpathsOfDirectory(atPath: top).sorted()
        var lists: [TaskList] = []
        for path in paths where path.contains("/services/") && path.hasSuffix(".yaml") {
            let octets = try [UInt8](Data(contentsOf: URL(filePath: "\(top)/\(path)")))
            guard let tree = try? YAMLReader.read(octets, file: path) else { continue }
            lists += Self.lists(in: tree, path, release).filter { $0.what.hasPrefix("upgrade_tasks") }
        }
        let census = try Self.census(of: lists)
        print(census.report)
        #expect(census.all.tasks == tasks)
        let names = census.modules.keys.filter { $0 != "none" }.sorted()
        #expect(names.count == modules, "\(names)")
        for problem in census.refused {
            // TripleO shipped a task without a module: in Pike's docker/services/pacemaker/haproxy.yaml.
            let isKnown = problem.message.contains("Heat's function") || problem.message.hasSuffix("names no module")
            #expect(isKnown, "\(problem)")
        }
    }

    // MARK: Lists

    /// `upgrade-tasks` whole, and every `…_tasks` of `services`.
    private static func lists() throws -> [TaskList] {
        let folder = try #require(folder)
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
        var lists: [TaskList] = []
        for path in paths where path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
            let parts = path.split(separator: "/").map(String.init)
            guard parts.count == 3, ["upgrade-tasks", "services"].contains(parts[0]) else { continue }
            let octets = try Fixture.octets(ofAsset: "tripleo/" + path)
            if parts[0] == "services" {
                let tree = try YAMLReader.read(octets, file: path)
                lists += Self.lists(in: tree, path, parts[1])
            } else {
                let name = pathOfOld(parts[2])
                let tree = try YAMLReader.read(octets, file: "tasks/" + name)
                // A template of Heat's lies among them.
                if case .list = tree.content { lists.append(TaskList(release: parts[1], what: name, tree: tree)) }
            }
        }
        return lists
    }

    /// `upgrade/convert_ceph_params.yaml` of `upgrade__convert_ceph_params.yaml`, as it lay in its repository.
    private static func pathOfOld(_ name: String) -> String {
        guard let range = name.firstRange(of: "__") else { return name }
        return name[..<range.lowerBound] + "/" + name[range.upperBound...]
    }

    private static func lists(in tree: SourceTree, _ path: String, _ release: String) -> [TaskList] {
        switch tree.content {
        case .scalar: return []
        case .list(let items): return items.flatMap { lists(in: $0, path, release) }
        case .map(let entries):
            return entries.flatMap { entry -> [TaskList] in
                guard let key = entry.key.text else { return [] }
                guard key.hasSuffix("_tasks"), key != "docker_puppet_tasks" else {
                    return lists(in: entry.value, path, release)
                }
                return parts(of: entry.value).map {
                    TaskList(release: release, what: "\(key) of \(path)", tree: $0)
                }
            }
        }
    }

    /// A list that Heat puts together of others is read in its parts.
    private static func parts(of tree: SourceTree) -> [SourceTree] {
        guard case .map(let entries) = tree.content, entries.count == 1, entries[0].key.text == "list_concat",
            case .list(let parts) = entries[0].value.content
        else { return [tree] }
        return parts.filter { $0.content != .scalar("", plain: true) }
    }

    // MARK: What the lists refer to

    /// Templates and files lie elsewhere in their repositories: those with plain names are taken to be there.
    private static func census(of lists: [TaskList], where isWanted: (TaskList) -> Bool = { _ in true }) throws
        -> TaskCensus
    {
        var material = TaskMaterial()
        for list in lists {
            if list.tree.location.file.hasPrefix("tasks/") { material.taskLists[list.what] = list.tree }
            for (module, name) in sources(in: list.tree) where !name.hasBraces {
                if module == "template" { material.templates[name] = "" } else { material.files[name] = [] }
            }
        }
        var census = TaskCensus(material)
        for list in lists where isWanted(list) { census.read(list.tree, list.what) }
        return census
    }

    private static func sources(in tree: SourceTree) -> [(module: String, name: String)] {
        switch tree.content {
        case .scalar: return []
        case .list(let items): return items.flatMap(sources)
        case .map(let entries):
            return entries.flatMap { entry -> [(module: String, name: String)] in
                guard let key = entry.key.text else { return [] }
                guard key == "template" || key == "copy", let name = entry.value.value["src"]?.asString else {
                    return sources(in: entry.value)
                }
                return [(key, name)]
            }
        }
    }
}

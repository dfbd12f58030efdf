import AgentAPI
import Jinja
import YAML

@testable import Catalog

/// Reads each task of many lists on its own and counts, by module and by keyword, what loads and what is refused.
struct TaskCensus {
    struct Count: Hashable {
        var tasks = 0
        var loaded = 0
    }

    private(set) var modules: [String: Count] = [:]
    private(set) var keywords: [String: Count] = [:]
    private(set) var all = Count()
    /// Why tasks do not load, in a few words, and how many: each task for what stands first in it.
    private(set) var reasons: [String: Int] = [:]
    /// Lists that only Heat can make, or that are no lists.
    private(set) var refusedLists: [CatalogProblem] = []
    private(set) var refused: [CatalogProblem] = []
    /// Tasks that were refused without a place: there must be none.
    private(set) var nowhere = 0
    private let material: TaskMaterial

    init(_ material: TaskMaterial) {
        self.material = material
    }

    mutating func read(_ list: SourceTree, _ what: String) {
        guard case .list(let items) = list.content else {
            var problems = CatalogProblems()
            _ = TaskReader(material: material).tasks(list, what, &problems)
            refusedLists += problems.problems
            return
        }
        for item in items { read(task: item, what) }
    }

    private mutating func read(task: SourceTree, _ what: String) {
        guard case .map(var entries) = task.content else { return }
        var isBlock = false
        for index in entries.indices {
            guard let key = entries[index].key.text, ["block", "rescue", "always"].contains(key) else { continue }
            isBlock = true
            if case .list(let inner) = entries[index].value.content {
                for item in inner { read(task: item, what) }
            }
            // What is in a block is read for itself.
            entries[index].value.content = .list([])
        }
        var problems = CatalogProblems()
        let alone = SourceTree(.list([SourceTree(.map(entries), at: task.location)]), at: task.location)
        let reader = TaskReader(material: material, including: [])
        let found = reader.tasks(alone, what, &problems)
        let inside = problems.problems.filter { $0.location.file == task.location.file }
        let loads = inside.isEmpty && found.count == 1
        if !loads {
            refused += inside
            if inside.isEmpty { nowhere += 1 }
        }
        let keys = Set(entries.compactMap(\.key.text))
        for key in keys where TaskKeywords.isKeyword(key) && key != "name" {
            keywords[key, default: Count()].note(loads)
        }
        guard !isBlock else { return }
        all.note(loads)
        if !loads { reasons[Self.reason(of: inside.first), default: 0] += 1 }
        let names = keys.filter { !TaskKeywords.isKeyword($0) }.sorted()
        modules[names.first ?? "none", default: Count()].note(loads)
    }

    private static func reason(of problem: CatalogProblem?) -> String {
        guard let message = problem?.message else { return "for no reason" }
        let words = [
            ("Heat's function", "hold a function that only Heat works out"),
            ("is not in tasks/", "include a list that is not there"),
            ("'poll: 0'", "go on unseen (`poll: 0`)"),
        ]
        return words.first { message.contains($0.0) }?.1 ?? message
    }

    /// A row of the README's table for one release.
    func row(_ release: String) -> String {
        let why = reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($1) \($0)" }
        return "| \(release) | \(all.tasks) | \(all.loaded) | \(why.joined(separator: ", ")) |"
    }

    /// The README's rows for modules and keywords.
    var counts: String {
        func list(_ counts: [String: Count]) -> String {
            counts.sorted { ($1.value.tasks, $0.key) < ($0.value.tasks, $1.key) }.map { name, count in
                "`\(name)` \(count.loaded == count.tasks ? "\(count.tasks)" : "\(count.loaded) of \(count.tasks)")"
            }.joined(separator: ", ")
        }
        return """
            | \(modules.count) modules | \(list(modules)) |
            | \(keywords.count) keywords | \(list(keywords)) |
            """
    }

    /// All that is refused and why.
    var report: String {
        func lines(_ problems: [CatalogProblem]) -> String {
            CatalogProblems(problems).sorted().problems.map { "* \($0)\n" }.joined()
        }
        return """
            Refused, as tasks:

            \(lines(refused))
            Refused, as lists:

            \(lines(refusedLists))
            """
    }
}

extension TaskCensus.Count {
    fileprivate mutating func note(_ loads: Bool) {
        tasks += 1
        if loads { loaded += 1 }
    }
}

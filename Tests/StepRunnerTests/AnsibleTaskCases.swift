import Catalog
import Foundation
import Jinja
import OrderedCollections
import TestSupport
import Testing
import YAML

/// Task lists for both, as `AnsibleCases/` has them; `d` is the case's folder.
enum AnsibleTaskCases {
    struct Case: Sendable {
        struct File: Sendable {
            var text: String
            var mode: Int
        }

        var name: String
        /// The collection its modules are from, when ansible-core does not have them.
        var collection: String?
        var files: [String: File] = [:]
        /// How often the list is gone through; the second time shows whether it says that nothing changes.
        var passes: Int
        /// Not for mitogen, which runs scripts on a terminal of its own.
        var isForked: Bool
        var tasks: [SourceTree]
        /// Tasks that listen.
        var handlers: [SourceTree] = []

        init(_ tree: SourceTree) throws {
            let fields = tree.value
            name = try #require(fields["name"]?.asString)
            collection = fields["collection"]?.asString
            for (path, file) in fields["files"]?.asDict ?? [:] {
                let mode = file["mode"]?.asString.flatMap { Int($0, radix: 8) }
                files[path] = File(text: (file["text"] ?? file).description, mode: mode ?? 0o644)
            }
            passes = fields["passes"]?.asInt ?? 2
            isForked = fields["isForked"]?.asBool ?? false
            guard case .list(let items)? = tree["tasks"]?.content else { throw Unreadable(name: name) }
            tasks = items
            if case .list(let items)? = tree["handlers"]?.content { handlers = items }
        }
    }

    struct Unreadable: Error { var name: String }

    /// All cases, or those that `RACKWRIGHT_ANSIBLE_CASES` names.
    static func all() throws -> [Case] {
        let wanted = ProcessInfo.processInfo.environment["RACKWRIGHT_ANSIBLE_CASES"]?.split(separator: ",").map(
            String.init
        )
        return try ["files", "edits", "node", "run", "control", "keywords", "tries", "tags", "filters"].flatMap {
            file -> [Case] in
            guard case .list(let items) = try tree(of: file).content else { return [] }
            return try items.map(Case.init)
        }.filter { wanted?.contains($0.name) ?? true }
    }

    static let variables: Value = [
        "colour": "blue", "port": 8080, "hosts": ["a", "b", "c"], "flag": true, "empty": "",
        "people": ["ann": ["age": 3], "bob": ["age": 5]],
        "groups_of": [["name": "x", "of": ["1", "2"]], ["name": "y", "of": ["3"]]],
    ]

    /// Templates, files, task lists and variables by their folders and names.
    static func material() throws -> [String: [String: String]] {
        var material: [String: [String: String]] = [:]
        for (kind, texts) in try tree(of: "material").value.asDict ?? [:] {
            for (name, text) in texts.asDict ?? [:] { material[kind, default: [:]][name] = text.description }
        }
        return material
    }

    private static func tree(of file: String) throws -> SourceTree {
        let path = "Tests/StepRunnerTests/AnsibleCases/\(file).yaml"
        let octets = try Data(contentsOf: URL(filePath: Fixture.checkout + "/" + path))
        return try YAMLReader.read([UInt8](octets), file: path)
    }
}

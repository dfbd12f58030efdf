import AgentAPI
import Foundation
import Jinja
import OrderedCollections
import Testing

@testable import StepRunner

/// The same task lists, by ansible-core and by the agent, on two copies of a tree: equal trees, equal results.
///
/// `RACKWRIGHT_ANSIBLE_KEEP` names a folder in which trees and results are kept, to be looked at.
@Suite(.enabled(if: AnsibleOracle.shared != nil, "there is no ansible-core, and the package index was not reached"))
struct AnsibleDifferenceTests {
    @Test func everyCaseEndsAsAnsibleEndsIt() async throws {
        let oracle = try #require(AnsibleOracle.shared)
        let cases = try AnsibleTaskCases.all().filter { item in
            item.collection.map(oracle.collections.contains) ?? true
        }
        let kept = ProcessInfo.processInfo.environment["RACKWRIGHT_ANSIBLE_KEEP"]
        let top = (kept ?? FileManager.default.temporaryDirectory.path) + "/ansible-\(UUID().uuidString)"
        defer { if kept == nil { try? FileManager.default.removeItem(atPath: top) } }
        try FileManager.default.createDirectory(atPath: top, withIntermediateDirectories: true)
        let play = try AnsiblePlay(cases, AnsibleTaskCases.material())

        // The two names are of one length, so that the sizes of links are equal.
        let theirs = try AnsibleSide(top + "/them", cases)
        try play.write(to: top, isQuick: oracle.strategies != nil)
        let failure = try oracle.play(top + "/play.json", variables: "tree=\(theirs.tree)", in: top)
        try #require(failure == nil, "\(failure ?? "")")

        let ours = try AnsibleSide(top + "/ours", cases)
        let outcome = await play.run(on: ours, state: top + "/state")
        try #require(outcome.failure == nil, "\(outcome.failure?.reason ?? "")")

        let (left, right) = (try ours.results(), try theirs.results())
        for item in cases {
            for name in play.names(of: item) {
                guard let our = left[name], let their = right[name], let module = play.modules[name] else {
                    Issue.record("\(name) has no result")
                    continue
                }
                for difference in AnsibleComparison(module: module).differences(our, their) {
                    Issue.record("\(name)\(difference)\n\(play.text(of: name))")
                }
            }
            let (our, their) = (try ours.listing(of: item.name), try theirs.listing(of: item.name))
            for path in Set(our.keys).union(their.keys).sorted() where our[path] != their[path] {
                // Two copies that Ansible keeps within a second are one.
                if their[path] == nil, our[path] == AnsibleSide.kept { continue }
                let (left, right) = (our[path] ?? "nothing", their[path] ?? "nothing")
                Issue.record("\(item.name)/\(path): ours \(left.debugDescription), Ansible's \(right.debugDescription)")
            }
        }
    }
}

/// A tree that one of the two works on.
struct AnsibleSide {
    /// What is said of a copy of what was replaced.
    static let kept = "kept"
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

    /// Everything in a case's folder. How copies of what was replaced are called is each one's own affair: they are known
    /// by what is in them.
    func listing(of name: String) throws -> [String: String] {
        let files = NodeFiles(root: "")
        var found: [String: String] = [:]
        func walk(_ path: String, _ short: String) throws {
            for name in try files.names(in: path) {
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
                    let what = "\(octalText(status.mode)) \(text)"
                    guard name.hasSuffix("~") else {
                        found[short + name] = what
                        continue
                    }
                    let plain = name.prefix { $0 != "." }
                    found["\(short)\(plain)~ \(what)"] = Self.kept
                }
            }
        }
        try walk("\(tree)/\(name)", "")
        return found
    }
}

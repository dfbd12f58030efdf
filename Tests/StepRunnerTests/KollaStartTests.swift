import AgentAPI
import Catalog
import Foundation
import Jinja
import OrderedCollections
import TestSupport
import Testing
import YAML

@testable import StepRunner

/// The script that an image without `kolla_start` gets, against Kolla's own program: the same `config.json` leaves equal
/// trees of files behind.
@Suite(.enabled(if: KollaOracle.shared != nil, "there is no package kolla, and the package index was not reached"))
struct KollaStartTests {
    private static let sources = [
        "etc/*", "etc/a", "etc", "etc/sub", "etc/s*", "etc/.hidden", "etc/with space", "etc/[ab]",
    ]
    private static let places = ["x", "x/", "", "deep/er/", "deep/er/file", "sub", "a", "with space/y"]

    /// One file of `config.json`'s `config_files`; `$S` and `$D` stand for the folders.
    private static func entry(_ random: inout SeededGenerator) -> [String: Any] {
        var entry: [String: Any] = [:]
        let isThere = Int.random(in: 0..<8, using: &random) > 0
        entry["source"] = "$S/" + (isThere ? sources.randomElement(using: &random) ?? "etc" : "none*")
        // Which of several that go to one place comes last is for Python's glob alone to say.
        let isSeveral = (entry["source"] as? String)?.contains { "*[".contains($0) } == true
        entry["dest"] =
            "$D/"
            + (places.filter { !isSeveral || $0.isEmpty || $0.hasSuffix("/") }.randomElement(using: &random) ?? "")
        entry["optional"] = !isThere && Int.random(in: 0..<4, using: &random) > 0
        if Bool.random(using: &random) { entry["merge"] = true }
        // Without merging, the folder itself would be deleted.
        if entry["dest"] as? String == "$D/" { entry["merge"] = true }
        if Int.random(in: 0..<3, using: &random) == 0 {
            entry["preserve_properties"] = true
        } else {
            entry["owner"] = ["root", "daemon:daemon", "bin:", "root:daemon"].randomElement(using: &random)
            entry["perm"] = ["0600", "640", "0755", "0444", "0200"].randomElement(using: &random)
        }
        return entry
    }

    private static func permission(_ random: inout SeededGenerator) -> [String: Any] {
        var entry: [String: Any] = [:]
        entry["path"] = "$D/" + (["x", "*", "sub", "none", "x/*"].randomElement(using: &random) ?? "x")
        let owners = ["root:root", "daemon", "bin:daemon", "bin:", "daemon:bin"]
        let isKnown = Int.random(in: 0..<12, using: &random) > 0
        entry["owner"] = (isKnown ? owners : ["nobody-here", "root:nobody-here"]).randomElement(using: &random)
        if Bool.random(using: &random) { entry["perm"] = ["0640", "0700", "644"].randomElement(using: &random) }
        if Bool.random(using: &random) { entry["recurse"] = true }
        if Int.random(in: 0..<3, using: &random) == 0 { entry["exclude"] = ["a$", "[.]hidden|s[u]b"] }
        return entry
    }

    /// An entry of `directories` or `files`.
    private static func made(_ random: inout SeededGenerator) -> [String: Any] {
        var entry = permission(&random)
        entry["path"] =
            "$D/" + (["new", "x/new", "sub", "sub/new", "a", "link"].randomElement(using: &random) ?? "new")
        entry["perm"] = entry["perm"] ?? "0750"
        return entry
    }

    private static func tree(_ folder: String) -> String {
        let lines = """
            cd '\(folder)' && find . -printf '%P|%y|%m|%u:%g|%l\\n' | sort && find . -type f -exec sha256sum {} + | sort
            """
        let result = try? ProcessExecutor().run(Command(arguments: ["sh", "-c", lines]), until: nil)
        return result?.outputText ?? "it cannot be listed"
    }

    private static func prepare(_ folder: String) throws {
        let lines = """
            set -e
            rm -rf '\(folder)'; mkdir -p '\(folder)/S/etc/sub/below' '\(folder)/D/sub' && cd '\(folder)'
            for name in a b .hidden 'with space' sub/c sub/below/d; do printf '%s' "$name" > "S/etc/$name"; done
            chmod 4711 S/etc/a; chmod 0640 S/etc/b; chown daemon:bin S/etc/sub/c; chmod 0750 S/etc/sub; ln -s b S/etc/s-link
            printf old > D/a; printf old > D/sub/old; ln -s sub D/link; chmod 0700 D/sub
            """
        let result = try ProcessExecutor().run(Command(arguments: ["sh", "-c", lines]), until: nil)
        #expect(result.status == 0, "\(result.errorText)")
    }

    /// What the catalogue makes of a contract: `config.json` and the script.
    private static func files(_ kolla: String) throws -> (config: String, script: String) {
        let text = "{name: s, parameters: {name: {}}, containers: {c: {image: i, kolla: \(kolla)}}}"
        let tree = try YAMLReader.read(Array(text.utf8), file: "services/s.yaml")
        let catalog = try Catalog(files: [Catalog.File(path: "services/s.yaml", tree: tree)], templates: [:])
        let service = try #require(catalog.services["s"])
        func rendered(_ ending: String) throws -> String {
            let file = try #require(service.config.first { $0.path.hasSuffix(ending) })
            return try Template(file.template, name: file.path).render(["name": "it's \"here\""])
        }
        return (try rendered("config.json"), try rendered("kolla_start"))
    }

    @Test(arguments: 0..<150 as Range<UInt64>)
    func theScriptLeavesWhatKollaLeaves(seed: UInt64) throws {
        let oracle = try #require(KollaOracle.shared)
        var random = SeededGenerator(seed: seed)
        var contract: [String: Any] = ["command": "true", "start": "mounted"]
        contract["config_files"] = (0..<Int.random(in: 1...4, using: &random)).map { _ in Self.entry(&random) }
        contract["permissions"] = (0..<Int.random(in: 0...2, using: &random)).map { _ in Self.permission(&random) }
        for key in ["directories", "files"] where Int.random(in: 0..<3, using: &random) == 0 {
            contract[key] = [Self.made(&random)]
        }
        let json = String(
            decoding: try JSONSerialization.data(withJSONObject: contract, options: .sortedKeys),
            as: UTF8.self
        )
        let written = json.replacing("\\/", with: "/")
        let top = FileManager.default.temporaryDirectory.path + "/kolla-\(seed)-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: top) }
        var found: [String: (status: Bool, tree: String)] = [:]
        for (name, shell) in [("kolla", []), ("sh", ["sh"]), ("busybox", ["busybox", "sh"])] {
            let folder = "\(top)/\(name)"
            try Self.prepare(folder)
            let placed = written.replacing("$S", with: folder + "/S").replacing("$D", with: folder + "/D")
            let files = try Self.files(placed)
            try files.config.write(toFile: folder + "/config.json", atomically: false, encoding: .utf8)
            try files.script.write(toFile: folder + "/start", atomically: false, encoding: .utf8)
            let status: Int
            if shell.isEmpty {
                status = try oracle.apply(folder + "/config.json")
            } else {
                let command = Command(arguments: shell + [folder + "/start"], timeout: 60)
                status = try ProcessExecutor().run(command, until: nil).status
            }
            found[name] = (status == 0, Self.tree(folder + "/D").replacing(folder, with: ""))
        }
        for name in ["sh", "busybox"] {
            #expect(found[name]?.status == found["kolla"]?.status, "seed \(seed), \(name): \(written)")
            // What is left after half of it is nobody's promise.
            guard found["kolla"]?.status == true else { continue }
            #expect(found[name]?.tree == found["kolla"]?.tree, "seed \(seed), \(name): \(written)")
        }
    }

    @Test func aContractWithTemplatesIsOneForKolla() throws {
        let files = try Self.files(
            """
            {start: mounted, command: "serve --name {{ name }}", config_files: [{source: /a, dest: "/b/{{ name }}", owner: root, perm: "0600"}]}
            """
        )
        let config = try Value(json: files.config)
        #expect(config["command"] == "serve --name it's \"here\"")
        #expect(config["config_files"]?.asList?.first?["dest"] == "/b/it's \"here\"")
        let result = try ProcessExecutor().run(Command(arguments: ["sh", "-n", "-c", files.script]), until: nil)
        #expect(result.status == 0, "\(result.errorText)")
    }

    @Test func aTaskPutsFilesOnTheNodeItself() async throws {
        let bench = try Bench()
        try bench.put("x = 1\n", at: "/etc/source.conf")
        let root = bench.root
        try FileManager.default.createDirectory(atPath: root + "/etc/tree/a", withIntermediateDirectories: true)
        try bench.put("b\n", at: "/etc/tree/a/b")
        let text = """
            name: s
            parameters: {where: {}}
            deploy_tasks:
              - kolla_set_configs:
                  config_files:
                    - {source: \(root)/etc/*.conf, dest: "\(root)/srv/{{ where }}/", owner: root, perm: "0640"}
                    - {source: \(root)/etc/tree, dest: \(root)/merged, owner: root, perm: "0600", merge: true}
                  permissions: [{path: "\(root)/srv", owner: root, recurse: true, exclude: [conf]}]
            """
        let tree = try YAMLReader.read(Array(text.utf8), file: "services/s.yaml")
        let catalog = try Catalog(files: [Catalog.File(path: "services/s.yaml", tree: tree)], templates: [:])
        let tasks = try #require(catalog.services["s"]).deployTasks.map(\.task)
        func run() async -> String? {
            let before = bench.endings().count
            let outcome = await bench.tasks(tasks, variables: ["where": "an app"])
            #expect(outcome.failure == nil, "\(outcome)")
            return bench.endings()[before...].first
        }
        #expect(await run()?.hasSuffix(": changed") == true)
        let path = "/srv/an app/source.conf"
        #expect(bench.text(path) == "x = 1\n" && bench.mode(path) == 0o640)
        #expect(await run()?.hasSuffix(": unchanged") == true)
        try bench.put("another's\n", at: "/merged/own")
        #expect(await run()?.hasSuffix(": unchanged") == true)
        try bench.put("c\n", at: "/merged/a/b")
        #expect(await run()?.hasSuffix(": changed") == true && bench.text("/merged/a/b") == "b\n")
        #expect(bench.text("/merged/own") == "another's\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: root + path)
        #expect(await run()?.hasSuffix(": changed") == true && bench.mode(path) == 0o640)
        try bench.put("x = 2\n", at: "/etc/source.conf")
        #expect(await run()?.hasSuffix(": changed") == true && bench.text(path) == "x = 2\n")
        #expect(await run()?.hasSuffix(": unchanged") == true)
    }
}

import AgentAPI
import FoundationEssentials
import Jinja
import OrderedCollections
import Testing

@testable import StepRunner

@Suite struct RollbackTests {
    @Test func filesFoldersAndLinksComeBackAsTheyWere() async throws {
        let bench = try Bench()
        try bench.put("one\n", at: "/etc/one")
        try bench.put("two\n", at: "/etc/two")
        _ = try FileChanges(files: NodeFiles(root: bench.root)) { _ in }.makeDirectory("/etc/dir/sub")
        try bench.put("deep\n", at: "/etc/dir/sub/file")
        try FileChanges(files: NodeFiles(root: bench.root)) { _ in }.makeLink("/etc/link", to: "one")
        let before = try bench.tree()
        let items = [
            task("a", "copy", ["dest": "/etc/one", "content": "new\n", "mode": "0600"]),
            task("b", "copy", ["dest": "/etc/one", "content": "newer\n"]),
            task("c", "file", ["path": "/etc/dir", "state": "absent"]),
            task("d", "file", ["path": "/etc/made/deep", "state": "directory", "mode": "0700"]),
            task("e", "file", ["path": "/etc/link", "state": "link", "src": "two"]),
            task("f", "file", ["path": "/etc/two", "mode": "u=rw,go="]),
            task("g", "command", ["_raw_params": "sh -c 'echo it went wrong >&2; exit 3'"]),
        ]
        let outcome = await bench.run(
            bundle("r1", [BundleStep(number: 4, service: "web", work: .tasks(items))], rollsBack: true)
        )
        let failure = try #require(outcome.failure)
        #expect(failure.rolledBack)
        #expect(failure.step == 4)
        #expect(failure.service == "web")
        #expect(failure.task == "g (services/web.yaml:3:5)")
        #expect(failure.output == "it went wrong")
        #expect(failure.reason == "step 4 of web, g (services/web.yaml:3:5): non-zero return code")
        #expect(try bench.tree() == before)
        #expect(bench.events.contains { $0.subject == "/etc/one" && $0.state == .restored })
    }

    @Test func aRollbackThatFailsSaysSo() async throws {
        let bench = try Bench()
        let outcome = await bench.run(
            bundle(
                "r2",
                [BundleStep(number: 1, service: "web", work: .tasks([task("x", "fail", ["msg": "first"])]))],
                rollback: [task("y", "fail", ["msg": "second"])],
                rollsBack: true
            )
        )
        #expect(outcome.failure?.rolledBack == false)
        #expect(
            outcome.failure?.reason.contains("first; rolling back failed: y (services/web.yaml:3:5): second") == true
        )
    }

    @Test func withoutTheWishNothingIsRolledBack() async throws {
        let bench = try Bench()
        let items = [task("a", "copy", ["dest": "/etc/new", "content": "x"]), task("b", "fail", [:])]
        let outcome = await bench.tasks(items)
        #expect(outcome.failure?.rolledBack == false)
        #expect(bench.text("/etc/new") == "x")
    }
}

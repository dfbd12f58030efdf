import AgentAPI
import Jinja
import Testing

@testable import StepRunner

@Suite struct ContainerRemovalTests {
    private func bench() throws -> Bench {
        try Bench { words in
            ["podman", "systemctl", "journalctl"].contains(words[0]) ? CommandResult(status: 0) : nil
        }
    }

    private func started(_ bench: Bench) async throws {
        func step(_ service: String, _ containers: [ContainerDefinition]) -> BundleStep {
            BundleStep(number: 3, service: service, work: .containers(containers))
        }
        let steps = [
            step(
                "old",
                [
                    ContainerDefinition(name: "old-a", image: "r/a:1"),
                    ContainerDefinition(name: "old-b", image: "r/b:1"),
                    ContainerDefinition(name: "old-setup", image: "r/b:1", command: ["setup"], detach: false),
                ]
            ),
            step("web", [ContainerDefinition(name: "web", image: "r/web:1")]),
        ]
        let outcome = await bench.run(bundle("first", steps))
        #expect(outcome.failure == nil, "\(outcome)")
        try bench.put("[Service]\n", at: "/etc/systemd/system/rackwright-foreign.service")
    }

    private func removal(_ id: String, keeping: [String] = [], fails: Bool = false) -> Bundle {
        bundle(
            id,
            [
                BundleStep(number: 0, service: "old", work: .removeContainers(keeping: keeping)),
                BundleStep(number: 1, service: "web", work: .tasks(fails ? [task("bad", "fail", [:])] : [])),
            ],
            variables: ["name": "a"],
            rollsBack: true
        )
    }

    private func unit(_ name: String) -> String { "/etc/systemd/system/rackwright-\(name).service" }

    @Test func theContainersOfAServiceThatLeftAreStoppedAndNoOthers() async throws {
        let bench = try bench()
        try await started(bench)
        let before = bench.commands.lines.count
        let outcome = await bench.run(removal("second"))
        #expect(outcome.failure == nil, "\(outcome)")
        #expect(
            bench.commands.lines[before...] == [
                "systemctl disable --now rackwright-old-a.service", "systemctl daemon-reload",
                "podman rm --force --ignore old-a",
                "systemctl disable --now rackwright-old-b.service", "systemctl daemon-reload",
                "podman rm --force --ignore old-b",
                "systemctl disable --now rackwright-old-setup.service", "systemctl daemon-reload",
                "podman rm --force --ignore old-setup",
            ]
        )
        #expect(bench.text(unit("old-a")) == nil)
        #expect(bench.text(unit("web")) != nil)
        #expect(bench.text(unit("foreign")) != nil)
        #expect(bench.endings().suffix(3).first == "container old-a: changed")
        let after = bench.commands.lines.count
        _ = await bench.run(removal("third"))
        #expect(bench.commands.lines.count == after, "there is nothing left to remove")
    }

    @Test func thoseThatTheServiceKeepsAreLeft() async throws {
        let bench = try bench()
        try await started(bench)
        let outcome = await bench.run(removal("second", keeping: ["old-{{ name }}", "old-setup"]))
        #expect(outcome.failure == nil, "\(outcome)")
        #expect(bench.text(unit("old-a")) != nil)
        #expect(bench.text(unit("old-b")) == nil)
    }

    @Test func aRollbackStartsThemAgain() async throws {
        let bench = try bench()
        try await started(bench)
        let unit = unit("old-a")
        let text = bench.text(unit)
        let outcome = await bench.run(removal("second", fails: true))
        #expect(outcome.failure?.rolledBack == true, "\(outcome)")
        #expect(bench.text(unit) == text)
        let lines = bench.commands.lines
        #expect(lines.count { $0 == "systemctl restart rackwright-old-a.service" } == 2)
        #expect(lines.count { $0.contains("pull") } == 4, "the images are still there")
        #expect(lines.count { $0.hasSuffix("setup") && $0.contains("podman run") } == 1, "what runs once has run")
        let records = Containers(
            stateFolder: bench.folder + "/state",
            files: NodeFiles(root: bench.root),
            executor: bench.commands,
            clock: bench.clock
        )
        #expect(try records.records().map(\.definition.name) == ["old-a", "old-b", "old-setup", "web"])
    }

    /// The power goes at every line of the journal.
    @Test(arguments: [false, true])
    func aPowerCutAnywhereEndsInTheSame(fails: Bool) async throws {
        let whole = try bench()
        try await started(whole)
        _ = await whole.run(removal("second", fails: fails))
        let tree = try whole.tree().keys.sorted()
        var line = 1
        while line < 100 {
            let cut = line
            let bench = try bench()
            try await started(bench)
            let first = await bench.runner { $0 == cut ? .after : .none }.attempt(removal("second", fails: fails))
            if case .success = first { break }
            _ = await bench.run(removal("second", fails: fails))
            #expect(try bench.tree().keys.sorted() == tree, "line \(cut)")
            line += 1
        }
        #expect(line > 5)
    }
}

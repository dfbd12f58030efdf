import AgentAPI
import Jinja
import OrderedCollections
import Synchronization
import Testing

@testable import StepRunner

@Suite struct ContainerTests {
    private func bench(failing: @escaping @Sendable ([String]) -> Bool = { _ in false }) throws -> Bench {
        try Bench { words in
            guard ["podman", "systemctl", "journalctl"].contains(words[0]) else { return nil }
            return failing(words)
                ? CommandResult(status: 1, errors: Array("boom\n".utf8)) : CommandResult(status: 0)
        }
    }

    private func web(
        _ id: String,
        image: String = "10.77.0.1:8443/web:1",
        text: String = "a",
        key: String = "a\"b\\c`d$e%f '#\n",
        rollsBack: Bool = false,
        then: [TaskItem] = []
    ) -> Bundle {
        let container = ContainerDefinition(
            name: "web",
            image: image,
            command: ["serve", "--root", "/srv/my site", "100%"],
            environment: ["PORT": "{{ port }}", "HOME": "$X", "KEY": key],
            net: "host",
            volumes: ["/etc/web:/etc/web:ro"],
            ports: ["80:8080"],
            user: "web",
            privileged: true
        )
        let config = ConfigFile(path: "/etc/web/web.conf", template: text, templateName: "web.conf")
        return bundle(
            id,
            [
                BundleStep(number: 2, service: "web", work: .files([config])),
                BundleStep(number: 3, service: "web", work: .containers([container])),
                BundleStep(number: 4, service: "web", work: .tasks(then)),
            ],
            variables: ["port": 8080],
            rollsBack: rollsBack
        )
    }

    private let unit = "/etc/systemd/system/rackwright-web.service"
    private let environment = "/etc/systemd/system/rackwright-web.env"

    @Test func theEnvironmentFileFollowsTheContainer() async throws {
        let bench = try bench()
        _ = await bench.run(web("c1", key: "old"))
        let old = bench.text(environment)
        let outcome = await bench.run(web("c2", key: "new", rollsBack: true, then: [task("bad", "fail", [:])]))
        #expect(outcome.failure?.rolledBack == true, "\(outcome)")
        #expect(old?.contains("KEY=\"old\"") == true)
        #expect(bench.text(environment) == old)
        let bare = BundleStep(
            number: 3,
            service: "web",
            work: .containers([ContainerDefinition(name: "web", image: "r/web:1")])
        )
        _ = await bench.run(bundle("c3", [bare]))
        #expect(bench.text(environment) == nil)
        #expect(bench.text(unit)?.contains("EnvironmentFile") == false)
    }

    @Test func aOneShotGetsItsEnvironmentFromPodmans() async throws {
        let bench = try bench()
        let container = ContainerDefinition(
            name: "sync",
            image: "db:1",
            environment: ["PASSWORD": "s3cret", "PATH": "/app", "a.b": "c", "BELL": "\u{7}"],
            detach: false
        )
        let step = BundleStep(number: 3, service: "db", work: .containers([container]))
        #expect(await bench.run(bundle("o", [step])).failure == nil)
        let command = try #require(bench.commands.commands.last)
        #expect(command.environment == ["PASSWORD": "s3cret"])
        #expect(!command.arguments.contains { $0.contains("s3cret") })
        for word in ["PASSWORD", "PATH=/app", "a.b=c", "BELL=\u{7}"] {
            #expect(command.arguments.contains(word), "\(word)")
        }
    }

    @Test func aContainerGetsAUnitOfItsOwn() async throws {
        let bench = try bench()
        let outcome = await bench.run(web("c1"))
        #expect(outcome.failure == nil, "\(outcome)")
        #expect(
            bench.commands.lines == [
                "podman pull --quiet 10.77.0.1:8443/web:1", "podman ps --all --quiet --filter name=^web$",
                "systemctl daemon-reload",
                "systemctl enable rackwright-web.service", "systemctl restart rackwright-web.service",
            ]
        )
        let text = try #require(bench.text(unit))
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("ExecStart=") })
        let hash = try #require(line.split(separator: " ").first { $0.hasPrefix("rackwright.hash=") }).dropFirst(16)
        #expect(hash.count == 64)
        #expect(
            line == """
                ExecStart=/usr/bin/podman run --detach --rm --replace --cgroups=no-conmon --sdnotify=conmon --name web \
                --label rackwright.service=web --label rackwright.hash=\(hash) --network host --privileged --user web \
                --env HOME=$$X --env KEY --env PORT --volume /etc/web:/etc/web:ro --publish 80:8080 10.77.0.1:8443/web:1 \
                serve --root "/srv/my site" 100%%
                """
        )
        #expect(text.contains("\nRestart=always\n"))
        #expect(bench.mode(unit) == 0o600)
        #expect(text.contains("\nEnvironmentFile=\(environment)\nExecStart="))
        #expect(bench.text(environment) == #"KEY="a\"b\\c\`d\$e%f '#"# + "\n\"\nPORT=\"8080\"\n")
        #expect(bench.mode(environment) == 0o600)
    }

    @Test func itStartsAnewOnlyWhenItOrAFileItSeesHasChanged() async throws {
        let bench = try bench()
        _ = await bench.run(web("c1"))
        let first = bench.commands.lines.count
        _ = await bench.run(web("c2"))
        #expect(bench.commands.lines[first...] == ["systemctl is-active --quiet rackwright-web.service"])
        _ = await bench.run(web("c3", text: "b"))
        #expect(bench.commands.lines.last == "systemctl restart rackwright-web.service")
        #expect(
            bench.endings().filter { $0.hasPrefix("container") } == [
                "container web: changed", "container web: unchanged", "container web: changed",
            ]
        )
    }

    @Test func aRollbackBringsThePreviousOneBack() async throws {
        let bench = try bench()
        _ = await bench.run(web("c1"))
        let old = bench.text(unit)
        let outcome = await bench.run(
            web("c2", image: "10.77.0.1:8443/web:2", text: "b", rollsBack: true, then: [task("bad", "fail", [:])])
        )
        #expect(outcome.failure?.rolledBack == true, "\(outcome)")
        #expect(bench.text(unit) == old)
        #expect(bench.text("/etc/web/web.conf") == "a")
        #expect(bench.commands.lines.count { $0.contains("pull") } == 2, "the old image is still there")
        #expect(
            bench.events.last?.state == .restored
                || bench.events.contains { $0.state == .restored && $0.subject == "container web" }
        )
        let before = bench.commands.lines.count
        _ = await bench.run(web("c3"))
        #expect(bench.commands.lines[before...] == ["systemctl is-active --quiet rackwright-web.service"])
    }

    @Test func aRollbackRemovesWhatWasNotThere() async throws {
        let bench = try bench()
        _ = await bench.run(web("c1", rollsBack: true, then: [task("bad", "fail", [:])]))
        #expect(bench.text(unit) == nil)
        #expect(bench.text(environment) == nil)
        #expect(bench.commands.lines.last == "podman rm --force --ignore web")
    }

    @Test func aOneShotMustEndWithNought() async throws {
        let bench = try bench { $0.contains("run") }
        let container = ContainerDefinition(name: "sync", image: "db:1", command: ["sync"], detach: false)
        let step = BundleStep(number: 3, service: "db", work: .containers([container]))
        let failure = await bench.run(bundle("o", [step])).failure
        #expect(failure?.reason == "step 3 of db, container sync: the container sync ended with 1")
        #expect(failure?.output == "boom\n")
    }

    @Test func aGateIsAskedUntilItIsOpen() async throws {
        struct Away: Error {}
        let bench = try bench()
        let asked = Mutex(0)
        let steps = [
            BundleStep(number: 1, service: "web", work: .gate(services: ["db"])),
            BundleStep(number: 1, service: "web", work: .serviceDone),
        ]
        let outcome = await bench.runner(gate: { request in
            #expect(request == GateRequest(bundle: "g", index: 0))
            let count = asked.withLock { count in
                count += 1
                return count
            }
            if count == 2 { throw Away() }
            return GateAnswer(open: count == 5, waitingFor: ["db on node-1"])
        }).run(bundle("g", steps))
        #expect(outcome.failure == nil)
        #expect(bench.clock.now() == 1008)
        #expect(bench.endings() == ["gate: waiting", "gate: unchanged", "service: serviceDone"])
        #expect(bench.output(of: "gate") == nil)
        #expect(bench.events.first?.output == "waiting for db on node-1")
    }
}

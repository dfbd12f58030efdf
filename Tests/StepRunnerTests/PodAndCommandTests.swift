import AgentAPI
import Jinja
import Testing

@testable import StepRunner

/// Pods, commands in containers, and what one container asks of others.
@Suite struct PodAndCommandTests {
    private func bench(active: Bool = true) throws -> Bench {
        try Bench { words in
            guard ["podman", "systemctl", "journalctl"].contains(words[0]) else { return nil }
            if words.contains("is-failed") { return CommandResult(status: active ? 1 : 0) }
            return CommandResult(status: 0)
        }
    }

    private func step(_ containers: [ContainerDefinition]) -> BundleStep {
        BundleStep(number: 3, service: "web", work: .containers(containers))
    }

    private func unit(_ name: String) -> String { "/etc/systemd/system/rackwright-\(name).service" }

    private var pod: [ContainerDefinition] {
        var pod = ContainerDefinition(name: "shop", image: "", ports: ["80:8080"])
        pod.isPod = true
        pod.options = ["--hostname={{ host }}"]
        var member = ContainerDefinition(name: "shop-app", image: "r/app:1", command: ["serve"])
        member.pod = "shop"
        member.stopTime = 5
        return [pod, member]
    }

    @Test func aPodIsAUnitThatItsContainersNeed() async throws {
        let bench = try bench()
        let outcome = await bench.run(bundle("p", [step(pod)], variables: ["host": "shop-1"]))
        #expect(outcome.failure == nil, "\(outcome)")
        let text = try #require(bench.text(unit("shop")))
        #expect(
            text.contains(
                "\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/bin/podman pod create --replace --name shop "
            )
        )
        #expect(text.contains(" --publish 80:8080 --hostname=shop-1\n"))
        #expect(!text.contains("\nRestart="), "systemd refuses it for a unit that is done once it has run")
        #expect(text.contains("\nExecStop=/usr/bin/podman pod rm --force --ignore shop\n"))
        let member = try #require(bench.text(unit("shop-app")))
        #expect(member.contains("\nRequires=rackwright-shop.service\nAfter=rackwright-shop.service\n"))
        #expect(member.contains(" --pod shop r/app:1 serve\n"))
        #expect(member.contains("\nTimeoutStopSec=45\n") && member.contains(" --time 5 shop-app\n"))
        #expect(bench.commands.lines.filter { $0.contains(" pull ") } == ["podman pull --quiet r/app:1"])
    }

    @Test func onlyTheContainerOfAPodThatChangedStartsAnew() async throws {
        let bench = try bench()
        _ = await bench.run(bundle("p1", [step(pod)], variables: ["host": "shop-1"]))
        let before = bench.commands.lines.count
        var other = pod
        other[1].command = ["serve", "--loud"]
        _ = await bench.run(bundle("p2", [step(other)], variables: ["host": "shop-1"]))
        let restarts = bench.commands.lines[before...].filter { $0.hasPrefix("systemctl restart") }
        #expect(restarts == ["systemctl restart rackwright-shop-app.service"])
    }

    @Test func whatRunsOnceInAPodRunsAgainInAnotherOne() async throws {
        let bench = try bench()
        var first = ContainerDefinition(name: "shop-prepare", image: "r/app:1", detach: false)
        first.pod = "shop"
        let all = [pod[0], first, pod[1]]
        for (id, host, runs) in [("p1", "a", 1), ("p2", "a", 1), ("p3", "b", 2)] {
            _ = await bench.run(bundle(id, [step(all)], variables: ["host": .string(host)]))
            #expect(
                bench.commands.lines.count { $0.hasPrefix("podman run --rm --replace --name shop-prepare") } == runs
            )
            #expect(bench.commands.lines.count { $0 == "systemctl restart rackwright-shop-app.service" } == runs)
        }
        let lines = bench.commands.lines
        let stop = try #require(lines.firstIndex(of: "systemctl stop rackwright-shop-app.service"))
        let restart = try #require(lines.lastIndex(of: "systemctl restart rackwright-shop.service"))
        let prepare = try #require(lines.lastIndex { $0.hasPrefix("podman run --rm --replace --name shop-prepare") })
        let main = try #require(lines.lastIndex(of: "systemctl restart rackwright-shop-app.service"))
        #expect(
            stop < restart && restart < prepare && prepare < main,
            "what is in a pod does not start before its turn"
        )
    }

    @Test(arguments: [(false, "container", "ps --all"), (true, "pod", "pod ps")])
    func whatOthersMadeIsNeitherReplacedNorRemoved(isPod: Bool, kind: String, list: String) async throws {
        for isOurs in [false, true] {
            let bench = try Bench { words in
                guard words[0] == "podman" || words[0] == "systemctl" else { return nil }
                let isFound = words.contains("name=^a[.]b$") && (isOurs || !words.contains("label=rackwright.service"))
                return CommandResult(status: 0, output: Array((isFound ? "0123abcd\n" : "").utf8))
            }
            var container = ContainerDefinition(name: "a.b", image: isPod ? "" : "r/a:1")
            if isPod { container.isPod = true }
            let outcome = await bench.run(bundle("f", [step([container])], rollsBack: true))
            let acts = bench.commands.lines.filter { !$0.contains(" \(list) ") && !$0.contains(" pull ") }
            if isOurs {
                #expect(outcome.failure == nil && acts.contains("systemctl restart rackwright-a.b.service"))
            } else {
                #expect(outcome.failure?.reason.contains("the node has a \(kind) a.b already") == true, "\(outcome)")
                #expect(acts.isEmpty, "\(acts)")
            }
        }
    }

    private var commanded: [ContainerDefinition] {
        let database = ContainerDefinition(name: "db", image: "r/db:1")
        var command = ContainerDefinition(
            name: "grant",
            image: "",
            command: ["psql", "-f", "/grants"],
            environment: ["PASSWORD": "s3cret"],
            user: "postgres",
            detach: false
        )
        command.target = "db"
        command.options = ["--workdir=/tmp"]
        return [database, command]
    }

    @Test func aCommandRunsInItsContainerOnceAndAgainWhereThatIsAnotherOne() async throws {
        let bench = try bench()
        _ = await bench.run(bundle("c1", [step(commanded)]))
        let line = "podman exec --user postgres --env PASSWORD --workdir=/tmp db psql -f /grants"
        #expect(bench.commands.lines.last == line)
        #expect(bench.commands.commands.last?.environment == ["PASSWORD": "s3cret"])
        _ = await bench.run(bundle("c2", [step(commanded)]))
        #expect(bench.commands.lines.count { $0 == line } == 1, "a second time changes nothing")
        var other = commanded
        other[0].image = "r/db:2"
        _ = await bench.run(bundle("c3", [step(other)]))
        #expect(bench.commands.lines.count { $0 == line } == 2)
    }

    @Test func aCommandThatIsNotPlannedAnyMoreTakesNothingAway() async throws {
        let bench = try bench()
        _ = await bench.run(bundle("c1", [step(commanded)]))
        let before = bench.commands.lines.count
        let removal = BundleStep(number: 0, service: "web", work: .removeContainers(keeping: ["db"]))
        let outcome = await bench.run(bundle("c2", [removal]))
        #expect(outcome.failure == nil, "\(outcome)")
        #expect(bench.commands.lines.count == before, "a container 'grant' would not be ours")
    }

    @Test(arguments: [(0, true), (3, true), (1, false)])
    func aOneShotEndsAsItMay(status: Int, isFine: Bool) async throws {
        let bench = try Bench { words in
            words[0] == "podman" ? CommandResult(status: words.contains("run") ? status : 0) : nil
        }
        var container = ContainerDefinition(name: "sync", image: "db:1", detach: false)
        container.exitCodes = [0, 3]
        let outcome = await bench.run(bundle("o", [step([container])]))
        #expect((outcome.failure == nil) == isFine, "\(outcome)")
    }

    @Test func whatMayEndIsLeftWhereItEndedWell() async throws {
        for (active, restart) in [(true, "no"), (false, "no"), (true, "on-failure"), (false, "on-failure")] {
            let bench = try bench(active: active)
            let container = ContainerDefinition(name: "setup", image: "r/s:1", restart: restart)
            _ = await bench.run(bundle("e1", [step([container])]))
            let before = bench.commands.lines.count
            _ = await bench.run(bundle("e2", [step([container])]))
            let restarts = bench.commands.lines[before...].count { $0.hasPrefix("systemctl restart") }
            #expect(restarts == (active ? 0 : 1), "it is started again where it failed")
        }
    }

    @Test func containersThatOthersNeedStartBeforeThemWithTheNode() async throws {
        let bench = try bench()
        var container = ContainerDefinition(name: "web", image: "r/web:1")
        container.after = ["cache", "{{ db }}"]
        _ = await bench.run(bundle("d", [step([container])], variables: ["db": "store"]))
        let others = "rackwright-cache.service rackwright-store.service"
        let text = try #require(bench.text(unit("web")))
        #expect(text.contains("\nWants=network-online.target \(others)\nAfter=network-online.target \(others)\n"))
    }
}

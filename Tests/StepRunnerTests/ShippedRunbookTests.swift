import AgentAPI
import Catalog
import Jinja
import OrderedCollections
import TestSupport
import Testing
import YAML

@testable import StepRunner

/// The runbook that comes with the demo's catalogue, on a node whose systemctl and podman say what they are told to.
@Suite struct ShippedRunbookTests {
    private static let agent = "rackwright-agent.service loaded active running Rackwright's agent\n"
    private static let web = "rackwright-web.service loaded active running web of the service web\n"

    private func run(_ units: String) async throws -> (failure: InstructionReport.Failure?, bench: Bench) {
        let bench = try Bench { words in
            switch words.first {
            case "systemctl": CommandResult(status: 0, output: Array(units.utf8))
            case "podman": CommandResult(status: 0, output: Array("web Up 2 hours\n".utf8))
            default: CommandResult(status: 1)
            }
        }
        let catalog = try CatalogFolder(path: Fixture.checkout + "/controller-config").load()
        let runbook = try #require(catalog.runbooks["check-workers"])
        let own = runbook.parameters.compactMap { parameter in parameter.fallback.map { (parameter.name, $0) } }
        var made = bundle(
            "check",
            [BundleStep(number: 1, service: runbook.name, work: .tasks(runbook.tasks.map(\.task)))],
            variables: .dict(["services": .dict([runbook.name: .dict(.init(uniqueKeysWithValues: own))])]),
            rollsBack: true
        )
        made.operation = .update
        return (await bench.run(made).failure, bench)
    }

    @Test func aNodeWhoseUnitsAreUpPassesAndIsOnlyAsked() async throws {
        let (failure, bench) = try await run(Self.agent + Self.web)
        #expect(failure == nil)
        #expect(
            bench.commands.lines.map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [
                "systemctl list-units", "podman ps",
            ]
        )
        #expect(bench.commands.lines.last?.hasSuffix("{{.Names}} {{.Status}}") == true)
        #expect(bench.output(of: "containers") == "web Up 2 hours")
    }

    @Test func aUnitThatIsDownOrMissingFailsItWithItsName() async throws {
        let down = "rackwright-application.service loaded failed failed application of the service application\n"
        let (failed, _) = try await run(Self.agent + Self.web + down)
        #expect(
            failed?.reason.contains("rackwright-application.service is failed (failed)") == true,
            "\(failed as Any)"
        )
        #expect(failed?.rolledBack == true, "there is nothing to put back, so that the node does its work on")
        let (missing, _) = try await run(Self.agent)
        #expect(missing?.reason.contains("there is no unit rackwright-web.service") == true, "\(missing as Any)")
    }
}

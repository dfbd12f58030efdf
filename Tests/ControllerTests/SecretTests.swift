import AgentAPI
import Crypto
import FoundationEssentials
import Jinja
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore

@Suite struct SecretTests {
    private static let value = "open-sesame-1"
    private static let other = "open-sesame-2"

    private func bundle(_ instruction: Instruction, _ bench: Bench) throws -> Bundle {
        guard case .run(let signed) = instruction.action else { throw CancellationError() }
        return try signed.verified(with: try bench.controller.signingKey.publicKey)
    }

    private func reasons(_ body: () async throws -> Void) async -> [String] {
        do {
            try await body()
            return []
        } catch let problem as ControllerProblem {
            return problem.reasons
        } catch {
            return ["\(error)"]
        }
    }

    @Test func aPlanWithoutASecretIsRefusedWithItsPlaceAndTheCommand() async throws {
        let bench = try Bench()
        _ = try await Fleet.inspected(bench)
        bench.webHasSecret.withLock { $0 = true }
        #expect(
            await reasons { _ = try await bench.controller.makePlan() } == [
                "services/web.yaml:4:3: the secret 'web.password' is not set; set it: rackwright secret set web.password"
            ]
        )
        #expect(
            await reasons { _ = try await bench.controller.setSecret("web.passwort", SetSecret(value: "x")) } == [
                "the catalogue has no parameter 'web.passwort' of type secret; it has: web.password"
            ]
        )
        #expect(await reasons { _ = try await bench.controller.setSecret("web.password", SetSecret(value: "")) } != [])
    }

    @Test func aSecretReachesTheNodesOfItsRoleAloneAndIsNowhereElse() async throws {
        let bench = try Bench()
        bench.webHasSecret.withLock { $0 = true }
        var agents = try await Fleet.inspected(bench)
        let message = try await bench.controller.setSecret("web.password", SetSecret(value: Self.value))
        #expect(message.message == "web.password is set")
        let plan = try await bench.controller.makePlan()
        _ = try await bench.controller.apply(1)
        let worker = try await Fleet.bringToSteps(&agents[1])
        let found = try bundle(worker, bench)
        #expect(found.variables["services"]?["web"]?["password"] == .string(Self.value))
        #expect(found.variables["services"]?["web"]?["port"] != nil, "the others are still there")
        #expect(found.secrets == [Self.value])
        let control = try bundle(try await Fleet.bringToSteps(&agents[0]), bench)
        #expect(!"\(control)".contains(Self.value))

        var said = "\(plan) \(message) \(try await bench.controller.secrets())"
        said += " \(try await bench.controller.plan(1)) \(try await bench.controller.explain("node-2"))"
        said += " \(try await bench.controller.timeline("node-2", after: 0, limit: 1000))"
        #expect(!said.contains(Self.value))
        #expect(try await bench.controller.secrets().map(\.name) == ["web.password"])
        for file in try FileManager.default.contentsOfDirectory(atPath: bench.folder) where file.hasPrefix("store") {
            let octets = try Data(contentsOf: URL(filePath: bench.folder + "/" + file))
            #expect(octets.firstRange(of: Data(Self.value.utf8)) == nil, "\(file)")
        }
    }

    @Test func aChangedSecretIsAChangeThatDoesNotShowIt() async throws {
        let bench = try Bench()
        bench.webHasSecret.withLock { $0 = true }
        _ = try await bench.controller.setSecret("web.password", SetSecret(value: Self.value))
        let agents = try await Fleet.deployed(bench)
        #expect(try await bench.controller.makePlan().nodes == [])
        let again = try await bench.controller.setSecret("web.password", SetSecret(value: Self.value))
        #expect(again.message == "web.password has this value already")
        #expect(try await bench.controller.makePlan().nodes == [], "the same value is no change")

        _ = try await bench.controller.setSecret("web.password", SetSecret(value: Self.other))
        let plan = try await bench.controller.makePlan()
        #expect(plan.nodes.map(\.name) == ["node-2", "node-3"])
        #expect(plan.nodes.first?.changes == ["~ web.password: secret changed"])
        _ = try await bench.controller.apply(plan.generation)
        // A plan that is carried out holds to what it was made with.
        _ = try await bench.controller.setSecret("web.password", SetSecret(value: "a-third-one"))
        let run = try await agents[1].call(.host)
        #expect(try bundle(run, bench).variables["services"]?["web"]?["password"] == .string(Self.other))
        #expect(
            await reasons { _ = try await bench.controller.removeSecret("web.password") } == [
                "run run-2 is under way and uses the secret 'web.password'"
            ]
        )
    }

    @Test func aPlanWhoseSecretWasChangedOrRemovedIsNotApplied() async throws {
        let bench = try Bench()
        bench.webHasSecret.withLock { $0 = true }
        _ = try await Fleet.inspected(bench)
        _ = try await bench.controller.setSecret("web.password", SetSecret(value: Self.value))
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.removeSecret("web.password")
        _ = try await bench.controller.setSecret("web.password", SetSecret(value: Self.value))
        #expect(
            await reasons { _ = try await bench.controller.apply(1) } == [
                "the secret 'web.password' was changed after plan 1 was made; make a new plan"
            ]
        )
    }

    @Test func aValueThatIsNotKeptAnyMoreFailsTheNodeWithAReason() async throws {
        let bench = try Bench()
        bench.webHasSecret.withLock { $0 = true }
        _ = try await bench.controller.setSecret("web.password", SetSecret(value: Self.value))
        let agents = try await Fleet.deployed(bench)
        _ = try await bench.controller.setSecret("web.password", SetSecret(value: Self.other))
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.apply(2)
        _ = try await bench.controller.stop(run: "run-2", reason: "")
        _ = try await bench.controller.removeSecret("web.password")
        let instruction = try await agents[1].call(.host)
        guard case .wait = instruction.action else {
            Issue.record("\(instruction.id)")
            return
        }
        let failure = try await bench.controller.explain("node-2").failure
        #expect(failure?.contains("rackwright secret set web.password") ?? false, "\(failure ?? "none")")
    }
}

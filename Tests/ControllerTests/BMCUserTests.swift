import BMC
import OperatorAPI
import Store
import Synchronization
import Testing

@testable import ControllerCore

/// The accounts of nodes' BMCs.
struct BMCUserTests {
    @Test func accountsAreListedWithTheOneThatTheControllerHas() async throws {
        let bench = try await Bench.enrolled()
        let report = try await bench.controller.bmcUsers(of: "node-1")
        #expect(report.users.map(\.name) == ["admin", "guest"])
        #expect(report.users.map(\.own) == [true, false])
        #expect(report.users.map(\.role) == ["administrator", "readonly"])
    }

    @Test func anAccountIsMadeAndItsPasswordToldToNobody() async throws {
        let bench = try await Bench.enrolled()
        let request = ChangeUser(action: .add, name: "eve", role: .operator, password: "hunter2-and-more")
        let report = try await bench.controller.changeBMCUser(of: "node-1", request)
        #expect(report.users.map(\.name) == ["admin", "guest", "eve"])
        #expect(bench.settings.withLock { $0.passwords } == ["eve": "hunter2-and-more"])
        let timeline = try await bench.timeline("node-1")
        #expect(timeline.contains("the BMC's accounts: add eve as operator"))
        #expect(!"\(report) \(timeline)".contains("hunter2"))
    }

    @Test(arguments: [
        ChangeUser(action: .remove, name: "admin"), ChangeUser(action: .disable, name: "admin"),
        ChangeUser(action: .disable, name: "ADMIN"), ChangeUser(action: .setRole, name: "admin", role: .readOnly),
    ])
    func theAccountThatTheControllerHasIsLeftAlone(request: ChangeUser) async throws {
        let bench = try await Bench.enrolled()
        let problem = await #expect(throws: ControllerProblem.self) {
            _ = try await bench.controller.changeBMCUser(of: "node-1", request)
        }
        #expect(problem?.kind == .conflict)
        #expect(problem?.reasons.first?.contains("the controller logs in with") == true)
        #expect(bench.settings.withLock { $0.users.first?.role } == .administrator)
        #expect(try await bench.controller.power(of: "node-1").message == "node-1: the power is on")
    }

    @Test(arguments: [
        (ChangeUser(action: .add, name: "eve", role: .operator), "needs a password"),
        (ChangeUser(action: .add, name: "eve", password: "x"), "give a role"),
        (ChangeUser(action: .add, name: "a b", role: .operator, password: "x"), "no name for an account"),
        (ChangeUser(action: .add, name: "guest", role: .operator, password: "x"), "has an account guest already"),
        (ChangeUser(action: .remove, name: "eve"), "has no account eve; it has admin, guest"),
    ])
    func whatCannotBeIsRefusedWithItsReason(request: ChangeUser, reason: String) async throws {
        let bench = try await Bench.enrolled()
        let problem = await #expect(throws: ControllerProblem.self) {
            _ = try await bench.controller.changeBMCUser(of: "node-1", request)
        }
        #expect(problem?.reasons.first?.contains(reason) == true, "\(problem?.reasons ?? [])")
    }

    @Test func anAccountIsEnabledLoweredAndRemoved() async throws {
        let bench = try await Bench.enrolled()
        let controller = try bench.controller
        let enabled = try await controller.changeBMCUser(of: "node-1", ChangeUser(action: .enable, name: "guest"))
        #expect(enabled.users.last?.enabled == true)
        let raised = try await controller.changeBMCUser(
            of: "node-1",
            ChangeUser(action: .setRole, name: "guest", role: .operator)
        )
        #expect(raised.users.last?.role == "operator")
        let left = try await controller.changeBMCUser(of: "node-1", ChangeUser(action: .remove, name: "guest"))
        #expect(left.users.map(\.name) == ["admin"])
    }
}

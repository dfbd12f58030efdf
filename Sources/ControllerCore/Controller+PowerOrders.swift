import BMC
import Lifecycle
public import OperatorAPI
import Store

/// Power that operators switch themselves.
extension Controller {
    /// The node's power as its BMC says it now.
    public func power(of name: String) async throws -> Message {
        let (record, state) = try await atBMC(of: name) { gate in try await gate.powerState() }
        return Message(message: "\(record.name): the power is \(state)")
    }

    /// Switches a node's power and says what came of it.
    ///
    /// - Throws: `ControllerProblem` when the BMC did not do it, or the node is being worked on and `force` was not said.
    public func setPower(of name: String, _ request: SetPower) async throws -> Message {
        let record = try await store.read { try $0.node(named: name) }
        guard !record.lifecycle.isBeingWorkedOn || request.force == true else {
            throw ControllerProblem(
                "\(record.name) is \(record.lifecycle.name): its power is in use for that; wait for the end of it, or say --force",
                .conflict
            )
        }
        let because = request.reason.map { $0.isEmpty ? "" : " (\($0))" } ?? ""
        await note(record.id, "operator", "power \(request.action.rawValue) asked for\(because)".oneLine)
        let said = try await atBMC(of: name) { gate in
            switch request.action {
            case .on: Self.words(try await gate.ensurePower(.on), "on")
            case .off: Self.words(try await gate.ensurePower(.off), "off")
            case .shutdown: Self.words(try await gate.ensurePower(.off, gracefully: true), "off")
            case .reset: try await Self.restart(gate)
            }
        }.found
        await note(record.id, "bmc", said.oneLine)
        return Message(message: "\(record.name): \(said)")
    }

    private static func restart(_ gate: BMCGate) async throws -> String {
        try await gate.restart()
        return "the machine was restarted, or switched on where it was off"
    }

    private static func words(_ outcome: BMCGate.PowerOutcome, _ state: String) -> String {
        let what = outcome.changed ? "the power is \(state)" : "the power was \(state) already"
        return ([what] + outcome.warnings).joined(separator: "; ")
    }
}

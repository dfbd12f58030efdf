public import BMC
import Lifecycle
public import OperatorAPI
import Store

/// The firmware of nodes.
extension Controller {
    /// An update that takes longer than this is no longer waited for.
    private static let updateLimit = Duration.seconds(2 * 3600)

    public func firmware(of name: String) async throws -> FirmwareReport {
        let (record, found) = try await atBMC(of: name) { gate in try await gate.firmware() }
        let components = found.map { component in
            FirmwareReport.Component(
                id: component.id,
                name: component.name,
                version: component.version,
                updateable: component.isUpdateable,
                installed: component.isInstalled,
                releaseDate: component.releaseDate
            )
        }
        return FirmwareReport(node: record.name, components: components)
    }

    /// Updates firmware and follows the BMC's work to its end.
    ///
    /// - Parameters:
    ///   - targets: what is to have it, by the ids of its firmware; none leaves it to the BMC
    ///   - called: the file's name, or its address
    ///   - progress: percent of the file sent, then percent of the BMC's work, called on other threads
    /// - Returns: a sentence about how it ended
    /// - Throws: `ControllerProblem` when it failed, or the node is being worked on
    public func updateFirmware(
        of name: String,
        from source: BMCFirmwareSource,
        to targets: [String] = [],
        called: String,
        progress: @escaping @Sendable (_ percent: Int) -> Void
    ) async throws -> String {
        let record = try await store.read { try $0.node(named: name) }
        guard !record.lifecycle.isBeingWorkedOn else {
            throw ControllerProblem(
                "\(record.name) is \(record.lifecycle.name): new firmware may restart it; wait for the end of that",
                .conflict
            )
        }
        await note(record.id, "operator", "firmware update asked for: \(called)".oneLine)
        do {
            let gate = try await gate(record)
            let task = try await gate.startUpdate(source, targets: targets) { sent, total in
                // A file that is sent is half the way.
                if total > 0 { progress(Int(clamping: sent / 2 * 100 / total)) }
            }
            let end = try await gate.follow(task, within: Self.updateLimit) { state in
                if let percent = state.percent { progress(50 + percent / 2) }
            }
            let said = end.messages.joined(separator: "; ")
            guard end.phase != .failed else { throw ControllerProblem("\(record.name): the update failed: \(said)") }
            let text =
                end.phase == .waitingForReset
                ? "firmware \(called) is in place and is taken over when the machine restarts"
                : "firmware \(called) is installed"
            await note(record.id, "bmc", (text + (said.isEmpty ? "" : ": \(said)")).oneLine)
            return "\(record.name): \(text)" + (said.isEmpty ? "" : " (\(said))")
        } catch {
            let problem =
                error as? ControllerProblem ?? ControllerProblem("\(record.name): \(error)".oneLine, .conflict)
            await note(
                record.id,
                "bmc",
                "the firmware update ended: \(problem.reasons.joined(separator: "; "))".oneLine
            )
            throw problem
        }
    }
}

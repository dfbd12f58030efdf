import BMC
import FoundationEssentials
import Logging
import OperatorAPI
import Store

/// Finding a BMC again after its network was changed.
extension Controller {
    /// Three minutes: a BMC that restarts to take over an address needs up to two.
    static let lookRounds = 36
    /// The old place is not waited for: who is there answers.
    private static let oldRounds = 3

    /// Looks where the BMC is, and keeps that place alone.
    ///
    /// - Parameter rounds: how often the new place is looked at
    /// - Returns: a sentence about where it answers
    /// - Throws: `ControllerProblem` when it answers nowhere; then both places are kept
    func settleMove(of id: String, rounds: Int) async throws -> String {
        let record = try await store.read { try $0.node(id) }
        guard let move = record.bmc.move else { return "\(record.name): nothing to settle" }
        let places = try await places(move.request, mac: move.mark.mac, record)
        let login = try endpoint(of: record)
        var found = try await gates.find(login, at: places, mark: move.mark, rounds: rounds)
        if found.address == nil, !places.contains(record.bmc.address) {
            let old = try await gates.find(
                login,
                at: [record.bmc.address],
                mark: move.mark,
                rounds: min(rounds, Self.oldRounds)
            )
            found = BMCSighting(address: old.address, findings: found.findings + old.findings)
        }
        guard let address = found.address else {
            let findings = found.findings.joined(separator: "; ")
            let text =
                "after the change of its network (\(move.text)) the BMC answers at none of its places, which are kept: "
                + "\(findings)"
            await note(id, "bmc", (text + ". " + advice(record.name, move)).oneLine)
            throw ControllerProblem("\(record.name): \(text). \(advice(record.name, move))".oneLine, .conflict)
        }
        return try await settle(record, move, at: address, found.findings)
    }

    private func advice(_ name: String, _ move: NodeRecord.MoveRecord) -> String {
        let cause = move.request.vlan == nil ? "the way to that address" : "the VLAN at the switch"
        return "Look at \(cause); then `rackwright bmc lan \(name)` looks again, and "
            + "`rackwright node set-bmc \(name) --address ADDRESS` says where it is "
            + "(with --forget-certificate where it made itself another certificate)"
    }

    private func settle(
        _ record: NodeRecord,
        _ move: NodeRecord.MoveRecord,
        at address: String,
        _ findings: [String]
    ) async throws -> String {
        var candidate = record
        candidate.bmc.address = address
        if candidate.bmc.certificate == nil { candidate.bmc.certificate = move.mark.certificate }
        var text: String
        if address != record.bmc.address {
            text = "the BMC answers at \(address): its address is moved over from \(record.bmc.address)"
        } else {
            let lan = try? await gate(candidate).lan()
            let missing = lan.flatMap { lan in
                (try? Self.wish(move.request)).map { wish in wish.changes(from: lan).map(\.name) }
            }
            switch missing {
            case []?: text = "the BMC answers at \(address), and its network is as asked for: \(move.text)"
            case let names?:
                text =
                    "the BMC still answers at \(address), where it was, and has not taken over: "
                    + names.joined(separator: ", ")
            case nil: text = "the BMC answers at \(address), where it was; whether it took the change is not told"
            }
            if !findings.isEmpty { text += " (\(findings.joined(separator: "; ")))" }
        }
        let (instant, line, bmc) = (now(), text.oneLine, candidate.bmc)
        let stored = try await store.write { transaction in
            var stored = try transaction.node(record.id, withBMC: record.bmc)
            try transaction.refuseTaken(bmc, by: record.id)
            stored.bmc = bmc
            stored.bmc.move = nil
            try transaction.put(.node, record.id, encoding: stored)
            try transaction.note(record.id, at: instant, "bmc", line)
            return stored
        }
        _ = try await gate(stored)
        return "\(record.name): \(line)"
    }

    /// What a stop in the middle of a change left.
    func settleMoves(of records: [NodeRecord]) {
        for record in records where record.bmc.move != nil {
            effects.start("lan \(record.id)") {
                do {
                    _ = try await settleMove(of: record.id, rounds: Self.lookRounds)
                } catch {
                    log.warning("\(error)", metadata: ["node": "\(record.name)"])
                }
            }
        }
    }
}

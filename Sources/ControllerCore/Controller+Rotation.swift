import BMC
import FoundationEssentials
import Logging
public import OperatorAPI
import Store

/// New passwords for nodes' BMCs, in two phases: the old one is kept until the BMC has taken the new one.
extension Controller {
    /// Gives the account that a node's BMC is reached by another password.
    ///
    /// - Throws: `ControllerProblem` when the BMC does not take it; then the old one stays.
    public func rotatePassword(of name: String, _ request: RotatePassword) async throws -> Message {
        let record = try await store.read { try $0.node(named: name) }
        guard record.bmc.way.hasBMC, !record.isUndecided else {
            throw ControllerProblem("\(record.name) has no BMC with an account", .conflict)
        }
        guard !effects.isUnderWay(forNode: record.id) else {
            throw ControllerProblem("the BMC of \(record.name) is in use just now; try again", .conflict)
        }
        guard record.bmc.move == nil else {
            throw ControllerProblem(
                "where the BMC of \(record.name) is, is not known: look with rackwright bmc lan \(record.name)",
                .conflict
            )
        }
        guard request.password != "" else { throw ControllerProblem("an empty password is refused") }
        guard record.bmc.nextPassword == nil else {
            let settled = try await settlePassword(of: record.id)
            throw ControllerProblem("an earlier change was not finished: \(settled.message); now try again", .conflict)
        }
        var random = SystemRandomNumberGenerator()
        let new = request.password ?? BMCPassword.make(using: &random)
        let (sealed, instant, before) = (try box.seal(new, context: "bmc \(record.id)"), now(), record.bmc)
        try await store.write { transaction in
            var record = try transaction.node(record.id, withBMC: before, orElse: "; try again")
            record.bmc.nextPassword = sealed
            try transaction.put(.node, record.id, encoding: record)
            try transaction.note(record.id, at: instant, "operator", "the BMC is told to take a new password")
        }
        var said = ""
        do {
            try await gate(record).setPassword(Secret(new))
        } catch {
            // Also after an error it may have taken it: both are tried.
            said = "\(error)".oneLine
        }
        let settled = try await settlePassword(of: record.id)
        guard said.isEmpty else { throw ControllerProblem("\(settled.message): \(said)", .conflict) }
        return settled
    }

    /// Finds out which of two passwords the BMC takes, and forgets the other.
    ///
    /// - Throws: `ControllerProblem` when that cannot be known now; then both are kept.
    func settlePassword(of id: String) async throws -> Message {
        let record = try await store.read { try $0.node(id) }
        guard let next = record.bmc.nextPassword else { return Message(message: "\(record.name): nothing to settle") }
        for (sealed, what) in [(next, "the new password holds"), (record.bmc.sealedPassword, "the old password stays")]
        {
            var candidate = record
            candidate.bmc.sealedPassword = sealed
            switch try await gates.trial(endpoint(of: candidate), again: true) {
            case .accepted:
                let (instant, before) = (now(), record.bmc)
                let stored = try await store.write { transaction in
                    var record = try transaction.node(id, withBMC: before)
                    record.bmc.sealedPassword = sealed
                    record.bmc.nextPassword = nil
                    try transaction.put(.node, id, encoding: record)
                    try transaction.note(id, at: instant, "bmc", what)
                    return record
                }
                _ = try await gate(stored)
                return Message(message: "\(record.name): \(what)")
            case .failed(let error) where error.kind == .wrongCredentials: continue
            case .failed(let error):
                throw ControllerProblem(
                    "\(record.name): whether the BMC took the new password is not known, both are kept: \(error)"
                        .oneLine,
                    .conflict
                )
            case .refusedBefore: continue
            }
        }
        throw ControllerProblem(
            "\(record.name): the BMC takes neither the old nor the new password, both are kept: give the right one with "
                + "rackwright node set-bmc",
            .conflict
        )
    }

    /// What a stop in the middle of a change left.
    func settlePasswords(of records: [NodeRecord]) {
        for record in records where record.bmc.nextPassword != nil {
            effects.start("password \(record.id)") {
                do {
                    _ = try await settlePassword(of: record.id)
                } catch {
                    log.warning("\(error)", metadata: ["node": "\(record.name)"])
                }
            }
        }
    }
}

import BMC
import FoundationEssentials
public import OperatorAPI
import Store

extension Controller {
    /// Changes how a node's BMC is reached, once the BMC has answered that way: until then the old way is kept.
    public func setBMC(of name: String, _ request: SetBMC) async throws -> Message {
        let record = try await store.read { try $0.node(named: name) }
        let before = record.bmc
        var bmc = before
        if let user = request.user { bmc.username = user }
        if let address = request.address {
            bmc.address = address
            bmc.move = nil
        }
        if let password = request.password {
            bmc.sealedPassword = try box.seal(password, context: "bmc \(record.id)")
            bmc.nextPassword = nil
        }
        if request.forgetCertificate { bmc.certificate = nil }
        if let allowed = request.legacyTLS { bmc.legacyTLS = allowed }
        let given = [request.user, request.password, request.address].compactMap(\.self)
        guard !given.isEmpty || request.forgetCertificate || request.legacyTLS != nil else {
            throw ControllerProblem("nothing to change: give a user, a password, an address or what TLS may be")
        }
        guard !given.contains("") else { throw ControllerProblem("an empty user, password or address is refused") }
        guard bmc.way != .manual else {
            throw ControllerProblem(
                "\(record.name) has no BMC, a person acts there: delete it, and enroll it with one",
                .conflict
            )
        }
        guard bmc.way != .webhook || ["http://", "https://"].contains(where: bmc.address.hasPrefix) else {
            throw ControllerProblem("the address of a webhook is its URL, https://HOST/PATH")
        }
        guard !effects.isUnderWay(forNode: record.id) else {
            throw ControllerProblem("the BMC of \(record.name) is in use just now; try again", .conflict)
        }
        try await store.read { [bmc] in try $0.refuseTaken(bmc, by: record.id) }

        var candidate = record
        candidate.bmc = bmc
        let text: String
        do {
            let gate = try await gate(candidate)
            await gate.reopen()
            let tried = await gate.endpoint
            let identity = try await gate.identify()
            // Whoever uses the gate gives it the way that is stored: then it is not known which one was answered.
            guard await gate.endpoint == tried else {
                throw ControllerProblem("the BMC of \(record.name) was used meanwhile; try again", .conflict)
            }
            if bmc.certificate == nil { bmc.certificate = identity.certificateSHA256 }
            text = ([identity.interface] + [identity.manufacturer, identity.model].compactMap(\.self))
                .joined(separator: ", ")
        } catch {
            _ = try? await gate(record)
            if let problem = error as? ControllerProblem { throw problem }
            let reason = "the BMC was not changed, what was known of it is kept: \(error)"
            await note(record.id, "bmc", reason.oneLine)
            throw ControllerProblem("\(record.name): \(reason)", .conflict)
        }
        var changes: [String] = []
        if bmc.username != before.username { changes.append("user \(before.username) -> \(bmc.username)") }
        if request.password != nil { changes.append("password") }
        if bmc.address != before.address { changes.append("address \(before.address) -> \(bmc.address)") }
        if bmc.certificate != before.certificate { changes.append("certificate") }
        if (bmc.legacyTLS == true) != (before.legacyTLS == true) {
            changes.append(bmc.legacyTLS == true ? "old TLS is allowed" : "old TLS is refused")
        }
        let what = changes.isEmpty ? "nothing differs" : "changed: " + changes.joined(separator: ", ")
        let (instant, checked) = (now(), bmc)
        let stored = try await store.write { transaction in
            var record = try transaction.node(record.id, withBMC: before, orElse: "; look, and try again")
            try transaction.refuseTaken(checked, by: record.id)
            record.bmc = checked
            try transaction.put(.node, record.id, encoding: record)
            try transaction.note(record.id, at: instant, "operator", "BMC \(what); it answers: \(text)")
            return record
        }
        _ = try await gate(stored)
        if !stored.bmc.isSameBMC(as: before) { leaveEvents(of: record) }
        return Message(message: "\(record.name): BMC \(what); it answers: \(text)")
    }
}

extension StoreReading {
    /// A node whose BMC is what was decided about.
    ///
    /// - Parameter advice: what to do where somebody else has changed it meanwhile
    func node(_ id: String, withBMC before: NodeRecord.BMCRecord, orElse advice: String = "") throws -> NodeRecord {
        let record = try node(id)
        guard record.bmc == before else {
            throw ControllerProblem("the BMC of \(record.name) was changed by somebody else\(advice)", .conflict)
        }
        return record
    }

    /// Throws when the BMC is another node's.
    func refuseTaken(_ bmc: NodeRecord.BMCRecord, by id: String) throws {
        let all = try all(NodeRecord.self, .node)
        if let other = all.first(where: { $0.id != id && $0.bmc.isSameBMC(as: bmc) }) {
            throw ControllerProblem("the BMC \(bmc.address) already belongs to node '\(other.name)'", .conflict)
        }
    }
}

public import AgentAPI
import Crypto
import FoundationEssentials
import Lifecycle
import Logging
import Store

extension Controller {
    /// Trades a one-time token for a certificate.
    ///
    /// The same key with the same token gets the same answer again. Another key quarantines the node.
    public func enroll(_ request: EnrollRequest) async throws -> EnrollAnswer {
        let instant = now()
        let hash = TokenText.hash(request.token)
        let issued = try await store.read { try $0.get(EnrollTokenRecord.self, .enrollToken, hash) }
        guard let issued else {
            log.warning(
                "an agent with an unknown token was refused",
                metadata: ["macs": "\(request.machine.macs.prefix(8))"]
            )
            throw ControllerProblem("the token is unknown: boot the node again through its controller", .forbidden)
        }
        let (certificate, keyHash) = try authority.issue(
            request: request.certificateRequest,
            node: issued.node,
            now: Date(timeIntervalSince1970: instant)
        )
        enum Verdict {
            case issued(NodeRecord, String)
            case quarantined(NodeRecord)
            case refused(String)
        }
        let verdict: Verdict = try await store.write { transaction in
            var record = try transaction.node(issued.node)
            guard var token = try transaction.get(EnrollTokenRecord.self, .enrollToken, hash) else {
                return .refused("the token was withdrawn")
            }
            if let usedBy = token.usedBy {
                if usedBy == keyHash, let earlier = token.certificate { return .issued(record, earlier) }
                guard instant < token.expires else { return .refused("the token has expired") }
                // Which of the two is the node is not known: it has to boot and enroll afresh after its release.
                if record.lifecycle.wantsRamdisk { record.agentKey = nil }
                record.lifecycle.quarantined = "its one-time token was used a second time"
                try transaction.put(.node, record.id, encoding: record)
                try transaction.note(
                    record.id,
                    at: instant,
                    "agent",
                    "quarantined: its one-time token was used a second time"
                )
                return .quarantined(record)
            }
            guard instant < token.expires else { return .refused("the token has expired") }
            guard record.mayBootRamdisk else {
                let state = record.lifecycle.name
                return .refused("nothing is asked of node \(record.name) in the ramdisk: it is \(state)")
            }
            if let difference = record.difference(from: request.machine) {
                let text = "the token of \(record.name) came from another machine: \(difference)"
                try transaction.note(record.id, at: instant, "agent", "refused: \(text.oneLine)")
                return .refused(
                    "\(text); if it is the node's own, with another mainboard: delete the node and enroll it again"
                )
            }
            token.usedBy = keyHash
            token.certificate = certificate
            try transaction.put(.enrollToken, hash, encoding: token)
            let isFromMedium = record.servedMedium != nil
            record.medium?.isOver = true
            record.agentKey = keyHash
            record.agentVersion = request.agentVersion
            record.uuid = MachineWord.known(record.uuid) ?? MachineWord.known(request.machine.uuid)?.lowercased()
            record.serial = MachineWord.known(record.serial) ?? MachineWord.known(request.machine.serial)
            for mac in request.machine.macs.map({ $0.lowercased() }) where !record.macs.contains(mac) {
                record.macs.append(mac)
            }
            try transaction.put(.node, record.id, encoding: record)
            try transaction.note(
                record.id,
                at: instant,
                "agent",
                (isFromMedium ? "the machine booted from its medium: " : "")
                    + "enrolled with its token, agent \(request.agentVersion)"
            )
            return .issued(record, certificate)
        }
        switch verdict {
        case .issued(let record, let certificate):
            remember(record)
            return EnrollAnswer(
                node: record.id,
                name: record.name,
                certificate: certificate,
                signingKey: signingKey.publicKey.rawRepresentation.base64EncodedString(),
                now: instant
            )
        case .quarantined(let record):
            remember(record)
            throw ControllerProblem(
                "the token was used before: node \(record.name) is quarantined; look, then: rackwright node release \(record.name)",
                .forbidden
            )
        case .refused(let reason):
            throw ControllerProblem(reason, .forbidden)
        }
    }

    /// Whether the agent with this key may speak for the node.
    public func admit(node id: String, keyHash: String) async throws {
        let record = try await store.read { try $0.node(id) }
        if let reason = record.lifecycle.quarantined {
            throw ControllerProblem("node \(record.name) is quarantined: \(reason)", .forbidden)
        }
        guard record.agentKey == keyHash else {
            throw ControllerProblem(
                "node \(record.name) has enrolled again with another key, or has to boot the ramdisk again",
                .forbidden
            )
        }
    }

    /// A fresh one-time token for a node that boots the ramdisk; the ones before it that nobody used are withdrawn.
    ///
    /// Nil where none may be given: nothing is asked of the node, or its agent is already in the ramdisk, so that whoever
    /// asks is not the node.
    func mintToken(for node: String) async throws -> String? {
        let token = TokenText.make()
        let instant = now()
        return try await store.write { transaction in
            try mint(token, for: node, at: instant, transaction) ? token : nil
        }
    }

    /// Makes `token` the node's one-time token; false where none may be given.
    func mint(
        _ token: String,
        for node: String,
        at instant: Double,
        _ transaction: any StoreTransaction
    ) throws -> Bool {
        let record = EnrollTokenRecord(node: node, expires: instant + 3600, usedBy: nil, certificate: nil)
        var found = try transaction.node(node)
        found.lifecycle = heard.caughtUp(found.lifecycle, of: node)
        guard found.mayBootRamdisk, !found.lifecycle.agentIsIn(.ramdisk, at: instant) else { return false }
        for (id, document) in try transaction.documents(.enrollToken) {
            let earlier = try JSONDecoder().decode(EnrollTokenRecord.self, from: document)
            let isOver = earlier.usedBy == nil || earlier.expires <= record.expires - 3600
            if earlier.node == node && isOver { try transaction.remove(.enrollToken, id) }
        }
        try transaction.put(.enrollToken, TokenText.hash(token), encoding: record)
        return true
    }
}

public import AgentAPI
import Boot
import Crypto
import FoundationEssentials
import Inventory
import Lifecycle
import Logging
import Planning
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
            guard record.lifecycle.mayBootRamdisk else {
                let state = record.lifecycle.name
                return .refused("nothing is asked of node \(record.name) in the ramdisk: it is \(state)")
            }
            guard record.isMachine(request.machine) else {
                let text =
                    "the token of \(record.name) came from another machine (\(request.machine.macs.joined(separator: ", ")))"
                try transaction.note(record.id, at: instant, "agent", "refused: " + text)
                return .refused(text)
            }
            token.usedBy = keyHash
            token.certificate = certificate
            try transaction.put(.enrollToken, hash, encoding: token)
            record.agentKey = keyHash
            record.agentVersion = request.agentVersion
            record.uuid = record.uuid ?? request.machine.uuid?.lowercased()
            record.serial = record.serial ?? request.machine.serial
            for mac in request.machine.macs.map({ $0.lowercased() }) where !record.macs.contains(mac) {
                record.macs.append(mac)
            }
            try transaction.put(.node, record.id, encoding: record)
            try transaction.note(
                record.id,
                at: instant,
                "agent",
                "enrolled with its token, agent \(request.agentVersion)"
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

    public func takeInventory(_ report: InventoryReport, from id: String) async throws {
        let inventory = report.inventory
        let record = try await store.read { try $0.node(id) }
        guard report.instruction.hasSuffix("-\(record.lifecycle.serial)") else {
            await note(id, "agent", "a late inventory for \(report.instruction) was set aside")
            return
        }
        try await store.write { try $0.put(.inventory, id, encoding: inventory) }
        guard case .inspecting = record.lifecycle.state else { return }
        try await take(.inventoryReported, for: id, source: "agent", note: inventory.summary) { record in
            record.serial = record.serial ?? inventory.system.serial
            record.secureBoot = inventory.secureBoot
            for mac in inventory.nics.compactMap(\.mac) where !record.macs.contains(mac) { record.macs.append(mac) }
        }
    }

    /// How an instruction ended. A report of an earlier operation changes nothing.
    public func takeReport(_ report: InstructionReport, from id: String) async throws {
        progress.clear(id)
        let record = try await store.read { try $0.node(id) }
        guard report.instruction.hasSuffix("-\(record.lifecycle.serial)") else {
            await note(id, "agent", "a late report on \(report.instruction) was set aside")
            return
        }
        switch report.outcome {
        case .succeeded(let success):
            try await succeeded(report.instruction, success, record)
        case .failed(let failure):
            guard record.lastFailure.first != "\(report.instruction):" else { break }
            let reason = failure.reason.oneLine
            var lines = [reason]
            if let output = failure.output { lines += output.split(separator: "\n").suffix(20).map(String.init) }
            if failure.rolledBack { lines.append("the node rolled back to what it was") }
            let kept = lines
            log.warning("\(report.instruction) failed: \(reason)", metadata: ["node": "\(record.name)"])
            try await take(
                .operationFailed(reason, restored: failure.rolledBack),
                for: id,
                source: "agent",
                note: failure.rolledBack ? "rolled back to what it was" : nil
            ) { record in
                record.lastFailure = ["\(report.instruction):"] + kept
            }
        }
        try await advanceRuns()
    }

    private func succeeded(_ instruction: String, _ success: InstructionReport.Success, _ record: NodeRecord)
        async throws
    {
        let id = record.id
        let kind = instruction.prefix { $0 != "-" }
        switch (kind, record.lifecycle.state) {
        case ("write", _):
            try await take(.imageWritten(success.summary), for: id, source: "agent")
        case ("boot", _):
            try await take(.leavingRamdisk, for: id, source: "agent", note: success.summary)
        case (_, .deploying(let deployment)) where deployment.stage == .steps:
            try await finished(deployment.generation, success, record)
        case (_, .servicing(let servicing)):
            try await finished(servicing.generation, success, record)
        default:
            break  // Said again, or said too late: what it was about has ended.
        }
    }

    private func finished(_ generation: Int, _ success: InstructionReport.Success, _ record: NodeRecord) async throws {
        let plan = try await store.read { try $0.plan(generation) }
        let node = plan[node: record.id]
        try await take(.stepsFinished(generation: generation), for: record.id, source: "agent", note: success.summary) {
            record in
            guard let node else { return }
            record.installed = NodeRecord.InstalledRecord(
                generation: generation,
                content: node.content,
                imageDigest: node.imageDigest,
                rootDisk: node.rootDisk ?? record.installed?.rootDisk
            )
            record.servicesUp = node.content.services.map(\.name)
        }
    }

    /// Keeps the events not seen before and says which number comes next.
    public func takeEvents(_ batch: EventBatch, from id: String) async throws -> EventAcknowledgement {
        let instant = now()
        let next: Int = try await store.write { transaction in
            var record = try transaction.node(id)
            var cursor = record.events ?? NodeRecord.EventCursor(bootID: batch.bootID, next: 0)
            if cursor.bootID != batch.bootID { cursor = NodeRecord.EventCursor(bootID: batch.bootID, next: 0) }
            guard (0...(1 << 53)).contains(batch.first) else { return cursor.next }
            if batch.first > cursor.next {
                try transaction.note(id, at: instant, "agent", "\(batch.first - cursor.next) events were lost")
                cursor.next = batch.first
            }
            for event in batch.events.dropFirst(cursor.next - batch.first) {
                cursor.next += 1
                switch event.kind {
                case .note(let text):
                    try transaction.note(id, at: event.at, "agent", text)
                case .progress(_, let stage, let done, let total):
                    let entry = ProgressBoard.Entry(stage: stage, done: done, total: total, at: event.at)
                    progress.set(id, entry)
                case .step(let step):
                    if step.state == .serviceDone, !record.servicesUp.contains(step.service) {
                        record.servicesUp.append(step.service)
                    }
                    try transaction.note(id, at: event.at, "step", step.line)
                }
            }
            record.events = cursor
            try transaction.put(.node, id, encoding: record)
            return cursor.next
        }
        return EventAcknowledgement(next: next)
    }

    /// Whether the services that a gate waits for are up on all nodes that have them.
    public func gate(_ request: GateRequest, from id: String) async throws -> GateAnswer {
        let waiting: [String] = try await store.read { reader in
            let record = try reader.node(id)
            guard case .deploying(let deployment) = record.lifecycle.state else { return [] }
            let plan = try reader.plan(deployment.generation)
            guard let node = plan[node: id], node.bundle.steps.indices.contains(request.index),
                case .gate(let services) = node.bundle.steps[request.index].work
            else { return [] }
            let others = try reader.all(NodeRecord.self, .node)
            var waiting: [String] = []
            for service in services {
                for other in others {
                    let content = plan[node: other.id]?.content ?? other.installed?.content
                    guard let content, content.services.contains(where: { $0.name == service }) else { continue }
                    if !other.servicesUp.contains(service) {
                        waiting.append("\(service) on \(other.name) (\(other.lifecycle.name))")
                    }
                }
            }
            return waiting
        }
        return GateAnswer(open: waiting.isEmpty, waitingFor: waiting)
    }

    /// A fresh one-time token for a node that boots the ramdisk; the ones before it that nobody used are withdrawn.
    ///
    /// Nil where none may be given: nothing is asked of the node, or its agent is already in the ramdisk, so that whoever
    /// asks is not the node.
    func mintToken(for node: String) async throws -> String? {
        let token = TokenText.make()
        let instant = now()
        let record = EnrollTokenRecord(node: node, expires: instant + 3600, usedBy: nil, certificate: nil)
        return try await store.write { transaction in
            let lifecycle = heard.caughtUp(try transaction.node(node).lifecycle, of: node)
            guard lifecycle.mayBootRamdisk, !lifecycle.agentIsIn(.ramdisk, at: instant) else { return nil }
            for (id, document) in try transaction.documents(.enrollToken) {
                let earlier = try JSONDecoder().decode(EnrollTokenRecord.self, from: document)
                let isOver = earlier.usedBy == nil || earlier.expires <= record.expires - 3600
                if earlier.node == node && isOver { try transaction.remove(.enrollToken, id) }
            }
            try transaction.put(.enrollToken, TokenText.hash(token), encoding: record)
            return token
        }
    }
}

extension NodeRecord {
    /// Whether a machine may be this node: one thing that both know is the same, or nothing is known of the node yet.
    func isMachine(_ machine: MachineIdentity) -> Bool {
        if macs.isEmpty && uuid == nil && serial == nil { return true }
        if machine.macs.contains(where: { macs.contains($0.lowercased()) }) { return true }
        if let uuid, let other = machine.uuid?.lowercased() {
            if uuid == other || BootRequest.swappingOctets(ofUUID: other) == uuid { return true }
        }
        return serial != nil && serial == machine.serial
    }
}

extension NodeLifecycle {
    var isAtRest: Bool { deadline == nil }
}

extension String {
    /// All on one line, for a timeline.
    var oneLine: String {
        split { $0.isWhitespace }.joined(separator: " ")
    }
}

extension StepEvent {
    /// The event on one line.
    var line: String {
        var text = "\(service): \(subject) \(state.rawValue)"
        if state == .serviceDone { text = "\(service): done" }
        if let output, !output.isEmpty {
            text += ": " + output.split(separator: "\n").suffix(3).joined(separator: " | ").prefix(500)
        }
        return text
    }
}

extension Inventory {
    /// The machine on one line.
    var summary: String {
        let parts: [String?] = [
            [system.vendor, system.product].compactMap(\.self).joined(separator: " "),
            cpu.threads.map { "\($0) threads" },
            memory.total.map { "\($0 >> 20) MiB memory" },
            "\(disks.count) disk\(disks.count == 1 ? "" : "s")",
            "\(nics.count) NIC\(nics.count == 1 ? "" : "s")",
            bootMode.map { "\($0)" },
        ]
        return "inventory: " + parts.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

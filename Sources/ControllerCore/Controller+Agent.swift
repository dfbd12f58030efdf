public import AgentAPI
import FoundationEssentials
import Inventory
import Lifecycle
import Logging
import Planning
import Store

extension Controller {
    public func takeInventory(_ report: InventoryReport, from id: String) async throws {
        let inventory = report.inventory
        let rules = currentRules
        if try await takeDiscovery(report, rules, from: id) { return }
        let instant = now()
        try await take(
            .inventoryReported,
            for: id,
            source: "agent",
            note: inventory.summary,
            about: Subject(instruction: report.instruction, "inventory for \(report.instruction)"),
            change: { record in
                record.serial = MachineWord.known(record.serial) ?? MachineWord.known(inventory.system.serial)
                record.secureBoot = inventory.secureBoot
                for mac in inventory.nics.compactMap(\.mac) where !record.macs.contains(mac) { record.macs.append(mac) }
            },
            keep: { transaction, record in
                try transaction.judgeTest(report, of: &record, at: instant)
                record.judge(try transaction.keep(inventory, of: id, for: report.instruction, at: instant))
                try transaction.apply(rules, to: &record, with: inventory, at: instant)
            }
        )
    }

    /// How an instruction ended. A report of an earlier operation changes nothing.
    public func takeReport(_ report: InstructionReport, from id: String) async throws {
        progress.clear(id)
        switch report.outcome {
        case .succeeded(let success): try await succeeded(report.instruction, success, id)
        case .failed(let failure): try await failed(report.instruction, failure, id)
        }
        try await advanceRuns()
    }

    private func succeeded(_ instruction: String, _ success: InstructionReport.Success, _ id: String) async throws {
        let subject = Subject(instruction: instruction, "report on \(instruction)")
        let kind = instruction.prefix { $0 != "-" }
        switch kind {
        case "write":
            try await take(.imageWritten(success.summary), for: id, source: "agent", about: subject)
        case "boot":
            try await take(.leavingRamdisk, for: id, source: "agent", note: success.summary, about: subject)
        default:
            let record = try await store.read { try $0.node(id) }
            guard record.lifecycle.isAbout(instruction) else {
                await note(id, "agent", "a late report on \(instruction) was set aside")
                return
            }
            // Otherwise it is said again, or its news has come with the inventory.
            guard let generation = record.lifecycle.stepsGeneration else { return }
            try await finished(generation, success, record, subject)
        }
    }

    private func finished(
        _ generation: Int,
        _ success: InstructionReport.Success,
        _ record: NodeRecord,
        _ subject: Subject
    ) async throws {
        let plan = try await store.read { try $0.plan(generation) }
        let node = plan[node: record.id]
        try await take(
            .stepsFinished(generation: generation),
            for: record.id,
            source: "agent",
            // An agent knows no runbooks, and what it says of one the node's course says better.
            note: plan.runbook == nil ? success.summary : nil,
            about: subject
        ) { record in
            // Not where it was set aside.
            guard let node, record.lifecycle.state == .active, record.lifecycle.generation == generation else { return }
            record.carries(node, of: generation)
        }
    }

    private func failed(_ instruction: String, _ failure: InstructionReport.Failure, _ id: String) async throws {
        let record = try await store.read { try $0.node(id) }
        guard record.lastFailure.first != "\(instruction):" else { return }
        let reason = failure.reason.oneLine
        var lines = [reason]
        if let output = failure.output { lines += output.split(separator: "\n").suffix(20).map(String.init) }
        if failure.rolledBack { lines.append("the node rolled back to what it was") }
        let kept = lines
        log.warning("\(instruction) failed: \(reason)", metadata: ["node": "\(record.name)"])
        try await take(
            .operationFailed(reason, restored: failure.rolledBack),
            for: id,
            source: "agent",
            note: failure.rolledBack ? "rolled back to what it was" : nil,
            about: Subject(instruction: instruction, "report on \(instruction) (\(reason))")
        ) { record in
            record.lastFailure = ["\(instruction):"] + kept
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
            var isFurther = false
            for event in batch.events.dropFirst(cursor.next - batch.first) {
                cursor.next += 1
                switch event.kind {
                case .note(let text):
                    try transaction.note(id, at: event.at, "agent", text)
                case .progress(let instruction, let stage, let done, let total):
                    let entry = ProgressBoard.Entry(stage: stage, done: done, total: total, at: event.at)
                    if record.lifecycle.isAbout(instruction), entry.isFurther(than: progress[id]) { isFurther = true }
                    progress.set(id, entry)
                case .step(let step):
                    if record.lifecycle.isAbout(step.bundle), step.state.isFurther { isFurther = true }
                    if step.state == .serviceDone, !record.servicesUp.contains(step.service) {
                        record.servicesUp.append(step.service)
                    }
                    try transaction.note(id, at: event.at, "step", step.line)
                }
            }
            record.events = cursor
            if isFurther { _ = try record.lifecycle.handle(.progressed, at: instant) }
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
                    guard let content, content.names.contains(service) else { continue }
                    if !other.servicesUp.contains(service) {
                        waiting.append("\(service) on \(other.name) (\(other.lifecycle.name))")
                    }
                }
            }
            return waiting
        }
        return GateAnswer(open: waiting.isEmpty, waitingFor: waiting)
    }
}

extension NodeContent {
    /// What gates can wait for: `SERVICE`, and `SERVICE/CONTAINER` for what one node of a role runs for all.
    fileprivate var names: [String] {
        services.flatMap { service in [service.name] + service.containers.map { "\(service.name)/\($0.name)" } }
    }
}

extension NodeRecord {
    /// The node carries what a plan made of it.
    mutating func carries(_ node: NodePlan, of generation: Int) {
        installed = InstalledRecord(
            generation: generation,
            content: node.content,
            imageDigest: node.imageDigest,
            imageName: node.operation == .deploy ? node.imageName : installed?.imageName,
            rootDisk: node.rootDisk ?? installed?.rootDisk
        )
        servicesUp = node.content.names
    }
}

extension StepEvent.State {
    /// A step came to something; one that waits or fails did not.
    var isFurther: Bool {
        switch self {
        case .started, .changed, .unchanged, .skipped, .restored, .serviceDone: true
        case .failed, .waiting: false
        }
    }
}

extension NodeLifecycle {
    var isAtRest: Bool { deadline == nil }

    /// Something is being done with the machine that a change of its power would break off.
    var isBeingWorkedOn: Bool {
        switch state {
        case .verifying, .inspecting, .deploying, .servicing, .testing: true
        case .enroll, .manageable, .available, .active, .failed: false
        }
    }
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
            text += ": " + lastLines(of: output).joined(separator: " | ").prefix(500)
        }
        return text
    }

    /// As a screen shows them: what a program that counts up writes over is gone.
    private func lastLines(of output: String) -> [Substring] {
        let lines = output.split { $0 == "\n" || $0 == "\r\n" }
        return lines.suffix(3).map { $0.split(separator: "\r").last ?? "" }
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

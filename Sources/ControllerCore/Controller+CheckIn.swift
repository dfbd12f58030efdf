public import AgentAPI
import Catalog
import Lifecycle
import Planning
import Store
import Synchronization

extension Controller {
    /// Takes the agent's call and answers with the one thing to do.
    public func checkIn(_ call: CheckIn, from id: String) async throws -> Instruction {
        let mode = NodeLifecycle.AgentSeen.Mode(rawValue: call.mode.rawValue) ?? .host
        let seen = NodeLifecycle.AgentSeen(mode: mode, bootID: call.bootID, at: now(), generation: call.generation)
        let record = try await hear(seen, version: call.agentVersion, from: id)
        if let busy = call.busyWith, !record.lifecycle.isAbout(busy) {
            try await noteStop(of: busy, record)
            return Instruction(id: "stop-\(busy)", action: .stop(instruction: busy))
        }
        let wait = Instruction(id: "wait", action: .wait(seconds: record.lifecycle.isAtRest ? 5 : 2))
        if mode == .ramdisk, let asked = try await discoveryInstruction(for: record) { return asked }
        // What is under way on the node goes on; nothing further is started.
        guard record.lifecycle.maintenance == nil, let wanted = try await instruction(for: record, in: mode) else {
            return wait
        }
        return try await hand(wanted, to: record) ? wanted : wait
    }

    /// What the operation under way wants of the agent; nil for nothing.
    private func instruction(for record: NodeRecord, in mode: NodeLifecycle.AgentSeen.Mode) async throws -> Instruction?
    {
        let (id, serial) = (record.id, record.lifecycle.serial)
        switch record.lifecycle.wanted(of: mode) {
        case .nothing:
            return nil
        case .inventory:
            return Instruction(id: "inspect-\(serial)", action: .sendInventory(checks: settings.healthChecks))
        case .test:
            return try await testInstruction(for: record)
        case .writeImage(let generation):
            let plan = try await store.read { try $0.plan(generation) }
            guard let node = plan[node: id], let disk = node.rootDisk else { return nil }
            return Instruction(
                id: "write-\(generation)-\(serial)",
                action: .writeImage(
                    WriteImage(
                        approval: "plan-\(generation)-\(serial)",
                        imageName: node.imageName,
                        imageDigest: node.imageDigest,
                        rootDisk: disk,
                        hostName: record.name,
                        generation: generation
                    )
                )
            )
        case .bootInstalled(let generation):
            let plan = try await store.read { try $0.plan(generation) }
            guard let node = plan[node: id], let disk = node.rootDisk else { return nil }
            let method: BootInstalled.Method = node.firstBoot == .kexec ? .kexec : .reset
            return Instruction(
                id: "boot-\(generation)-\(serial)",
                action: .boot(BootInstalled(method: method, rootDisk: disk, kernelArguments: node.kernelArguments))
            )
        case .runBundle(let generation):
            let plan = try await store.read { try $0.plan(generation) }
            guard let node = plan[node: id] else { return nil }
            var bundle: Bundle
            do {
                bundle = try await self.bundle(of: node, in: plan)
            } catch let missing as MissingSecret {
                try await take(
                    .operationFailed("\(missing)", restored: false),
                    for: id,
                    about: Subject(serial: serial)
                )
                return nil
            }
            bundle.id += "-\(serial)"
            return Instruction(id: bundle.id, action: .run(try SignedBundle(bundle, signedWith: signingKey)))
        }
    }

    /// Keeps that the agent is given the instruction, so that an abort knows of it.
    ///
    /// - Returns: whether it may be given: not where the operation was given up meanwhile
    private func hand(_ instruction: Instruction, to record: NodeRecord) async throws -> Bool {
        guard record.lifecycle.handed != instruction.id else { return true }
        var subject = Subject(serial: record.lifecycle.serial)
        subject.holds = { _, record in record.lifecycle.maintenance == nil }
        let given = try await take(.instructed(instruction.id), for: record.id, source: "agent", about: subject)
        return given.lifecycle.handed == instruction.id
    }

    /// Once for each instruction, however long the agent takes to end it.
    private func noteStop(of instruction: String, _ record: NodeRecord) async throws {
        guard record.toldToStop != instruction else { return }
        let instant = now()
        try await store.write { transaction in
            var record = try transaction.node(record.id)
            guard record.toldToStop != instruction else { return }
            record.toldToStop = instruction
            try transaction.put(.node, record.id, encoding: record)
            try transaction.note(
                record.id,
                at: instant,
                "controller",
                "the agent is at work on \(instruction.oneLine), which is not wanted any more: it is told to stop"
            )
        }
    }

    /// Takes note of a call. One that says nothing new is kept in memory, and stored once in a while.
    private func hear(_ seen: NodeLifecycle.AgentSeen, version: String, from id: String) async throws -> NodeRecord {
        let record = try await store.read { try $0.node(id) }
        heard.set(id, seen)
        directory.cameFurther(id)
        for mac in directory.recentMACs(of: id) {
            let (stage, place): (BootBoard.Stage, String) =
                seen.mode == .ramdisk ? (.agent, "the ramdisk") : (.disk, "the installed system")
            boots.see(mac, stage, "the agent calls from \(place)", node: id, at: seen.at)
        }
        if record.agentVersion == version, let stored = record.lifecycle.agent, seen.at >= stored.at,
            seen.at - stored.at < HeardBoard.secondsUnstored, record.lifecycle.saysNothingNew(seen)
        {
            return record
        }
        let heard = try await take(.checkedIn(seen), for: id, source: "agent") { $0.agentVersion = version }
        return try await confirmClaim(of: heard)
    }

    /// A node that says it carries a newer plan of its own went on with what was given up here: what is known of it
    /// follows, so that the next plan is not made from what it was.
    private func confirmClaim(of record: NodeRecord) async throws -> NodeRecord {
        let lifecycle = record.lifecycle
        guard lifecycle.state == .active, let claimed = lifecycle.claimed, claimed > lifecycle.generation else {
            return record
        }
        let plan = try await store.read { try $0.get(Plan.self, .plan, Plan.id(claimed)) }
        guard let node = plan?[node: record.id], node.operation != .deploy else { return record }
        return try await take(.claimConfirmed(generation: claimed), for: record.id, source: "agent") { record in
            guard record.lifecycle.generation == claimed else { return }
            record.carries(node, of: claimed)
        }
    }
}

/// When agents last called; in memory, since they call all the time.
final class HeardBoard: Sendable {
    /// How far what is stored may lag behind.
    static let secondsUnstored = 60.0

    private let calls = Mutex<[String: NodeLifecycle.AgentSeen]>([:])

    func set(_ node: String, _ seen: NodeLifecycle.AgentSeen) {
        calls.withLock { $0[node] = seen }
    }

    func clear(_ node: String) {
        calls.withLock { _ = $0.removeValue(forKey: node) }
    }

    /// The node's course with its last call.
    func caughtUp(_ lifecycle: NodeLifecycle, of node: String) -> NodeLifecycle {
        guard let seen = calls.withLock({ $0[node] }), let stored = lifecycle.agent, seen.at > stored.at,
            lifecycle.saysNothingNew(seen)
        else { return lifecycle }
        var lifecycle = lifecycle
        _ = try? lifecycle.handle(.checkedIn(seen), at: seen.at)
        return lifecycle
    }
}

extension NodeLifecycle {
    /// Whether the call would change nothing but when the agent last called.
    func saysNothingNew(_ seen: AgentSeen) -> Bool {
        guard let agent else { return false }
        var copy = self
        var again = seen
        again.at = agent.at
        guard let effects = try? copy.handle(.checkedIn(again), at: seen.at) else { return false }
        return effects.isEmpty && copy == self
    }
}

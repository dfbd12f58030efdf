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
        let seen = NodeLifecycle.AgentSeen(mode: mode, bootID: call.bootID, at: now())
        let record = try await hear(seen, version: call.agentVersion, from: id)
        let serial = record.lifecycle.serial
        let wait = Instruction(id: "wait", action: .wait(seconds: record.lifecycle.isAtRest ? 5 : 2))
        // What is under way on the node goes on; nothing further is started.
        if record.lifecycle.maintenance != nil { return wait }
        switch record.lifecycle.wanted(of: mode) {
        case .nothing:
            return wait
        case .inventory:
            return Instruction(id: "inspect-\(serial)", action: .sendInventory)
        case .writeImage(let generation):
            let plan = try await store.read { try $0.plan(generation) }
            guard let node = plan[node: id], let disk = node.rootDisk else { return wait }
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
            guard let node = plan[node: id], let disk = node.rootDisk else { return wait }
            let method: BootInstalled.Method = node.firstBoot == .kexec ? .kexec : .reset
            return Instruction(
                id: "boot-\(generation)-\(serial)",
                action: .boot(BootInstalled(method: method, rootDisk: disk, kernelArguments: node.kernelArguments))
            )
        case .runBundle(let generation):
            let plan = try await store.read { try $0.plan(generation) }
            guard let node = plan[node: id] else { return wait }
            var bundle: Bundle
            do {
                bundle = try await self.bundle(of: node)
            } catch let missing as MissingSecret {
                try await take(.operationFailed("\(missing)", restored: false), for: id)
                return wait
            }
            bundle.id += "-\(serial)"
            return Instruction(id: bundle.id, action: .run(try SignedBundle(bundle, signedWith: signingKey)))
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
        return try await take(.checkedIn(seen), for: id, source: "agent") { $0.agentVersion = version }
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
        let again = AgentSeen(mode: seen.mode, bootID: seen.bootID, at: agent.at)
        guard let effects = try? copy.handle(.checkedIn(again), at: seen.at) else { return false }
        return effects.isEmpty && copy == self
    }
}

import BMC
import Boot
import FoundationEssentials
import Lifecycle
import Logging
import Planning
import Store

extension Controller {
    /// Takes one event for one node: decides and stores in one transaction, acts after it.
    @discardableResult
    func take(
        _ event: NodeLifecycle.Event,
        for id: String,
        source: String = "controller",
        note: String? = nil,
        change: @escaping @Sendable (inout NodeRecord) -> Void = { _ in }
    ) async throws -> NodeRecord {
        let instant = now()
        let (record, effects, before) = try await store.write { transaction in
            var record = try transaction.node(id)
            record.lifecycle = heard.caughtUp(record.lifecycle, of: id)
            let before = record.lifecycle
            record.lifecycle.bootPatience = settings.bootPatience
            change(&record)
            let effects: [NodeLifecycle.Effect]
            do {
                effects = try record.lifecycle.handle(event, at: instant)
            } catch {
                throw ControllerProblem("\(record.name): \(error)", .conflict)
            }
            try transaction.put(.node, id, encoding: record)
            if let note { try transaction.note(id, at: instant, source, note) }
            if event == .tick, effects.contains(.networkBoot) {
                let left = record.lifecycle.attemptsLeft
                try transaction.note(
                    id,
                    at: instant,
                    source,
                    "nothing was heard in time: booted again, attempts left: \(left)"
                )
            }
            if before.name != record.lifecycle.name || before.evidence != record.lifecycle.evidence {
                try transaction.note(
                    id,
                    at: instant,
                    "controller",
                    before.name == record.lifecycle.name
                        ? "\(record.lifecycle.name): \(record.lifecycle.evidence)"
                        : "\(before.name) -> \(record.lifecycle.name): \(record.lifecycle.evidence)"
                )
            }
            return (record, effects, before.name)
        }
        if before != record.lifecycle.name {
            log.info(
                "\(before) -> \(record.lifecycle.name): \(record.lifecycle.evidence)",
                metadata: ["node": "\(record.name)", "id": "\(id)"]
            )
        }
        remember(record)
        for effect in effects { perform(effect, record) }
        return record
    }

    /// Puts what a boot needs to know of the node into memory.
    func remember(_ record: NodeRecord) {
        directory.set(
            BootDirectory.Entry(
                node: record.id,
                macs: record.macs,
                uuid: record.uuid,
                wantsRamdisk: record.lifecycle.mayBootRamdisk,
                installed: record.lifecycle.generation > 0 || record.lifecycle.isLeavingRamdisk,
                loader: record.bootLoader.flatMap { UEFILoader(rawValue: $0) },
                secureBoot: record.secureBoot
            )
        )
    }

    /// Starts what was decided. Each may be done twice.
    func perform(_ effect: NodeLifecycle.Effect, _ record: NodeRecord) {
        let id = record.id
        effects.start("\(effect) \(id)") {
            do {
                switch effect {
                case .verify: try await verify(record)
                case .networkBoot: try await networkBoot(record)
                case .preferDisk: try await preferDisk(record)
                }
            } catch is CancellationError {
                return
            } catch {
                log.warning("\(effect) failed: \(error)", metadata: ["node": "\(record.name)"])
                guard await isStillWanted(effect, record) else { return }
                let event: NodeLifecycle.Event =
                    effect == .verify ? .verifyFailed("\(error)") : .networkBootFailed("\(error)")
                if effect == .preferDisk {
                    await note(id, "bmc", "the boot device could not be set to disk: \(error)")
                    return
                }
                _ = try? await take(event, for: id, source: "bmc")
            }
        }
    }

    /// Whether the node is still in the operation that an effect was decided in: a BMC may take long to answer.
    private func isStillWanted(_ effect: NodeLifecycle.Effect, _ record: NodeRecord) async -> Bool {
        guard let found = try? await store.read({ try $0.node(record.id) }) else { return false }
        let lifecycle = heard.caughtUp(found.lifecycle, of: record.id)
        guard lifecycle.serial == record.lifecycle.serial else { return false }
        guard effect == .networkBoot else { return true }
        return lifecycle.mayBootRamdisk && !lifecycle.agentIsIn(.ramdisk, at: now())
    }

    func gate(_ record: NodeRecord) async throws -> BMCGate {
        let password = try box.open(record.bmc.sealedPassword, context: "bmc \(record.id)")
        return await gates.gate(
            for: BMCEndpoint(
                protocol: record.bmc.protocol == "ipmi" ? .ipmi : .redfish,
                address: record.bmc.address,
                port: record.bmc.port,
                username: record.bmc.username,
                password: Secret(password),
                certificate: record.bmc.certificate.map { .pinned($0) } ?? .firstUse
            )
        )
    }

    private func verify(_ record: NodeRecord) async throws {
        let gate = try await gate(record)
        await gate.reopen()
        let identity = try await gate.identify()
        let power = try await gate.powerState()
        var words = [identity.interface]
        words += [identity.manufacturer, identity.model].compactMap(\.self)
        words.append("power \(power)")
        let text = "BMC \(record.bmc.address) answers: " + words.joined(separator: ", ")
        try await take(.verified(text), for: record.id, source: "bmc") { record in
            if record.bmc.certificate == nil { record.bmc.certificate = identity.certificateSHA256 }
            if record.uuid == nil { record.uuid = identity.uuid?.lowercased() }
            if record.serial == nil { record.serial = identity.serialNumber }
        }
    }

    private func networkBoot(_ record: NodeRecord) async throws {
        let gate = try await gate(record)
        let outcome = try await gate.ensureBootDevice(BootSetting(device: .pxe, persistence: .once))
        for warning in outcome.warnings { await note(record.id, "bmc", warning) }
        await note(record.id, "bmc", "boot device asked for: pxe, once; the BMC reads back: \(outcome.found)")
        guard await isStillWanted(.networkBoot, record) else { return }
        try await gate.restart()
        await note(record.id, "bmc", "the machine was switched on or restarted for a network boot")
    }

    private func preferDisk(_ record: NodeRecord) async throws {
        let gate = try await gate(record)
        let outcome = try await gate.ensureBootDevice(BootSetting(device: BootDevice.none, persistence: nil))
        for warning in outcome.warnings { await note(record.id, "bmc", warning) }
        await note(record.id, "bmc", "boot override cleared: the firmware's own order holds, \(outcome.found)")
    }

    /// Puts a line on a node's timeline.
    public func note(_ node: String, _ source: String, _ text: String) async {
        let instant = now()
        do {
            try await store.write { try $0.note(node, at: instant, source, text) }
        } catch {
            log.error("the timeline cannot be written: \(error)", metadata: ["node": "\(node)"])
        }
    }

    /// What was decided before a stop and may never have been done; and what the boot servers must know.
    public func resume() async throws {
        let instant = now()
        let records = try await store.write { transaction in
            try transaction.all(NodeRecord.self, .node).map { record in
                var record = record
                let before = record.lifecycle
                record.lifecycle.resume(at: instant)
                if record.lifecycle != before { try transaction.put(.node, record.id, encoding: record) }
                return record
            }
        }
        for record in records {
            remember(record)
            for effect in record.lifecycle.owed(at: instant) { perform(effect, record) }
        }
    }

    /// Looks after deadlines and runs, about once a second, until it is cancelled.
    public func watch() async throws {
        defer { effects.cancelAll() }
        while !Task.isCancelled {
            do {
                try await tick()
            } catch {
                log.error("\(error)")
            }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// One look at every deadline and run.
    func tick() async throws {
        let instant = now()
        for record in try await store.read({ try $0.all(NodeRecord.self, .node) }) {
            if let deadline = record.lifecycle.deadline, deadline <= instant {
                _ = try? await take(.tick, for: record.id)
            }
        }
        try await advanceRuns()
    }
}

extension NodeLifecycle {
    /// Whether the ramdisk may be started on the node and its agent may enroll.
    var mayBootRamdisk: Bool { wantsRamdisk && quarantined == nil && maintenance == nil }

    /// Between the written image and the installed system's first call.
    var isLeavingRamdisk: Bool {
        guard case .deploying(let deployment) = state else { return false }
        return deployment.stage != .writing
    }
}

extension StoreReading {
    func node(_ id: String) throws -> NodeRecord {
        guard let record = try get(NodeRecord.self, .node, id) else {
            throw ControllerProblem("there is no node '\(id)'", .notFound)
        }
        return record
    }

    /// A node by its name or id.
    func node(named name: String) throws -> NodeRecord {
        if let record = try get(NodeRecord.self, .node, name) { return record }
        let all = try all(NodeRecord.self, .node)
        guard let record = all.first(where: { $0.name == name }) else {
            let known = all.map(\.name).sorted().joined(separator: ", ")
            throw ControllerProblem(
                "there is no node '\(name)'; " + (all.isEmpty ? "none is enrolled" : "nodes are \(known)"),
                .notFound
            )
        }
        return record
    }

    func plan(_ generation: Int) throws -> Plan {
        guard let plan = try get(Plan.self, .plan, Plan.id(generation)) else {
            throw ControllerProblem("there is no plan \(generation)", .notFound)
        }
        return plan
    }
}

extension Plan {
    /// Sorts as numbers do.
    static func id(_ generation: Int) -> String {
        let digits = String(generation)
        return String(repeating: "0", count: max(0, 9 - digits.count)) + digits
    }
}

extension StoreTransaction {
    func note(_ node: String, at instant: Double, _ source: String, _ text: String) throws {
        try append(TimelineEntry(node: node, at: instant, source: source, text: text))
    }
}

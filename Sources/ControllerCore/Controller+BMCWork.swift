import BMC
import FoundationEssentials
import Lifecycle
import Logging
import Store

/// What is done at BMCs, after it was decided. Each may be done twice, and none is done for an operation that is over.
extension Controller {
    /// Starts what was decided.
    func perform(_ effect: NodeLifecycle.Effect, _ record: NodeRecord) {
        effects.start("\(effect) \(record.id)") {
            guard let record = await stillWanting(effect, record) else { return }
            do {
                switch effect {
                case .verify: try await verify(record)
                case .networkBoot: try await networkBoot(record)
                case .preferDisk: try await preferDisk(record)
                case .restartToDisk: try await restartToDisk(record)
                }
            } catch is CancellationError {
                return
            } catch {
                log.warning("\(effect) failed: \(error)", metadata: ["node": "\(record.name)"])
                await tell(thatFailed: effect, record, "\(error)".oneLine)
            }
        }
    }

    private func tell(thatFailed effect: NodeLifecycle.Effect, _ record: NodeRecord, _ reason: String) async {
        let (id, serial, instant) = (record.id, record.lifecycle.serial, now())
        switch effect {
        case .verify:
            _ = try? await take(.verifyFailed(reason), for: id, source: "bmc", about: answer(to: record))
        case .networkBoot:
            let subject = Subject(serial: serial, text: "failure of a network boot (\(reason))") { _, record in
                record.lifecycle.mayBootRamdisk && !record.lifecycle.agentIsIn(.ramdisk, at: instant)
            }
            _ = try? await take(.networkBootFailed(reason), for: id, source: "bmc", about: subject)
        case .preferDisk:
            await note(id, "bmc", "the boot device could not be set to disk: \(reason)")
        case .restartToDisk:
            let subject = Subject(serial: serial, text: "failure of a restart (\(reason))")
            _ = try? await take(.restartFailed(reason), for: id, source: "bmc", about: subject)
        }
    }

    /// The node as it is now, while it is in the operation that an effect was decided in: a BMC may take long to answer.
    func stillWanting(_ effect: NodeLifecycle.Effect, _ record: NodeRecord) async -> NodeRecord? {
        guard var found = try? await store.read({ try $0.node(record.id) }) else { return nil }
        found.lifecycle = heard.caughtUp(found.lifecycle, of: record.id)
        let lifecycle = found.lifecycle
        let isSame = lifecycle.serial == record.lifecycle.serial
        let holds =
            switch effect {
            case .verify: isSame || record.lifecycle.state != .verifying
            case .networkBoot: isSame && lifecycle.mayBootRamdisk && !lifecycle.agentIsIn(.ramdisk, at: now())
            case .preferDisk: isSame
            case .restartToDisk:
                isSame && lifecycle.isAtFirstBoot && lifecycle.maintenance == nil && lifecycle.quarantined == nil
            }
        return holds ? found : nil
    }

    func gate(_ record: NodeRecord) async throws -> BMCGate { await gates.gate(for: try endpoint(of: record)) }

    func endpoint(of record: NodeRecord) throws -> BMCEndpoint {
        let password = try box.open(record.bmc.sealedPassword, context: "bmc \(record.id)")
        return BMCEndpoint(
            protocol: record.bmc.way,
            // Each person's machine has a gate of its own.
            address: record.bmc.way == .manual ? record.id : record.bmc.address,
            port: record.bmc.port,
            username: record.bmc.username,
            password: Secret(password),
            certificate: record.bmc.certificate.map { .pinned($0) } ?? .firstUse,
            allowsLegacyTLS: record.bmc.legacyTLS == true,
            system: record.bmc.way == .webhook ? record.name : nil
        )
    }

    private func verify(_ record: NodeRecord) async throws {
        let gate = try await gate(record)
        let identity = try await gate.identify()
        let power = try await gate.powerState()
        var words = [identity.interface]
        words += [identity.manufacturer, identity.model].compactMap(\.self)
        words.append("power \(power)")
        let text =
            (record.bmc.way == .manual ? "no BMC: " : "BMC \(record.bmc.address) answers: ")
            + words.joined(separator: ", ")
        try await take(.verified(text), for: record.id, source: "bmc", about: answer(to: record)) { record in
            if record.bmc.certificate == nil { record.bmc.certificate = identity.certificateSHA256 }
            if record.uuid == nil { record.uuid = MachineWord.known(identity.uuid)?.lowercased() }
            if record.serial == nil { record.serial = MachineWord.known(identity.serialNumber) }
        }
        learnHardware(of: record.id, gate)
    }

    /// A check of a node at rest begins no operation, and its answer is welcome in any.
    private func answer(to record: NodeRecord) -> Subject {
        let isOperation = record.lifecycle.state == .verifying
        return Subject(serial: isOperation ? record.lifecycle.serial : nil, text: "answer of the BMC")
    }

    private func networkBoot(_ record: NodeRecord) async throws {
        guard record.bmc.way != .manual else {
            return await askPerson("switch the machine on, or restart it, and let it boot from the network", record)
        }
        if record.bootsMedium == true { return try await bootMedium(record) }
        let gate = try await gate(record)
        let outcome = try await gate.ensureBootDevice(BootSetting(device: .pxe, persistence: .once))
        for warning in outcome.warnings { await note(record.id, "bmc", warning) }
        await note(record.id, "bmc", "boot device asked for: pxe, once; the BMC reads back: \(outcome.found)")
        guard await stillWanting(.networkBoot, record) != nil else { return }
        try await gate.restart()
        await restarted(record, "the machine was switched on or restarted for a network boot")
    }

    private func preferDisk(_ record: NodeRecord) async throws {
        let gate = try await gate(record)
        let outcome = try await gate.ensureBootDevice(BootSetting(device: BootDevice.none, persistence: nil))
        for warning in outcome.warnings { await note(record.id, "bmc", warning) }
        await note(record.id, "bmc", "boot override cleared: the firmware's own order holds, \(outcome.found)")
    }

    private func restartToDisk(_ record: NodeRecord) async throws {
        guard record.bmc.way != .manual else {
            return await askPerson("restart the machine, and let it start its disk", record)
        }
        do {
            try await preferDisk(record)
        } catch let error as BMCError {
            // The override was for one boot: without clearing it the firmware's own order may hold all the same.
            await note(record.id, "bmc", "the boot device could not be set to disk: \(error)")
        }
        guard await stillWanting(.restartToDisk, record) != nil else { return }
        try await gate(record).restart()
        await restarted(record, "the machine was switched on or restarted to its disk")
    }

    private func askPerson(_ text: String, _ record: NodeRecord) async {
        let subject = Subject(serial: record.lifecycle.serial)
        let note = "a person must act: \(text); then say rackwright node pressed \(record.name), or let it call"
        _ = try? await take(.personAsked(text), for: record.id, source: "controller", note: note, about: subject)
    }

    func restarted(_ record: NodeRecord, _ text: String) async {
        await note(record.id, "bmc", text)
        let subject = Subject(serial: record.lifecycle.serial)
        _ = try? await take(.machineRestarted, for: record.id, source: "bmc", about: subject)
    }
}

import BMC
import Boot
public import OperatorAPI
import Store

/// What operators set on nodes by their BMCs. Each change is on the node's timeline.
extension Controller {
    public func bios(of name: String) async throws -> BIOSReport {
        let (record, found) = try await atBMC(of: name) { gate in try await gate.bios() }
        return BIOSReport(
            node: record.name,
            attributes: found.attributes.mapValues { "\($0)" },
            pending: found.pending.map(BIOSChangeReport.init),
            applyTimes: found.applyTimes,
            remarks: found.remarks
        )
    }

    /// - Throws: `ControllerProblem` with every reason why a value cannot be
    public func setBIOS(of name: String, _ request: SetBIOS) async throws -> BIOSOutcomeReport {
        guard !request.attributes.isEmpty else { throw ControllerProblem("no attribute was named: NAME=VALUE") }
        let isTrial = request.dryRun ?? false
        let (record, outcome) = try await atBMC(of: name) { gate in
            try await gate.setBIOS(request.attributes, applyTime: request.applyTime, isTrial: isTrial)
        }
        let report = BIOSOutcomeReport(
            node: record.name,
            changes: outcome.changes.map(BIOSChangeReport.init),
            pending: outcome.pending.map(BIOSChangeReport.init),
            asked: !isTrial && !outcome.changes.isEmpty,
            job: outcome.task.map { "\($0.state)" },
            remarks: outcome.remarks
        )
        if report.asked {
            let changes = report.changes.map { "\($0.name) \($0.before ?? "?") -> \($0.after ?? "(kept to itself)")" }
            await note(record.id, "operator", "BIOS attributes asked for: \(changes.joined(separator: ", "))".oneLine)
            for remark in outcome.remarks { await note(record.id, "bmc", remark.oneLine) }
        }
        return report
    }

    public func secureBoot(of name: String) async throws -> SecureBootReport {
        let (record, found) = try await atBMC(of: name) { gate in try await gate.secureBoot() }
        return SecureBootReport(record.name, found)
    }

    /// The node is given the loader that its firmware will ask for from then on.
    public func setSecureBoot(of name: String, _ request: SetSecureBoot) async throws -> SecureBootReport {
        let wanted = request.enabled
        let (record, found) = try await atBMC(of: name) { gate in try await gate.setSecureBoot(wanted) }
        let instant = now()
        let text = "Secure Boot asked to be \(wanted ? "on" : "off") from the next restart on"
        try await store.write { transaction in
            var record = try transaction.node(record.id)
            if found.isEnabled == wanted { record.secureBoot = wanted }
            try transaction.put(.node, record.id, encoding: record)
            try transaction.note(record.id, at: instant, "operator", text)
        }
        return SecureBootReport(record.name, found)
    }

    public func media(of name: String) async throws -> MediaReport {
        let (record, found) = try await atBMC(of: name) { gate in try await gate.media() }
        let image = found.image.map(RamdiskMedium.withoutTokens)
        return MediaReport(node: record.name, slot: found.slot, image: image, remarks: found.remarks)
    }

    public func insertMedia(of name: String, _ request: InsertMedia) async throws -> MediaReport {
        let (record, found) = try await atBMC(of: name) { gate in try await gate.insertMedia(request.image) }
        await note(record.id, "operator", "virtual media inserted: \(request.image)".oneLine)
        var report = MediaReport(node: record.name, slot: found.slot, image: found.image, remarks: found.remarks)
        if request.bootOnce == true {
            let setting = BootSetting(device: .cd, persistence: .once)
            let outcome = try await atBMC(of: name) { gate in try await gate.ensureBootDevice(setting) }.found
            report.bootsNext = "\(outcome.found)"
            report.remarks += outcome.warnings
            await note(record.id, "operator", "boot device asked for: cd, once; the BMC reads back: \(outcome.found)")
        }
        return report
    }

    public func ejectMedia(of name: String) async throws -> MediaReport {
        let (record, found) = try await atBMC(of: name) { gate in try await gate.ejectMedia() }
        await note(record.id, "operator", "virtual media ejected")
        return MediaReport(node: record.name, slot: found.slot, image: found.image, remarks: found.remarks)
    }
}

extension BIOSChangeReport {
    fileprivate init(_ change: BMCBIOSChange) {
        self.init(name: change.name, before: change.before.map { "\($0)" }, after: change.after.map { "\($0)" })
    }
}

extension SecureBootReport {
    fileprivate init(_ node: String, _ found: BMCSecureBoot) {
        self.init(
            node: node,
            enabled: found.isEnabled,
            inForce: found.isInForce,
            mode: found.mode,
            remarks: found.remarks
        )
    }
}

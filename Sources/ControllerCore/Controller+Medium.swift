import BMC
import Boot
import FoundationEssentials
import Lifecycle
import Logging
import Octets
import Store

/// Ramdisks that come by a drive which the BMC shows to its machine: a medium is made for each start, inserted, booted and
/// ejected.
extension Controller {
    /// Boots the node from a medium of its own. What was in the drive is taken out.
    func bootMedium(_ record: NodeRecord) async throws {
        if let objection = objectionToMedium(of: record) { throw ControllerProblem(objection, .conflict) }
        let gate = try await gate(record)
        guard let token = try await mintMedium(for: record.id) else { return }
        do {
            _ = try await gate.ejectMedia()
            let drive = try await gate.insertMedia(settings.boot.mediumURL(token: token))
            await note(record.id, "bmc", "a medium with the ramdisk was inserted into the drive \(drive.slot)".oneLine)
            for remark in drive.remarks { await note(record.id, "bmc", RamdiskMedium.withoutTokens(remark).oneLine) }
        } catch var error as BMCError {
            error.detail = RamdiskMedium.withoutTokens(error.detail)
            throw error
        }
        let outcome = try await gate.ensureBootDevice(BootSetting(device: .cd, persistence: .once))
        for warning in outcome.warnings { await note(record.id, "bmc", warning) }
        await note(record.id, "bmc", "boot device asked for: cd, once; the BMC reads back: \(outcome.found)")
        guard await stillWanting(.networkBoot, record) != nil else { return }
        try await gate.restart()
        await restarted(record, "the machine was switched on or restarted to boot from its medium")
    }

    /// Why a node's ramdisk cannot come by virtual media; nil when nothing is known against it.
    func objectionToMedium(of record: NodeRecord) -> String? {
        if record.isUndecided { return "\(record.name) was discovered: enroll it, with its BMC, first" }
        guard record.bmc.way == .redfish else {
            return "virtual media needs a BMC that speaks Redfish; that of \(record.name) is '\(record.bmc.protocol)'"
        }
        if record.secureBoot == true {
            return "the firmware of \(record.name) has Secure Boot on, and what the medium starts is not signed: "
                + "boot it from the network, or rackwright bmc secure-boot \(record.name) off"
        }
        return settings.mediumProblem
    }

    /// A fresh medium's token; those before it, and their agents' tokens that nobody used, are good for nothing any more.
    private func mintMedium(for id: String) async throws -> String? {
        let token = TokenText.make()
        let instant = now()
        let record: NodeRecord? = try await store.write { transaction in
            guard try mint(TokenText.onMedium(token), for: id, at: instant, transaction) else { return nil }
            var record = try transaction.node(id)
            // A card that nobody named is only told from others where there are none.
            let only = record.macs.count == 1 ? record.macs.first.flatMap { MACAddress($0) } : nil
            record.medium = MediumRecord(
                hash: TokenText.hash(token),
                madeAt: instant,
                network: record.network,
                mac: record.network?.mac ?? only,
                isOver: false
            )
            try transaction.put(.node, id, encoding: record)
            return record
        }
        guard let record else { return nil }
        remember(record)
        return token
    }

    /// The kernel's words on the medium with this token; nil when it is not wanted, or not any more.
    public func mediumCommandLine(token: String, address: String?) async -> [String]? {
        guard let (entry, isFirst) = media.read(token: token, by: address ?? "unknown") else { return nil }
        if isFirst {
            let reader = address ?? "an unknown address"
            await note(entry.node, "http", "\(reader) reads the medium with the ramdisk")
            if let mac = entry.medium.mac ?? directory.recentMACs(of: entry.node).first {
                boots.see(mac, .loader, "\(reader) reads its medium", node: entry.node, at: now())
            }
        }
        return settings.boot.ramdiskArguments(
            mac: entry.medium.mac,
            token: TokenText.onMedium(token),
            network: entry.medium.network
        )
    }

    /// Takes a medium that has done its work out of the drive. Asked for again and again until it is done.
    func ejectMedium(of record: NodeRecord) {
        // Under the key of the boot: neither runs while the other does.
        let key = "\(NodeLifecycle.Effect.networkBoot) \(record.id)"
        guard let medium = record.medium, record.owesEject, !effects.isRunning(key) else { return }
        effects.start(key) {
            do {
                try await eject(medium, of: record.id)
            } catch is CancellationError {
                return
            } catch {
                let reason = RamdiskMedium.withoutTokens("\(error)").oneLine
                guard media.ejectFailed(record.id, at: now()) else { return }
                log.warning("the medium could not be ejected: \(reason)", metadata: ["node": "\(record.name)"])
                let text = "the medium with the ramdisk is not served any more, and could not be ejected: \(reason)"
                await note(record.id, "bmc", text + "; it is tried again")
            }
        }
    }

    private func eject(_ medium: MediumRecord, of id: String) async throws {
        let record = try await store.read { try $0.node(id) }
        guard record.medium?.hash == medium.hash, record.owesEject else { return }
        let said = try await emptyDrive(gate(record))
        let instant = now()
        let stored: NodeRecord? = try await store.write { transaction in
            var record = try transaction.node(id)
            guard record.medium?.hash == medium.hash else { return nil }
            record.medium = nil
            try transaction.put(.node, id, encoding: record)
            try transaction.note(id, at: instant, "bmc", said.oneLine)
            return record
        }
        media.ejected(id)
        if let stored { remember(stored) }
    }

    /// Takes out what is ours; says what came of it.
    private func emptyDrive(_ gate: BMCGate) async throws -> String {
        let found = try await gate.media()
        switch found.image {
        case nil: return "the drive \(found.slot) is empty: the medium with the ramdisk is out of it"
        // Some BMCs show another name than they were given.
        case .some(let image) where RamdiskMedium.isOurs(image) || !image.contains("://"):
            let drive = try await gate.ejectMedia()
            return "the medium with the ramdisk was ejected from the drive \(drive.slot)"
        case .some: return "somebody has put another medium into the drive \(found.slot): it stays there"
        }
    }

    /// For a node that is forgotten: its medium is served no more whether this succeeds or not.
    func emptyDriveOfForgotten(_ record: NodeRecord) {
        guard record.medium != nil else { return }
        effects.start("\(NodeLifecycle.Effect.networkBoot) \(record.id)") {
            do {
                _ = try await emptyDrive(gate(record))
            } catch {
                let reason = RamdiskMedium.withoutTokens("\(error)").oneLine
                log.warning("a medium stays in a drive: \(reason)", metadata: ["node": "\(record.name)"])
            }
        }
    }
}

extension NodeRecord {
    /// What is served of its medium; nil when it is not wanted.
    var servedMedium: MediumRecord? {
        guard let medium, !medium.isOver, mayBootRamdisk else { return nil }
        return medium
    }

    /// A medium may be in the drive that nobody needs any more.
    var owesEject: Bool { medium.map { $0.isOver || !lifecycle.wantsRamdisk } ?? false }

    /// How its ramdisk comes, for people; nil for by the network and DHCP.
    var ramdiskText: String? {
        guard bootsMedium == true || network != nil || medium != nil else { return nil }
        var text = bootsMedium == true ? "by virtual media" : "by the network"
        if let network {
            text += bootsMedium == true ? "; it has \(network)" : "; \(network) is for virtual media alone"
        }
        if let medium { text += medium.isOver ? "; its medium is to be ejected" : "; a medium was made for it" }
        return text
    }
}

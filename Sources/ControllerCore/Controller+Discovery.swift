import AgentAPI
import Boot
import FoundationEssentials
import Inventory
import Lifecycle
import Logging
import Octets
import Store
import Synchronization

/// Lets unknown machines in, not too many at once: a switch that was plugged into the wrong network must not fill the store.
final class DiscoveryGate: Sendable {
    static let perMinute = 20
    static let undecided = 1000

    private let recent = Mutex<[Double]>([])

    /// Whether one more machine may be made known now.
    func admits(at now: Double) -> Bool {
        recent.withLock { recent in
            recent.removeAll { now - $0 >= 60 }
            guard recent.count < Self.perMinute else { return false }
            recent.append(now)
            return true
        }
    }
}

extension NodeRecord {
    /// It booted unasked, and nobody has enrolled it yet.
    var isUndecided: Bool { discovered == true && lifecycle.state == .enroll }

    /// Whether the ramdisk may be started on it and its agent may enroll.
    var mayBootRamdisk: Bool {
        lifecycle.mayBootRamdisk
            || isUndecided && lifecycle.quarantined == nil && lifecycle.maintenance == nil
    }

    /// What a machine that nobody enrolled is kept as.
    init(discovered request: BootRequest, at now: Double) {
        self.init(
            id: UUID().uuidString.lowercased(),
            name: "found-" + request.mac.text(separator: ""),
            bmc: BMCRecord(protocol: "none", address: "", username: "", sealedPassword: Data()),
            macs: ["\(request.mac)"],
            uuid: MachineWord.known(request.uuid)?.lowercased(),
            lifecycle: NodeLifecycle(at: now),
            servicesUp: [],
            lastFailure: []
        )
        discovered = true
    }
}

extension Controller {
    /// Makes a machine known that asks for a boot script and is no node; nil where that is not wanted.
    func discover(_ request: BootRequest) async -> String? {
        guard settings.discovery else { return nil }
        let instant = now()
        guard discoveries.admits(at: instant) else {
            let limit = DiscoveryGate.perMinute
            log.warning("\(request.mac) is unknown and waits: \(limit) machines were made known within a minute")
            return nil
        }
        let record = NodeRecord(discovered: request, at: instant)
        do {
            let isNew = try await store.write { transaction in
                let all = try transaction.all(NodeRecord.self, .node)
                guard all.count(where: \.isUndecided) < DiscoveryGate.undecided else { return false }
                try transaction.put(.node, record.id, encoding: record)
                let text = "discovered: \(request.mac) booted, and is no node"
                try transaction.note(record.id, at: instant, "http", text)
                return true
            }
            guard isNew else { return nil }
        } catch {
            log.error("\(request.mac) cannot be made known: \(error)")
            return nil
        }
        log.notice("discovered as \(record.name)", metadata: ["mac": "\(request.mac)"])
        remember(record)
        return record.id
    }

    /// Takes the inventory of a machine that nobody has enrolled yet; false when it is none.
    func takeDiscovery(_ report: InventoryReport, _ rules: CurrentRules, from id: String) async throws -> Bool {
        let (inventory, instant) = (report.inventory, now())
        let record: NodeRecord? = try await store.write { transaction in
            var record = try transaction.node(id)
            guard record.isUndecided else { return nil }
            record.uuid = record.uuid ?? MachineWord.known(inventory.system.uuid)?.lowercased()
            record.serial = record.serial ?? MachineWord.known(inventory.system.serial)
            record.secureBoot = inventory.secureBoot
            record.bmc.address = inventory.bmc?.address ?? ""
            for mac in inventory.nics.compactMap(\.mac) where !record.macs.contains(mac) { record.macs.append(mac) }
            let isKnown = try transaction.get(Inventory.self, .inventory, id)?.summary == inventory.summary
            try transaction.keep(inventory, of: id, for: report.instruction, at: instant)
            if !isKnown { try transaction.note(id, at: instant, "agent", inventory.summary) }
            try transaction.apply(rules, to: &record, with: inventory, at: instant)
            try transaction.put(.node, id, encoding: record)
            return record
        }
        if let record { remember(record) }
        return record != nil
    }

    /// What the agent of such a machine is asked for: its hardware, once.
    func discoveryInstruction(for record: NodeRecord) async throws -> Instruction? {
        guard record.isUndecided else { return nil }
        let isKnown = try await store.read { try $0.get(Inventory.self, .inventory, record.id) != nil }
        guard !isKnown else { return nil }
        return Instruction(
            id: "inspect-\(record.lifecycle.serial)",
            action: .sendInventory(checks: settings.healthChecks)
        )
    }
}

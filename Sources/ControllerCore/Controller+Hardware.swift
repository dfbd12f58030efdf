import BMC
import Inventory
import Lifecycle
import Logging
import Store

/// What a node is made of before it ever ran anything of ours.
extension Controller {
    /// Asks a node's BMC, where the machine itself has not told yet, and keeps the answer until it does.
    ///
    /// A BMC that does not know, or does not answer in time, is no reason to stop: the inspection tells all of it.
    func learnHardware(of id: String, _ gate: BMCGate) {
        // By a key of its own: nobody has to wait for it who wants the BMC.
        effects.start(Self.learning(id)) { await learn(id, gate) }
    }

    /// What the work on a node is called.
    static func learning(_ id: String) -> String { "hardware of \(id), by its BMC" }

    private func learn(_ id: String, _ gate: BMCGate) async {
        do {
            let isOwn = try await store.read { reader in
                try reader.get(Inventory.self, .inventory, id).map { $0.source == nil } ?? false
            }
            // An inspection that was asked for meanwhile has the BMC first.
            let isWanted = try await store.read { try $0.node(id).lifecycle.state == .manageable }
            guard !isOwn, isWanted else { return }
            let instant = now()
            let inventory = try await gate.hardware(at: instant)
            let record: NodeRecord? = try await store.write { transaction in
                var record = try transaction.node(id)
                let known = try transaction.get(Inventory.self, .inventory, id)
                guard known.map({ $0.source == .bmc }) ?? true else { return nil }
                let taken = Set(try transaction.all(NodeRecord.self, .node).filter { $0.id != id }.flatMap(\.macs))
                let macs = inventory.nics.compactMap(\.mac).filter { !taken.contains($0) }
                for mac in macs where !record.macs.contains(mac) { record.macs.append(mac) }
                if record.secureBoot == nil { record.secureBoot = inventory.secureBoot }
                try transaction.put(.node, id, encoding: record)
                guard inventory.isTelling else { return record }
                try transaction.put(.inventory, id, encoding: inventory)
                if known?.summary != inventory.summary {
                    try transaction.note(id, at: instant, "bmc", "the BMC tells of the machine, \(inventory.summary)")
                }
                return record
            }
            if let record { remember(record) }
        } catch let error as BMCError where error.kind == .notSupported {
            return
        } catch {
            log.info("the BMC does not tell what the machine is made of: \(error)", metadata: ["node": "\(id)"])
        }
    }
}

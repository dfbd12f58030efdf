import FoundationEssentials
import HardwareNames
public import Inventory
import InventoryDrift
import Lifecycle
public import OperatorAPI
import Store

extension RecordKind {
    static let inspection = Self(rawValue: "inspection")
}

/// What the last inspection of a node made of the one before.
struct InspectionRecord: Codable, Hashable, Sendable {
    /// The instruction that it was: what is said again is no further inspection.
    var instruction: String
    /// Seconds since 1970.
    var at: Double
    /// What the node was before; nil at the first.
    var before: Inventory?
    var findings: [Finding]
}

extension InspectionRecord {
    /// - Parameter said: what was kept of the last report
    init(_ inventory: Inventory, for instruction: String, after said: InspectionRecord?, known: Inventory?, at: Double)
    {
        self.instruction = instruction
        self.at = at
        // A second report on one instruction tells more of the same machine: it has the same baseline.
        before = said?.instruction == instruction ? said?.before : known
        findings = before.map { Drift(from: $0, to: inventory).findings } ?? []
    }
}

extension StoreTransaction {
    /// Keeps an inventory, compares it with the one before, and puts what changed on the timeline.
    ///
    /// - Returns: what is found now and was not when the same inspection was reported before
    @discardableResult
    func keep(_ told: Inventory, of node: String, for instruction: String, at instant: Double) throws -> [Finding] {
        let said = try get(InspectionRecord.self, .inspection, node)
        // What a BMC told is no inspection: the machine's own word is another's, and differs.
        let known = try get(Inventory.self, .inventory, node).flatMap { $0.source == nil ? $0 : nil }
        let inventory = told.keeping(known?.burnIn, of: known)
        let record = InspectionRecord(inventory, for: instruction, after: said, known: known, at: instant)
        try put(.inventory, node, encoding: inventory)
        try put(.inspection, node, encoding: record)
        let old = said?.instruction == instruction ? said?.findings ?? [] : []
        let new = record.findings.filter { !old.contains($0) }
        for finding in new.prefix(40) {
            try note(node, at: instant, "controller", "since the inspection before, \(finding.line)")
        }
        if new.count > 40 { try note(node, at: instant, "controller", "and \(new.count - 40) further changes") }
        return new
    }
}

extension Inventory {
    /// With what the last test found, where this inspection was none and the machine is the same.
    fileprivate func keeping(_ test: Health?, of known: Inventory?) -> Inventory {
        guard burnIn == nil, system.serial == known?.system.serial, system.uuid == known?.system.uuid else {
            return self
        }
        var inventory = self
        inventory.burnIn = test
        return inventory
    }
}

extension Finding {
    /// `disk S1 is gone (block)`
    var line: String { "\(text.oneLine) (\(severity.rawValue))" }
}

extension NodeRecord {
    /// Nothing is deployed on a machine that is not what it was, until somebody has looked. One in use is left alone.
    mutating func judge(_ findings: [Finding]) {
        switch lifecycle.state {
        case .manageable, .inspecting, .available: break
        case .enroll, .verifying, .deploying, .active, .servicing, .testing, .failed: return
        }
        let blocking = findings.filter { $0.severity == .block }
        guard lifecycle.quarantined == nil, let first = blocking.first else { return }
        let more = blocking.count == 1 ? "" : ", and \(blocking.count - 1) more"
        lifecycle.quarantined = "its hardware changed: \(first.text.oneLine)\(more)"
    }
}

extension Controller {
    public func inventory(_ name: String) async throws -> Inventory {
        try await store.read { reader in
            let record = try reader.node(named: name)
            guard let inventory = try reader.get(Inventory.self, .inventory, record.id) else {
                throw ControllerProblem(
                    "node \(record.name) has no inventory yet: rackwright node inspect \(record.name)",
                    .notFound
                )
            }
            return inventory
        }
    }

    /// What the node was at the inspection before the last.
    public func inventoryBefore(_ name: String) async throws -> Inventory {
        let (record, inspection) = try await inspection(name)
        guard let before = inspection?.before else { throw Self.inspectedOnce(record) }
        return before
    }

    /// What changed in the node between its last two inspections.
    public func drift(_ name: String) async throws -> DriftReport {
        let (record, inspection) = try await inspection(name)
        guard let inspection, let before = inspection.before else { throw Self.inspectedOnce(record) }
        return DriftReport(
            node: record.name,
            at: inspection.at,
            baselineAt: before.collectedAt,
            findings: inspection.findings.map { finding in
                DriftReport.Finding(
                    severity: finding.severity.rawValue,
                    rule: finding.rule.rawValue,
                    part: finding.part,
                    change: finding.change
                )
            }
        )
    }

    private func inspection(_ name: String) async throws -> (NodeRecord, InspectionRecord?) {
        try await store.read { reader in
            let record = try reader.node(named: name)
            return (record, try reader.get(InspectionRecord.self, .inspection, record.id))
        }
    }

    private static func inspectedOnce(_ record: NodeRecord) -> ControllerProblem {
        ControllerProblem(
            "node \(record.name) was not inspected twice yet: rackwright node inspect \(record.name)",
            .notFound
        )
    }

    /// Where distributions keep the list of PCI devices' names.
    static let nameLists = ["/usr/share/misc/pci.ids", "/usr/share/hwdata/pci.ids"]

    /// The names of a node's PCI devices, by their addresses; none where this machine has no list.
    public func deviceNames(_ name: String) async throws -> DeviceNames {
        let inventory = try await inventory(name)
        let found = Self.nameLists.lazy.compactMap { try? Data(contentsOf: URL(filePath: $0)) }.first
        guard let list = found else { return DeviceNames(pci: [:]) }
        let devices = inventory.pci + inventory.gpus
        let names = PCINames([UInt8](list), for: devices)
        var answer: [String: DeviceNames.Name] = [:]
        for device in devices {
            let name = DeviceNames.Name(
                kind: names.kind(of: device),
                device: names.name(of: device),
                board: names.boardName(of: device)
            )
            if name != DeviceNames.Name() { answer[device.address] = name }
        }
        return DeviceNames(pci: answer)
    }
}

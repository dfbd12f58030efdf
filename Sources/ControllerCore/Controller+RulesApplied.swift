import Catalog
import Inventory
import Lifecycle
import Logging
import Matching
public import OperatorAPI
import Store

extension Controller {
    /// Makes of nodes what the rules, as they are now, say of the inventories that are kept; what operators said goes
    /// first. Each node is one transaction.
    ///
    /// - Returns: what became of each, or with `dryRun` would
    public func applyRules(_ request: ApplyRules) async throws -> RulesReport {
        let rules: [Rule]
        do throws(CatalogProblems) {
            rules = try self.rules()
        } catch {
            throw ControllerProblem(error.problems.map(\.description))
        }
        let chosen = try await store.read { reader in
            let wanted = request.nodes
            return try wanted.isEmpty ? reader.all(NodeRecord.self, .node) : wanted.map { try reader.node(named: $0) }
        }
        var report = RulesReport(nodes: [])
        /// New names, which a dry run does not store.
        var names: [String: String] = [:]
        for known in chosen.sorted(by: { $0.name < $1.name }) {
            let result = try await apply(rules, to: known.id, named: names, isTrial: request.dryRun)
            guard let (record, node) = result else { continue }
            names[record.id] = record.name
            report.nodes.append(node)
            if !request.dryRun { remember(record) }
        }
        let changed = report.nodes.count { !$0.changes.isEmpty }
        if !request.dryRun { log.notice("rules were applied to \(report.nodes.count) nodes: \(changed) changed") }
        return report
    }

    /// Nil for a node that is gone.
    private func apply(
        _ rules: [Rule],
        to id: String,
        named names: [String: String],
        isTrial: Bool
    ) async throws -> (NodeRecord, RulesReport.Node)? {
        let instant = now()
        let body: @Sendable (any StoreReading) throws -> (NodeRecord, RulesReport.Node, [String])? = { reader in
            guard var record = try reader.get(NodeRecord.self, .node, id) else { return nil }
            record.lifecycle = heard.caughtUp(record.lifecycle, of: id)
            let before = record
            guard let inventory = try reader.get(Inventory.self, .inventory, id), inventory.source == nil else {
                let remark = "rules are applied when the machine itself has told what it is: it is not inspected yet"
                return (record, RulesReport.Node(name: record.name, changes: [], rules: [], remarks: [remark]), [])
            }
            let outcome = RuleOutcome(of: rules, for: record.subject(inventory), own: record.own)
            let isRenamed = outcome.name.map { $0.value != record.name } ?? false
            let others = isRenamed ? try reader.all(NodeRecord.self, .node).filter { $0.id != id } : []
            let taken = Set(others.map { (names[$0.id] ?? $0.name).lowercased() })
            var lines = record.take(outcome, at: instant, isTaken: { taken.contains($0.lowercased()) })
            if before.lifecycle.name != record.lifecycle.name {
                lines.append("\(before.lifecycle.name) -> \(record.lifecycle.name): \(record.lifecycle.evidence)")
            }
            let node = RulesReport.Node(
                name: before.name,
                changes: RulesReport.changes(from: before, to: record),
                rules: outcome.verdicts.map(RulesReport.Verdict.init),
                remarks: record.ruled?.remarks ?? []
            )
            return (record, node, lines)
        }
        if isTrial { return try await store.read(body).map { ($0.0, $0.1) } }
        return try await store.write { transaction in
            guard let (record, node, lines) = try body(transaction) else { return nil }
            try transaction.put(.node, id, encoding: record)
            for line in lines { try transaction.note(id, at: instant, "rules", line.oneLine) }
            try transaction.keepRenaming(of: record, from: node.name)
            return (record, node)
        }
    }
}

public import Catalog
import Inventory
import Lifecycle
import Logging
import Matching
public import OperatorAPI
import Store

/// The rules that are in force, or why there are none.
enum CurrentRules: Sendable {
    case rules([Rule])
    case broken(String)
}

extension StoreTransaction {
    /// Makes of a node what the rules say of its inventory, and puts it on the timeline.
    func apply(_ current: CurrentRules, to record: inout NodeRecord, with inventory: Inventory, at instant: Double)
        throws
    {
        let rules: [Rule]
        switch current {
        case .rules(let found): rules = found
        case .broken(let reason):
            let said = record.ruled?.remarks.contains(reason) ?? false
            if !said { try note(record.id, at: instant, "controller", reason) }
            record.ruled = record.ruled ?? RuledRecord()
            record.ruled?.remarks = [reason]
            return
        }
        guard !rules.isEmpty || record.ruled != nil else { return }
        let outcome = RuleOutcome(of: rules, for: record.subject(inventory), own: record.own)
        let others = outcome.name == nil ? [] : try all(NodeRecord.self, .node).filter { $0.id != record.id }
        let names = Set(others.map { $0.name.lowercased() })
        let before = record.name
        for line in record.take(outcome, at: instant, isTaken: { names.contains($0.lowercased()) }) {
            try note(record.id, at: instant, "rules", line.oneLine)
        }
        try keepRenaming(of: record, from: before)
    }
}

extension Controller {
    /// Reads the rules for an inventory that came in.
    var currentRules: CurrentRules {
        do {
            return .rules(try rules())
        } catch {
            let first = error.problems.first?.description ?? ""
            let more = error.problems.count > 1 ? " and \(error.problems.count - 1) more" : ""
            log.error("rules are not applied: \(first)\(more)")
            return .broken("no rules were applied, since they have problems: \(first)\(more)")
        }
    }

    /// What rules would make of nodes that are there or are supposed; nothing is touched.
    public func replay(_ question: RulesQuestion) async throws -> RulesReport {
        let rules: [Rule]
        do throws(CatalogProblems) {
            if let texts = question.rules { rules = try readRules(texts) } else { rules = try self.rules() }
        } catch {
            throw ControllerProblem(error.problems.map(\.description))
        }
        if let fleet = question.fleet { return RulesReport(of: rules, for: fleet) }
        return try await store.read { reader in
            let all = try reader.all(NodeRecord.self, .node)
            let chosen = question.nodes.isEmpty ? all : try question.nodes.map { try reader.node(named: $0) }
            var report = RulesReport(nodes: [])
            for record in chosen.sorted(by: { $0.name < $1.name }) {
                let inventory = try reader.get(Inventory.self, .inventory, record.id)
                let outcome = RuleOutcome(of: rules, for: record.subject(inventory), own: record.own)
                var after = record
                let others = all.filter { $0.id != record.id }.map { $0.name.lowercased() }
                _ = after.take(outcome, at: 0, isTaken: { others.contains($0.lowercased()) })
                let isThere = inventory != nil
                report.nodes.append(
                    RulesReport.Node(
                        name: record.name,
                        changes: isThere ? RulesReport.changes(from: record, to: after) : [],
                        rules: outcome.verdicts.map(RulesReport.Verdict.init),
                        remarks: isThere ? after.ruled?.remarks ?? [] : []
                    )
                )
            }
            return report
        }
    }
}

extension RulesReport {
    /// What rules make of machines that nobody knows yet.
    public init(of rules: [Rule], for fleet: [WhatIf.Node]) {
        self.init(nodes: [])
        var names = Set(fleet.map { $0.name.lowercased() })
        for machine in fleet.sorted(by: { $0.name < $1.name }) {
            let node = Candidate(id: machine.name, name: machine.name, inventory: machine.inventory, rack: machine.rack)
            let outcome = RuleOutcome(of: rules, for: node)
            var remarks = outcome.remarks.map(\.line)
            var changes: [Change] = []
            func change(_ what: String, _ setting: RuleOutcome.Setting?, from before: String? = nil) {
                guard let setting, setting.value != before else { return }
                changes.append(Change(what: what, before: before, after: setting.value, rule: setting.rule))
            }
            names.remove(machine.name.lowercased())
            if let wanted = outcome.name?.value {
                if let problem = NodeRecord.problem(ofName: wanted)
                    ?? (names.contains(wanted.lowercased()) ? "is another node's" : nil)
                {
                    remarks.append("rule '\(outcome.name?.rule ?? "")': the name '\(wanted)' \(problem)")
                    names.insert(machine.name.lowercased())
                } else {
                    change("name", outcome.name, from: machine.name)
                    names.insert(wanted.lowercased())
                }
            } else {
                names.insert(machine.name.lowercased())
            }
            change("rack", outcome.rack, from: machine.rack)
            change("unit", outcome.unit)
            for (key, setting) in outcome.labels.sorted(by: { $0.key < $1.key }) { change("label \(key)", setting) }
            if let reservation = outcome.reservation {
                changes.append(Change(what: "reservation", after: reservation.words))
            }
            change("quarantine", outcome.quarantine)
            change("refusal", outcome.refusal)
            nodes.append(
                Node(name: machine.name, changes: changes, rules: outcome.verdicts.map(Verdict.init), remarks: remarks)
            )
        }
    }

    static func changes(from before: NodeRecord, to after: NodeRecord) -> [Change] {
        var changes: [Change] = []
        func change(_ what: String, _ old: String?, _ new: String?, _ rule: String?) {
            if old != new { changes.append(Change(what: what, before: old, after: new, rule: rule)) }
        }
        change("name", before.name, after.name, after.ruled?.name?.rule)
        change("rack", before.place.rack, after.place.rack, after.ruled?.rack?.rule)
        change("unit", before.place.unit, after.place.unit, after.ruled?.unit?.rule)
        let (old, new) = (before.allLabels, after.allLabels)
        for key in Set(old.keys).union(new.keys).sorted() {
            change("label \(key)", old[key], new[key], after.ruled?.labels[key]?.rule)
        }
        change("reservation", before.keptFor?.words, after.keptFor?.words, nil)
        change(
            "quarantine",
            before.lifecycle.quarantined,
            after.lifecycle.quarantined,
            after.ruled?.quarantine?.rule
        )
        change("state", before.lifecycle.name, after.lifecycle.name, after.ruled?.refusal?.rule)
        return changes
    }
}

extension RulesReport.Verdict {
    init(_ verdict: RuleOutcome.RuleVerdict) {
        self.init(
            rule: verdict.rule,
            matches: verdict.matches,
            failures: verdict.failures.map {
                MatchReport.Failure(requirement: $0.requirement, observed: $0.observed)
            }
        )
    }
}

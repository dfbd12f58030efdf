import BMC
import Catalog
import Lifecycle
import Logging
import Matching
public import OperatorAPI
import Store

extension Controller {
    /// Gives a node another name, in one transaction. All that is kept of it is kept under its id and stays: its
    /// certificate, addresses, console, inventories and timeline.
    ///
    /// - Parameter operator: who says so; it is written on the node's timeline
    /// - Throws: why it may not have the name, or not now
    public func rename(_ name: String, _ wanted: RenameNode, by operator: String) async throws -> RenameReport {
        let (instant, new) = (now(), wanted.name)
        let why = wanted.reason.isEmpty ? "" : " (\(wanted.reason.oneLine))"
        let (before, record, waiting) = try await store.write { transaction in
            let before = try transaction.node(named: name)
            try transaction.checkRenaming(of: before, to: new)
            var record = before
            record.rename(to: new)
            // An operator's name is one that no rule changes.
            record.ruled?.name = nil
            try transaction.put(.node, record.id, encoding: record)
            try transaction.note(
                record.id,
                at: instant,
                "operator",
                "\(`operator`) renamed it: \(before.name) is now \(new)\(why)"
            )
            try transaction.keepRenaming(of: record, from: before.name)
            return (before, record, try transaction.planNotApplied())
        }
        log.notice(
            "\(`operator`) renamed \(before.name) to \(new)",
            metadata: ["node": "\(new)", "id": "\(record.id)"]
        )
        remember(record)
        return RenameReport(before: before.name, node: summary(record), remarks: remarks(before, record, waiting))
    }

    /// What does not follow by itself.
    private func remarks(_ before: NodeRecord, _ after: NodeRecord, _ waiting: Int?) -> [String] {
        var lines: [String] = []
        if before.installed != nil {
            lines.append(
                "its installed system keeps the host name '\(before.name)' until it is deployed again or a service sets it"
            )
            lines.append(
                "services that list nodes are told of it by a plan (rackwright plan); "
                    + "its own files follow when a plan changes it"
            )
        }
        if let waiting {
            lines.append("plan \(waiting), which was not applied, has the old name and is refused now: rackwright plan")
        }
        if before.bmc.way == .webhook { lines.append("its webhook is told '\(after.name)' from now on") }
        if let rule = before.ruled?.name?.rule { lines.append("rule '\(rule)' does not name it any more") }
        do {
            let catalog = try readCatalog()
            for mention in catalog.mentions(ofNode: before.name) {
                lines.append("\(mention.location): \(mention.what) '\(before.name)', which no node is called any more")
            }
            for mention in catalog.mentions(ofNode: after.name) {
                lines.append(
                    "\(mention.location): \(mention.what) '\(after.name)': from the next plan on it is this one"
                )
            }
        } catch {
            lines.append("the catalogue cannot be read: whether it says something of '\(before.name)' is not known")
        }
        return lines
    }
}

extension StoreReading {
    /// Refuses a node that a run under way still has something to do with.
    func refuseMember(_ record: NodeRecord, _ remedy: String = "") throws {
        let run = try runsUnderWay().first { run in
            run.members.contains { $0.node == record.id && [.pending, .started].contains($0.state) }
        }
        guard let run else { return }
        let advice =
            remedy.isEmpty ? "" : "; \(remedy): rackwright run wait \(run.id), or rackwright run stop \(run.id)"
        throw ControllerProblem("\(record.name) is part of \(run.words), which is under way\(advice)", .conflict)
    }

    /// Refuses a name that the node may not have, and any while a plan that has the old one is carried out on it.
    fileprivate func checkRenaming(of record: NodeRecord, to name: String) throws {
        if let problem = NodeRecord.problem(ofName: name) {
            throw ControllerProblem("the name '\(name.oneLine.prefix(80))' \(problem)")
        }
        guard name != record.name else { throw ControllerProblem("\(name) is called so already", .conflict) }
        if let other = try all(NodeRecord.self, .node).holder(ofName: name, besides: record.id) {
            let what = [other.lifecycle.name, other.place.rack.map { "rack \($0)" }, "BMC \(other.bmc.text)"]
            throw ControllerProblem(
                "the name '\(name)' is taken by node '\(other.name)' (\(what.compactMap(\.self).joined(separator: ", "))): "
                    + "choose another, or rename or delete that one first",
                .conflict
            )
        }
        if record.isUndecided {
            throw ControllerProblem(
                "\(record.name) was discovered and is not enrolled: "
                    + "it gets a name of yours by a row of a CSV that has the name '\(name)' and its MAC",
                .conflict
            )
        }
        try refuseMember(record, "rename it after that")
        if let work = record.lifecycle.planUnderWay {
            throw ControllerProblem(
                "\(record.name) is \(record.lifecycle.name) by plan \(work), which has its name: wait for the end of that, "
                    + "or give it up: rackwright node abort \(record.name)",
                .conflict
            )
        }
    }

    /// The newest plan, where it was not applied and cannot be any more.
    fileprivate func planNotApplied() throws -> Int? {
        let newest = try newestGeneration()
        guard newest > 0, try document(.run, RunRecord.id(ofPlan: newest)) == nil,
            try renaming(since: plan(newest)) != nil
        else { return nil }
        return newest
    }
}

extension NodeLifecycle {
    /// The generation that is carried out on the node, or would be if what failed is tried again.
    fileprivate var planUnderWay: Int? {
        switch state {
        case .deploying(let deployment): deployment.generation
        case .servicing(let servicing): servicing.generation
        case .failed(let failure): failure.deployment?.generation ?? failure.servicing?.generation
        case .enroll, .verifying, .manageable, .inspecting, .available, .active, .testing: nil
        }
    }
}

import Catalog
import FoundationEssentials
import Matching
public import OperatorAPI
import Store

extension Controller {
    /// Keeps a node for a role, or from all. It stays what it is; what it becomes next is decided by that.
    public func reserve(_ name: String, _ wanted: ReserveNode) async throws -> String {
        let role = wanted.role == Rule.nobody || wanted.role.isEmpty ? nil : wanted.role
        if let role, let catalog = try? catalog(), !catalog.roles.contains(where: { $0.name == role }) {
            let meant = Spelling.hint(for: role, among: catalog.roles.map(\.name))
            throw ControllerProblem("the catalogue has no role '\(role)'\(meant)", .notFound)
        }
        let reason = wanted.reason.isEmpty ? nil : wanted.reason.oneLine
        let reservation = Reservation(role: role, reason: reason, by: "an operator")
        let record = try await store.read { try $0.node(named: name) }
        try await edit(record.id, "operator: \(reservation.words)") { record in
            record.reservation = reservation
            record.isFreed = nil
        }
        return "\(record.name): \(reservation.words)"
    }

    /// Lets a node be taken for every role again, whatever rules say.
    public func unreserve(_ name: String, reason: String) async throws -> String {
        let record = try await store.read { try $0.node(named: name) }
        guard let kept = record.keptFor else { return "\(record.name): it is not reserved" }
        let said = "operator: not reserved any more" + (reason.isEmpty ? "" : " (\(reason.oneLine))")
        try await edit(record.id, said) { record in
            record.isFreed = record.ruled?.reservation == nil ? nil : true
            record.reservation = nil
        }
        return "\(record.name): not reserved any more; it was \(kept.words)"
    }

    /// Gives a node labels, which no rule changes, and takes away those that an operator gave it.
    public func label(_ name: String, _ wanted: LabelNode) async throws -> String {
        var problems: [String] = []
        for (key, value) in wanted.set.sorted(by: { $0.key < $1.key }) {
            if !Rule.isLabelKey(key) {
                problems.append("'\(key)' is not a label's key: letters, digits and '_', not a digit first")
            }
            if value.isEmpty || value.utf8.count > Rule.longestText || value != value.oneLine {
                problems.append("the label \(key) needs a text of one line, up to \(Rule.longestText) octets")
            }
        }
        let record = try await store.read { try $0.node(named: name) }
        for key in wanted.remove where record.labels?[key] == nil {
            let rule = record.ruled?.labels[key]?.rule
            problems.append(
                rule.map { "the label \(key) of \(record.name) is from rule '\($0)': give it another value" }
                    ?? "\(record.name) has no label \(key)"
            )
        }
        guard problems.isEmpty else { throw ControllerProblem(problems) }
        let words =
            wanted.set.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" } + wanted.remove.map { "no \($0)" }
        try await edit(record.id, "operator: labels " + words.joined(separator: ", ")) { record in
            var labels = record.labels ?? [:]
            for (key, value) in wanted.set { labels[key] = value }
            for key in wanted.remove { labels[key] = nil }
            record.labels = labels.isEmpty ? nil : labels
        }
        let all = try await store.read { try $0.node(record.id).allLabels }
        let list = all.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
        return "\(record.name): " + (list.isEmpty ? "no labels" : list)
    }
}

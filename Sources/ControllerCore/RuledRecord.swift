import Catalog
import Inventory
import Lifecycle
import Matching

/// What rules made of a node when its inventory came in last; what operators say is beside it in the node's record.
public struct RuledRecord: Codable, Hashable, Sendable {
    /// The name that it has from a rule; nil when an operator named it.
    var name: RuleOutcome.Setting?
    var rack: RuleOutcome.Setting?
    var unit: RuleOutcome.Setting?
    var labels: [String: RuleOutcome.Setting] = [:]
    var reservation: Reservation?
    /// Why it was quarantined or refused last, whether or not an operator has let it go since.
    var quarantine: RuleOutcome.Setting?
    var refusal: RuleOutcome.Setting?
    /// What was said of it that could not be done.
    var remarks: [String] = []
}

extension NodeRecord {
    /// Where it is: what an operator said, else what a rule did.
    var place: (rack: String?, unit: String?) { (rack ?? ruled?.rack?.value, unit ?? ruled?.unit?.value) }

    /// What operators and rules say of it, by key; what operators say goes first.
    var allLabels: [String: String] {
        (ruled?.labels.mapValues(\.value) ?? [:]).merging(labels ?? [:]) { _, own in own }
    }

    /// Whom it is kept for.
    var keptFor: Reservation? { reservation ?? (isFreed == true ? nil : ruled?.reservation) }

    /// The node as rules see it: with what operators said of it, without what rules made of it before.
    func subject(_ inventory: Inventory?) -> Candidate {
        Candidate(
            id: id,
            name: name,
            inventory: inventory,
            rack: place.rack,
            unit: place.unit,
            labels: labels ?? [:],
            bmcProtocol: bmc.protocol,
            bmcAddress: bmc.address.isEmpty ? nil : bmc.address,
            reservation: reservation
        )
    }

    /// What an operator said, and no rule changes. A machine that made itself known has no name of an operator's.
    var own: RuleOutcome.Own {
        RuleOutcome.Own(
            name: discovered != true && name != ruled?.name?.value,
            rack: rack != nil,
            unit: unit != nil,
            reservation: reservation != nil || isFreed == true
        )
    }

    /// Makes of the node what rules say.
    ///
    /// - Parameter isTaken: whether another node has a name
    /// - Returns: what changed and what could not be done, a line each
    mutating func take(_ outcome: RuleOutcome, at now: Double, isTaken: (String) -> Bool) -> [String] {
        var lines: [String] = []
        let before = ruled ?? RuledRecord()
        var after = before
        var remarks = outcome.remarks.map(\.line)
        if let wanted = outcome.name, !own.name {
            if let problem = Self.problem(ofName: wanted.value) ?? (isTaken(wanted.value) ? "is another node's" : nil) {
                remarks.append("rule '\(wanted.rule)': the name '\(wanted.value)' \(problem)")
            } else {
                if name != wanted.value { lines.append("\(name) is now \(wanted.value) (rule '\(wanted.rule)')") }
                rename(to: wanted.value)
                after.name = wanted
            }
        }
        // Where a machine is stays known when its switch is not heard for once.
        after.rack = outcome.rack ?? before.rack
        after.unit = outcome.unit ?? before.unit
        after.labels = outcome.labels
        after.reservation = outcome.reservation
        for (what, was, new) in [("rack", before.rack, after.rack), ("unit", before.unit, after.unit)] {
            if let new, was?.value != new.value { lines.append("\(what) \(new.value) (rule '\(new.rule)')") }
        }
        for key in Set(before.labels.keys).union(after.labels.keys).sorted() {
            let (was, new) = (before.labels[key], after.labels[key])
            guard was?.value != new?.value else { continue }
            lines.append(
                new.map { "label \(key) = \($0.value) (rule '\($0.rule)')" } ?? "label \(key) is gone: no rule gives it"
            )
        }
        if before.reservation != after.reservation {
            lines.append(after.reservation?.words ?? "no rule reserves it any more")
        }
        after.quarantine = outcome.quarantine
        after.refusal = outcome.refusal
        lines += hold(outcome, before, at: now, &remarks)
        lines += remarks.filter { !before.remarks.contains($0) }
        after.remarks = remarks
        ruled = after == RuledRecord() ? nil : after
        return lines
    }

    /// Quarantines or refuses the node where a rule says so and it is not in use, and lets it go where none does any more.
    private mutating func hold(
        _ outcome: RuleOutcome,
        _ before: RuledRecord,
        at now: Double,
        _ remarks: inout [String]
    ) -> [String] {
        func words(_ setting: RuleOutcome.Setting) -> String { "rule '\(setting.rule)': \(setting.value)" }
        if let old = before.quarantine, lifecycle.quarantined == words(old), outcome.quarantine == nil {
            lifecycle.quarantined = nil
            return ["out of quarantine: rule '\(old.rule)' is not for it any more"]
        }
        let isRefusedUnknown = outcome.refusal != nil && lifecycle.state == .enroll
        guard let held = outcome.quarantine ?? (isRefusedUnknown ? outcome.refusal : nil) ?? outcome.refusal else {
            return []
        }
        let isQuarantine = outcome.quarantine != nil || isRefusedUnknown
        switch lifecycle.state {
        case .deploying, .active, .servicing, .testing:
            remarks.append("\(words(held)): the node is in use and is left alone")
            return []
        case .enroll, .verifying, .manageable, .inspecting, .available, .failed: break
        }
        var lines: [String] = []
        if isQuarantine, lifecycle.quarantined == nil {
            if before.quarantine == held || before.refusal == held && isRefusedUnknown {
                remarks.append("\(words(held)): an operator has released the node from that")
            } else {
                lifecycle.quarantined = words(held)
                lines.append("quarantined: \(words(held))")
            }
        }
        if let refusal = outcome.refusal, !isRefusedUnknown {
            _ = try? lifecycle.handle(.refused(words(refusal)), at: now)
        }
        return lines
    }

    /// Why a node cannot have a name, which becomes its host name; nil when it can.
    static func problem(ofName name: String) -> String? {
        let fits = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        guard name.isEmpty || !fits || name.hasPrefix("-") || name.hasSuffix("-") || name.count > 63 else { return nil }
        return "may have up to 63 letters, digits and inner '-' only: it becomes the host name"
    }
}

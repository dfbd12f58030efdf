public import Catalog
import Jinja
import OrderedCollections

/// What rules make of a node, and why.
public struct RuleOutcome: Hashable, Sendable {
    public var name: Setting?
    public var rack: Setting?
    public var unit: Setting?
    /// By key.
    public var labels: [String: Setting] = [:]
    public var reservation: Reservation?
    /// Why the node is quarantined.
    public var quarantine: Setting?
    /// Why its inspection has failed.
    public var refusal: Setting?
    /// In the order in which the rules came.
    public var verdicts: [RuleVerdict] = []
    /// What could not be done as a rule says.
    public var remarks: [Remark] = []

    /// What a rule says.
    public struct Setting: Hashable, Sendable, Codable {
        public var value: String
        public var rule: String

        public init(_ value: String, by rule: String) {
            self.value = value
            self.rule = rule
        }
    }

    /// Whether a rule is for the node.
    public struct RuleVerdict: Hashable, Sendable {
        public var rule: String
        /// The conditions that do not hold, with what was observed.
        public var failures: [Verdict.Failure]

        public var matches: Bool { failures.isEmpty }
    }

    /// Something that a rule says and that is not so.
    public struct Remark: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable {
            /// A rule before it says otherwise.
            case conflict
            /// An operator said otherwise.
            case overruled
            /// It cannot be made out.
            case unknown
        }

        public var kind: Kind
        public var rule: String
        public var text: String

        public init(_ kind: Kind, rule: String, _ text: String) {
            self.kind = kind
            self.rule = rule
            self.text = text
        }
    }
}

extension RuleOutcome {
    /// What operators said of a node themselves, which no rule changes. Labels that they gave it are its own, too.
    public struct Own: Hashable, Sendable {
        public var name: Bool
        public var rack: Bool
        public var unit: Bool
        public var reservation: Bool

        public init(name: Bool = false, rack: Bool = false, unit: Bool = false, reservation: Bool = false) {
            self.name = name
            self.rack = rack
            self.unit = unit
            self.reservation = reservation
        }
    }

    /// Applies rules to a node that was inspected; one that was not fulfils none.
    ///
    /// What a rule says stands; one after it that says otherwise is remarked on. Labels that a rule gives are seen by the
    /// conditions and texts of those after it.
    ///
    /// - Parameters:
    ///   - rules: in any order
    ///   - node: with the labels that operators gave it
    public init(of rules: [Rule], for node: Candidate, own: Own = Own()) {
        var given = node
        for rule in rules.sorted(by: Rule.comesBefore) {
            guard let inventory = node.inventory else {
                let failure = Verdict.Failure(requirement: "the node was inspected", observed: "no inventory yet")
                verdicts.append(RuleVerdict(rule: rule.name, failures: [failure]))
                continue
            }
            var variables = Facts.variables(of: inventory)
            variables.merge(given.facts) { _, new in new }
            variables.merge(rule.tables) { known, _ in known }
            let failures = rule.when.compactMap { RequirementCheck($0).failure(with: variables) }
            verdicts.append(RuleVerdict(rule: rule.name, failures: failures))
            guard failures.isEmpty else { continue }
            carryOut(rule, with: variables, for: node, own)
            for (key, setting) in labels where node.labels[key] == nil { given.labels[key] = setting.value }
        }
    }

    private mutating func carryOut(
        _ rule: Rule,
        with variables: OrderedDictionary<String, Value>,
        for node: Candidate,
        _ own: Own
    ) {
        let actions = rule.actions
        func said(_ what: String, _ text: Rule.Text?, _ remarks: inout [Remark]) -> Setting? {
            guard let text else { return nil }
            do {
                if let value = try text.render(variables) {
                    // What it is made of comes from a machine, and from switches.
                    if value.utf8.count <= Rule.longestText { return Setting(value, by: rule.name) }
                    let words = "\(what): the text has more than \(Rule.longestText) octets"
                    remarks.append(Remark(.unknown, rule: rule.name, words))
                    return nil
                }
                remarks.append(Remark(.unknown, rule: rule.name, "\(what): '\(text.text)' gives nothing"))
            } catch {
                remarks.append(Remark(.unknown, rule: rule.name, "\(what): \(error.message)"))
            }
            return nil
        }
        func set(_ what: String, _ text: Rule.Text?, _ field: inout Setting?, own value: String?, _ log: inout [Remark])
        {
            guard let setting = said(what, text, &log) else { return }
            if let value {
                guard value != setting.value else { return }
                let words = "\(what) \(setting.value): an operator's is \(value)"
                log.append(Remark(.overruled, rule: rule.name, words))
            } else if let kept = field {
                guard kept.value != setting.value else { return }
                let words = "\(what) \(setting.value): rule '\(kept.rule)' comes first with \(kept.value)"
                log.append(Remark(.conflict, rule: rule.name, words))
            } else {
                field = setting
            }
        }
        set("name", actions.name, &name, own: own.name ? node.name : nil, &remarks)
        set("rack", actions.rack, &rack, own: own.rack ? node.rack ?? "none" : nil, &remarks)
        set("unit", actions.unit, &unit, own: own.unit ? node.unit ?? "none" : nil, &remarks)
        for label in actions.labels {
            set("label \(label.key)", label.value, &labels[label.key], own: node.labels[label.key], &remarks)
        }
        set("quarantine", actions.quarantine, &quarantine, own: nil, &remarks)
        set("refuse", actions.refuse, &refusal, own: nil, &remarks)
        let by = "rule '\(rule.name)'"
        if let reserve = actions.reserve {
            let reason = said("reserve", reserve.reason, &remarks)?.value
            if reserve.role == nil {
                take(Reservation(role: nil, reason: reason, by: by), of: rule, for: node, own)
            } else if let role = said("reserve", reserve.role, &remarks)?.value {
                let isNobody = role == Rule.nobody
                take(Reservation(role: isNobody ? nil : role, reason: reason, by: by), of: rule, for: node, own)
            }
        }
        if let role = said("role", actions.role, &remarks)?.value {
            take(Reservation(role: role, reason: nil, by: by), of: rule, for: node, own)
        }
    }

    private mutating func take(_ new: Reservation, of rule: Rule, for node: Candidate, _ own: Own) {
        if own.reservation {
            guard node.reservation?.role != new.role || node.reservation == nil else { return }
            let words = "\(new.words): an operator's word is \(node.reservation?.words ?? "that it is not reserved")"
            remarks.append(Remark(.overruled, rule: rule.name, words))
        } else if let kept = reservation {
            guard kept.role != new.role else { return }
            remarks.append(Remark(.conflict, rule: rule.name, "\(new.words): it is \(kept.words), which comes first"))
        } else {
            reservation = new
        }
    }
}

extension RuleOutcome.Remark {
    /// `rule 'place': rack: 'leaf-9' is not in racks`
    public var line: String { "rule '\(rule)': \(text)" }
}

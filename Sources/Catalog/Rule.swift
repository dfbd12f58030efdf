public import Jinja
public import OrderedCollections

/// What is made of each machine whose inventory comes in and fulfils some conditions: `rules/*.yaml`.
public struct Rule: Hashable, Sendable {
    public var name: String
    public var description: String?
    /// Rules of a higher one come first; of equal ones, those whose name does.
    public var priority = 0
    /// Each must hold, over the names that role requirements have; none: the rule is for every machine.
    public var when: [Role.Requirement]
    /// Values that conditions and texts may look up, by name.
    public var tables: OrderedDictionary<String, Value>
    public var actions: Actions
    public var location: SourceLocation

    public struct Actions: Hashable, Sendable {
        /// Sets the node's name.
        public var name: Text?
        /// Sets where the node is.
        public var rack: Text?
        public var unit: Text?
        /// Gives the node labels.
        public var labels: [Label] = []
        public var reserve: Reserve?
        /// The node is for this role and for no other.
        public var role: Text?
        /// Quarantines the node, for this reason.
        public var quarantine: Text?
        /// Ends the inspection as failed, for this reason.
        public var refuse: Text?

        public init() {}
    }

    public struct Label: Hashable, Sendable {
        public var key: String
        public var value: Text
    }

    /// Keeps a node for a role, or from all.
    public struct Reserve: Hashable, Sendable {
        /// Nil for nobody.
        public var role: Text?
        public var reason: Text?
    }

    /// A text with Jinja in it.
    public struct Text: Hashable, Sendable {
        public let text: String
        public let location: SourceLocation
        let template: Template

        public init(_ text: String, at location: SourceLocation) throws(JinjaError) {
            self.text = text
            self.location = location
            template = try Template(text, name: location.description)
        }

        /// Whether it says the same of every machine.
        public var isFixed: Bool { !text.contains("{{") && !text.contains("{%") }

        /// The text for the given variables on one line; nil where that is nothing.
        public func render(_ variables: OrderedDictionary<String, Value>) throws(JinjaError) -> String? {
            let value = try template.renderNative(variables)
            switch value {
            case .none: return nil
            case .undefined(let name): throw JinjaError("'\(name)' is undefined")
            default: break
            }
            let words = value.description.split { $0.isWhitespace }.joined(separator: " ")
            return words.isEmpty ? nil : words
        }

        public static func == (left: Self, right: Self) -> Bool {
            left.text == right.text && left.location == right.location
        }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(text)
            hasher.combine(location)
        }
    }
}

extension Rule {
    /// The word that stands for a role where a node is reserved for nobody.
    public static let nobody = "nobody"
    /// Octets of UTF-8 that a label, or another text of a rule, may have.
    public static let longestText = 256

    /// Whether conditions can name a label `labels.KEY`.
    public static func isLabelKey(_ key: String) -> Bool {
        guard let first = key.utf8.first, key.utf8.count <= 64, !(0x30...0x39).contains(first) else { return false }
        return key.utf8.allSatisfy { octet in
            switch octet {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
            default: false
            }
        }
    }

    /// The order in which rules are applied.
    public static func comesBefore(_ left: Rule, _ right: Rule) -> Bool {
        (right.priority, left.name) < (left.priority, right.name)
    }

    /// The names of roles that it says for every machine, with where they stand.
    var fixedRoles: [Text] {
        [actions.role, actions.reserve?.role].compactMap(\.self).filter(\.isFixed)
    }
}

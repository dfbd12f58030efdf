public import Inventory

/// Asks for the match that there would be. Nothing is kept of it, and nothing is touched.
///
/// In JSON whatever is not asked may be left out.
public struct WhatIf: Codable, Hashable, Sendable {
    /// Nodes that are not there, and what nodes that are there would be.
    public var nodes: [Node]
    /// Names of nodes that are left out.
    public var without: [String]
    /// Whether there are no nodes but those in `nodes`.
    public var isWholeFleet: Bool
    /// Whether nodes may leave the role they have.
    public var reassign: Bool
    /// The texts of role files by their names, in place of the catalogue's roles; nil for those.
    public var roles: [String: String]?

    public init(
        nodes: [Node] = [],
        without: [String] = [],
        isWholeFleet: Bool = false,
        reassign: Bool = false,
        roles: [String: String]? = nil
    ) {
        self.nodes = nodes
        self.without = without
        self.isWholeFleet = isWholeFleet
        self.reassign = reassign
        self.roles = roles
    }

    public struct Node: Codable, Hashable, Sendable {
        /// That of an enrolled node: it is as is said here.
        public var name: String
        public var inventory: Inventory?
        public var rack: String?
        public var chassis: String?
        public var `switch`: String?
        /// How many of it there are; nil for one. More get its name with numbers.
        public var count: Int?

        public init(
            name: String,
            inventory: Inventory? = nil,
            rack: String? = nil,
            chassis: String? = nil,
            `switch`: String? = nil,
            count: Int? = nil
        ) {
            self.name = name
            self.inventory = inventory
            self.rack = rack
            self.chassis = chassis
            self.switch = `switch`
            self.count = count
        }
    }

    private enum CodingKeys: String, CodingKey {
        case nodes, without
        case isWholeFleet = "whole_fleet"
        case reassign, roles
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        nodes = try values.decodeIfPresent([Node].self, forKey: .nodes) ?? []
        without = try values.decodeIfPresent([String].self, forKey: .without) ?? []
        isWholeFleet = try values.decodeIfPresent(Bool.self, forKey: .isWholeFleet) ?? false
        reassign = try values.decodeIfPresent(Bool.self, forKey: .reassign) ?? false
        roles = try values.decodeIfPresent([String: String].self, forKey: .roles)
    }
}

/// The match that there would be, and what differs from the one that there is.
public struct WhatIfReport: Codable, Hashable, Sendable {
    public var match: MatchReport
    public var changes: [Change]

    public init(match: MatchReport, changes: [Change]) {
        self.match = match
        self.changes = changes
    }

    /// A node that is there now and would get another role; none where the question was about a whole fleet.
    public struct Change: Codable, Hashable, Sendable {
        public var node: String
        public var now: String?
        /// Nil for none, also where the node is left out.
        public var then: String?

        public init(node: String, now: String?, then: String?) {
            self.node = node
            self.now = now
            self.then = then
        }
    }
}

/// Gives a node another name.
public struct RenameNode: Codable, Hashable, Sendable {
    /// Up to 63 letters, digits and inner `-`, as at enrolment.
    public var name: String
    /// Why, for the timeline.
    public var reason: String

    public init(name: String, reason: String = "") {
        self.name = name
        self.reason = reason
    }
}

/// A node that was given another name, and what still has the old one.
public struct RenameReport: Codable, Hashable, Sendable {
    /// What it was called.
    public var before: String
    public var node: NodeSummary
    /// What does not follow by itself and what an operator has to do about it, a line each.
    public var remarks: [String]

    public init(before: String, node: NodeSummary, remarks: [String]) {
        self.before = before
        self.node = node
        self.remarks = remarks
    }
}

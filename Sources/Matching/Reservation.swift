/// A node that is kept for one role, or from all.
public struct Reservation: Hashable, Sendable, Codable {
    /// Nil for nobody.
    public var role: String?
    public var reason: String?
    /// Who said so, such as `an operator` or `rule 'storage'`.
    public var by: String

    public init(role: String?, reason: String?, by: String) {
        self.role = role
        self.reason = reason
        self.by = by
    }

    /// `reserved for storage by rule 'big' (24 disks)`
    public var words: String {
        "reserved for \(role ?? "nobody") by \(by)" + (reason.map { " (\($0))" } ?? "")
    }

    /// Whether a node that is so reserved may have a role.
    public func admits(_ role: String) -> Bool { self.role == role }
}

public import Inventory

/// A node as matching sees it.
public struct Candidate: Hashable, Sendable {
    public var id: String
    public var name: String
    /// Nil while it was never inspected.
    public var inventory: Inventory?
    public var rack: String?
    /// The role it has now; it keeps it.
    public var incumbent: String?
    /// Why it takes part in nothing: `in maintenance (fan)`.
    public var excluded: String?

    public init(
        id: String,
        name: String,
        inventory: Inventory?,
        rack: String? = nil,
        incumbent: String? = nil,
        excluded: String? = nil
    ) {
        self.id = id
        self.name = name
        self.inventory = inventory
        self.rack = rack
        self.incumbent = incumbent
        self.excluded = excluded
    }
}

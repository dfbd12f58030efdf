/// Asks for another password of the account that a node's BMC is reached by.
public struct RotatePassword: Codable, Hashable, Sendable {
    /// Nil has one made, which nobody sees.
    public var password: String?

    public init(password: String? = nil) {
        self.password = password
    }
}

/// Asks for a change of a node's power.
public struct SetPower: Codable, Hashable, Sendable {
    public enum Action: String, Codable, Hashable, Sendable, CaseIterable {
        case on
        /// At once, whatever the operating system is at.
        case off
        /// The operating system is asked first, for a while.
        case shutdown
        case reset
    }

    public var action: Action
    /// Also for a node that is being worked on.
    public var force: Bool?
    public var reason: String?

    public init(action: Action, force: Bool = false, reason: String? = nil) {
        self.action = action
        self.force = force
        self.reason = reason
    }
}

/// Why the controller refused what it was asked, in words for the person who asked: a line for each reason.
public struct ControllerProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public var reasons: [String]
    /// What kind of refusal it is, for the protocol that carries it.
    public var kind: Kind

    public enum Kind: Hashable, Sendable {
        /// The request makes no sense.
        case invalid
        case notFound
        /// It does not fit the state of things.
        case conflict
        /// The asker may not.
        case forbidden
    }

    public init(_ reasons: [String], _ kind: Kind = .invalid) {
        self.reasons = reasons
        self.kind = kind
    }

    public init(_ reason: String, _ kind: Kind = .invalid) {
        self.init([reason], kind)
    }

    public var description: String { reasons.joined(separator: "\n") }
}

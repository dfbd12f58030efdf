public import AgentAPI

/// The controller, as the agent sees it.
public protocol Controller: Sendable {
    func call<Request, Answer>(_ endpoint: Endpoint<Request, Answer>, _ request: Request) async throws -> Answer
    /// A GET with the agent's certificate, of a path such as ``AgentFetch/chunk(_:)``.
    func fetch(_ path: String) async throws -> [UInt8]
}

/// The controller answered, but not with what was asked for.
public struct ControllerRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    public var path: String
    public var status: UInt
    /// The beginning of the answer's body.
    public var text: String

    public var description: String { "\(path): the controller answered \(status) \(text)" }
}

/// A machine's serial console, attached to by way of its BMC.
public protocol BMCConsole: Sendable {
    /// What comes, until the console ends; for one reader.
    var events: AsyncStream<BMCConsoleEvent> { get }
    func type(_ octets: [UInt8]) async
    func sendBreak() async
    /// Ends the console and the session that it is in.
    func detach() async
}

/// Something that comes from a console.
public enum BMCConsoleEvent: Hashable, Sendable {
    /// What the machine wrote.
    case output([UInt8])
    /// A line for the person: that characters were lost, say.
    case note(String)
    /// The last: why it is over; nil when it was detached from.
    case end(String?)
}

extension BMCGate {
    /// Attaches to the machine's serial console, in a session of its own: operations go on beside it.
    ///
    /// - Throws: `BMCError`; nothing is tried when the gate is shut.
    public func console() async throws -> any BMCConsole {
        let operation = "attaching to the serial console"
        await enter()
        defer { leave() }
        try refuseIfShut(operation)
        let tried = endpoint
        do {
            let end = timing.now() + policy.deadline
            return try await once(operation, at: tried, end: end, nil, afterwards: .handedOver) { driver in
                let console = try await driver.console()
                guard !Task.isCancelled else {
                    await console.detach()
                    throw CancellationError()
                }
                return console
            }
        } catch let error as BMCError {
            noteCredentials(error, of: tried)
            throw error
        }
    }
}

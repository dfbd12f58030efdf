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

extension BMCDriver {
    public func console() async throws -> any BMCConsole { throw NotSupported() }
    public func setPassword(_ new: Secret) async throws { throw NotSupported() }
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
        let (endpoint, policy, timing, connect) = (endpoint, policy, timing, connect)
        do {
            return try await withThrowingTaskGroup(of: (any BMCConsole).self) { group in
                group.addTask {
                    let driver = try await connect(endpoint)
                    do {
                        let console = try await driver.console()
                        guard !Task.isCancelled else {
                            await console.detach()
                            throw CancellationError()
                        }
                        return console
                    } catch {
                        await Self.logOut(driver, within: policy.closeDeadline, timing)
                        guard error is NotSupported else { throw error }
                        let detail = "\(endpoint.protocol.rawValue) has no way to it"
                        throw BMCError(.notSupported, bmc: "\(endpoint)", operation: operation, detail: detail)
                    }
                }
                group.addTask {
                    try await timing.limit(policy.deadline)
                    throw BMCError(.timeout, bmc: "\(endpoint)", operation: operation, detail: "the deadline passed")
                }
                defer { group.cancelAll() }
                guard let console = try await group.next() else { throw CancellationError() }
                return console
            }
        } catch let error as BMCError {
            noteCredentials(error, of: endpoint)
            throw error
        }
    }
}

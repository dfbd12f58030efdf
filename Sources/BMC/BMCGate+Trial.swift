/// A login that is not the gate's own, tried once.
public enum BMCTrial: Sendable {
    case accepted(BMCIdentity, PowerState)
    /// The BMC refused the same login before, and was not asked again.
    case refusedBefore
    case failed(BMCError)
}

extension BMCGate {
    /// Does something by a login that is not the gate's own, once. The gate's own login, and whether it is shut, stay as
    /// they are.
    func aside<Answer: Sendable>(
        _ operation: String,
        _ candidate: BMCEndpoint,
        deadline: Duration,
        _ body: @escaping @Sendable (any BMCDriver) async throws -> Answer
    ) async throws -> Answer {
        await enter()
        defer { leave() }
        try Task.checkCancellation()
        do {
            let end = timing.now() + deadline
            let answer = try await once(operation, at: candidate, end: end, nil, afterwards: .loggedOut, body)
            refusedLogins.remove(candidate.login)
            return answer
        } catch let error as BMCError {
            if error.kind == .wrongCredentials { refusedLogins.insert(candidate.login) }
            throw error
        }
    }

    /// Tries a login once.
    ///
    /// - Parameter again: tries what this BMC refused before, too.
    func trial(_ candidate: BMCEndpoint, again: Bool) async throws -> BMCTrial {
        let isShut = shutBecause != nil && endpoint.login == candidate.login
        guard again || !(isShut || refusedLogins.contains(candidate.login)) else { return .refusedBefore }
        do {
            let (identity, power) = try await aside("trying a login", candidate, deadline: policy.deadline) { driver in
                (try await driver.identify(), try await driver.powerState())
            }
            return .accepted(identity, power)
        } catch let error as BMCError {
            return .failed(error)
        }
    }
}

extension BMCGates {
    /// Tries a login once, by the gate of its address.
    public func trial(_ candidate: BMCEndpoint, again: Bool = false) async throws -> BMCTrial {
        try await gate(at: candidate).trial(candidate, again: again)
    }
}

/// A login that is not the gate's own, tried once.
public enum BMCTrial: Sendable {
    case accepted(BMCIdentity, PowerState)
    /// The BMC refused the same login before, and was not asked again.
    case refusedBefore
    case failed(BMCError)
}

extension BMCGate {
    /// Tries a login once. The gate's own login, and whether the gate is shut, stay as they are.
    ///
    /// - Parameter again: tries what this BMC refused before, too.
    func trial(_ candidate: BMCEndpoint, again: Bool) async throws -> BMCTrial {
        await enter()
        defer { leave() }
        try Task.checkCancellation()
        let isShut = shutBecause != nil && endpoint.login == candidate.login
        guard again || !(isShut || refusedLogins.contains(candidate.login)) else { return .refusedBefore }
        let operation = "trying a login"
        do {
            let (identity, power) = try await once(operation, at: candidate, end: timing.now() + policy.deadline) {
                driver in (try await driver.identify(), try await driver.powerState())
            }
            refusedLogins.remove(candidate.login)
            return .accepted(identity, power)
        } catch let error as BMCError {
            if error.kind == .wrongCredentials { refusedLogins.insert(candidate.login) }
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

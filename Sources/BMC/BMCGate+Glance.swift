extension BMCGate {
    /// The power state for who only wants to know it: one attempt, and none while an operation is under way, which knows it
    /// better.
    ///
    /// - Returns: Nil when the gate is in use.
    /// - Throws: `BMCError`; of kind `gateShut` without a word to the BMC when its credentials were found wrong.
    public func glance(within limit: Duration) async throws -> PowerState? {
        guard !isBusy else { return nil }
        return try await perform("reading the power state", deadline: limit, attempts: 1) { driver in
            try await driver.powerState()
        }
    }
}

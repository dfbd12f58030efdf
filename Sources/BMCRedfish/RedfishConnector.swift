public import BMC

/// Logs in to BMCs by Redfish.
public struct RedfishConnector: Sendable {
    private let pause: @Sendable (Duration) async throws -> Void

    /// - Parameter pause: between two looks at a change that does not show yet
    public init(pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }) {
        self.pause = pause
    }

    /// A driver with a session, or with basic authentication where the BMC gives none.
    /// - Throws: `BMCError`.
    public func connect(_ endpoint: BMCEndpoint) async throws -> any BMCDriver {
        let driver = RedfishDriver(client: try RedfishClient(endpoint: endpoint), pause: pause)
        try await driver.login()
        return driver
    }
}

public import BMC

/// Logs in to BMCs by Redfish.
public struct RedfishConnector: Sendable {
    public init() {}

    /// A driver with a session, or with basic authentication where the BMC gives none.
    /// - Throws: `BMCError`.
    public func connect(_ endpoint: BMCEndpoint) async throws -> any BMCDriver {
        let driver = RedfishDriver(client: try RedfishClient(endpoint: endpoint))
        try await driver.login()
        return driver
    }
}

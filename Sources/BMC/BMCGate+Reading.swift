/// What a machine's BMC knows of it.
extension BMCGate {
    public func sensors() async throws -> BMCSensors {
        try await perform("reading the sensors") { driver in try await driver.sensors() }
    }

    public func inventory() async throws -> [BMCPart] {
        try await perform("reading the parts") { driver in try await driver.inventory() }
    }

    /// The newest events, oldest first.
    public func eventLog(limit: Int) async throws -> BMCEventLog {
        try await perform("reading the event log") { driver in try await driver.eventLog(limit: limit) }
    }

    public func clearEventLog() async throws {
        try await perform("clearing the event log") { driver in try await driver.clearEventLog() }
    }
}

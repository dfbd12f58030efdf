public import Inventory

/// What a machine's BMC knows of it.
extension BMCGate {
    /// A big machine's parts are a hundred questions and more, and some BMCs take a second for each.
    private var readingDeadline: Duration { policy.deadline * 3 }

    public func sensors() async throws -> BMCSensors {
        try await perform("reading the sensors", deadline: readingDeadline) { driver in try await driver.sensors() }
    }

    public func inventory() async throws -> [BMCPart] {
        try await perform("reading the parts", deadline: readingDeadline) { driver in try await driver.inventory() }
    }

    /// What the machine is made of, as far as its BMC tells; tried once, and not for long, since others wait for the BMC.
    public func hardware(at instant: Double) async throws -> Inventory {
        try await perform("reading what the machine is made of", attempts: 1) { driver in
            try await driver.hardware(at: instant)
        }
    }

    /// The newest events, oldest first.
    public func eventLog(limit: Int) async throws -> BMCEventLog {
        try await perform("reading the event log") { driver in try await driver.eventLog(limit: limit) }
    }

    public func clearEventLog() async throws {
        try await perform("clearing the event log") { driver in try await driver.clearEventLog() }
    }
}

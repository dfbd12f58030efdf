/// The gates of a process, one for each BMC's address, so that no two parts of the program meet at a BMC.
public actor BMCGates {
    private let policy: BMCPolicy
    let timing: BMCTiming
    private let connect: BMCGate.Connect
    private var gates: [String: BMCGate] = [:]

    public init(policy: BMCPolicy = BMCPolicy(), timing: BMCTiming = .system, connect: @escaping BMCGate.Connect) {
        self.policy = policy
        self.timing = timing
        self.connect = connect
    }

    /// The gate to a BMC, brought up to date with `endpoint`.
    ///
    /// A Redfish service that stands for several machines has one gate for each, and a BMC that is spoken to by both
    /// protocols one for each of them.
    public func gate(for endpoint: BMCEndpoint) async -> BMCGate {
        let gate = gate(at: endpoint)
        await gate.update(endpoint)
        return gate
    }

    /// The gate to a BMC as it is: whose login is to be tried on the side has not the gate's own.
    func gate(at endpoint: BMCEndpoint) -> BMCGate {
        let key = "\(endpoint.protocol) \(endpoint.address.lowercased()) \(endpoint.port ?? 0) \(endpoint.system ?? "")"
        if let gate = gates[key] { return gate }
        let gate = BMCGate(endpoint: endpoint, policy: policy, timing: timing, connect: connect)
        gates[key] = gate
        return gate
    }

    /// Logs out of all BMCs that no operation is under way at: the program ends.
    ///
    /// - Parameters:
    ///   - width: how many at once.
    ///   - limit: after it no further log-out is begun; BMCs end the sessions that are left by themselves.
    public func closeSessions(width: Int = 64, within limit: Duration = .seconds(10)) async {
        let (gates, timing) = (Array(gates.values), timing)
        let end = timing.now() + limit
        await withTaskGroup(of: Void.self) { group in
            for (index, gate) in gates.enumerated() {
                if index >= width { await group.next() }
                guard timing.now() < end else { break }
                group.addTask { await gate.closeKeptAndWait() }
            }
        }
    }
}

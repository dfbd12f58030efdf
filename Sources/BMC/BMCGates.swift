/// The gates of a process, one for each BMC's address, so that no two parts of the program meet at a BMC.
public actor BMCGates {
    private let policy: BMCPolicy
    private let timing: BMCTiming
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
    public func closeSessions() async {
        await withTaskGroup(of: Void.self) { group in
            for gate in gates.values { group.addTask { await gate.closeKeptAndWait() } }
        }
    }
}

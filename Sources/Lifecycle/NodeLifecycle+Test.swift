/// Trying a machine out on an operator's order, in the ramdisk; it ends with an inventory that has the results.
extension NodeLifecycle {
    /// A test that was ordered.
    public struct Test: Hashable, Sendable, Codable {
        /// Whether disks are overwritten: the order's approval is good for one begin.
        public var isDestructive: Bool
        /// The agent was given the order. What a test of disks was approved for is spent.
        public var isBegun: Bool
        /// Where the node came from: it had an inventory.
        public var wasAvailable: Bool

        /// It must not begin once more for what it was approved for.
        public var isSpent: Bool { isDestructive && isBegun }
    }

    mutating func testRequested(isDestructive: Bool, at now: Double) throws(Refusal) -> [Effect] {
        guard state == .available || state == .manageable else { throw refusal(.testRequested(isDestructive)) }
        let test = Test(isDestructive: isDestructive, isBegun: false, wasAvailable: state == .available)
        return begin(
            test,
            isDestructive ? "a test that overwrites disks was approved" : "a test was asked for",
            at: now
        )
    }

    mutating func begin(_ test: Test, _ evidence: String, at now: Double) -> [Effect] {
        begin(.testing(test), evidence, for: bootAllowance, at: now)
        return agentIsIn(.ramdisk, at: now) ? [] : [.networkBoot]
    }

    /// The agent is given the order: from here on the machine must not restart, and is never booted for it again.
    mutating func testBegun(at now: Double) {
        guard case .testing(var test) = state, !test.isBegun else { return }
        test.isBegun = true
        change(to: .testing(test))
        grant(attempts: 1)
        extend(by: Self.progressSeconds, at: now)
        see("the agent tries the machine out")
    }

    /// The test under way that was begun; nil where there is none.
    var begunTest: Test? {
        guard case .testing(let test) = state, test.isBegun else { return nil }
        return test
    }

    /// Where the node goes when its test is given up.
    static func rest(after test: Test) -> State { test.wasAvailable ? .available : .manageable }

    /// A machine that failed in the middle of its test is kept from everything until somebody has looked.
    mutating func holdAfterTest(_ reason: String) {
        if quarantined == nil { quarantined = "its test failed: \(reason)" }
    }
}

public import AgentAPI

/// What the agent must still know when it is started anew; kept in its state folder.
public struct AgentMemory: Codable, Hashable, Sendable {
    /// The instruction that was begun and has not ended.
    public var current: Instruction?
    /// What ended, latest last; an instruction heard again is answered from here.
    public var finished: [Finished]
    /// Spent approvals: each wrote a disk, or began to.
    public var approvals: [String]
    /// The highest generation that was carried out here.
    public var generation: Int

    public struct Finished: Codable, Hashable, Sendable {
        public var report: InstructionReport
        public var acknowledged: Bool
        /// What is left to do once the controller knows.
        public var departure: Departure?
    }

    public init(generation: Int = 0) {
        finished = []
        approvals = []
        self.generation = generation
    }

    /// More than the controller can have outstanding; the oldest go.
    static let finishedLimit = 64

    func report(of instruction: String) -> Finished? {
        finished.last { $0.report.instruction == instruction }
    }

    mutating func finish(_ report: InstructionReport, departure: Departure?) {
        current = nil
        finished.removeAll { $0.report.instruction == report.instruction }
        finished.append(Finished(report: report, acknowledged: false, departure: departure))
        if finished.count > Self.finishedLimit { finished.removeFirst(finished.count - Self.finishedLimit) }
    }
}

/// How the agent leaves the running system.
public enum Departure: String, Codable, Hashable, Sendable {
    case kexec, reset, powerOff
}

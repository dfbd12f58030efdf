public import AgentAPI

/// What the agent does next: a value that is told what happened and says what to do.
///
/// An instruction is carried out once for its id, however often it is heard; its report is repeated until the
/// controller has taken it. Check-ins go on while an instruction is carried out.
public struct AgentMachine: Hashable, Sendable {
    public private(set) var memory: AgentMemory
    private let mode: AgentMode
    /// Failed check-ins in a row.
    private var checkInFailures = 0
    /// Failed reports in a row.
    private var reportFailures = 0

    public init(mode: AgentMode, memory: AgentMemory) {
        self.mode = mode
        self.memory = memory
    }

    public enum Event: Hashable, Sendable {
        case started
        case due(Timer)
        /// The answer to a check-in.
        case answered(Instruction)
        /// The controller could not be reached or had no answer.
        case checkInFailed
        /// An instruction ended. `generation` is the one that the node now has, if that changed; `departure` is how the
        /// system is left, where that is not as the instruction says.
        case finished(InstructionReport, generation: Int?, departure: Departure? = nil)
        case reportAcknowledged(String)
        case reportFailed(String)
    }

    public enum Timer: Hashable, Sendable {
        case checkIn, report
    }

    /// In order. ``keep`` is done, onto the disk, before what follows it.
    public enum Effect: Hashable, Sendable {
        case keep
        case checkIn(busyWith: String?)
        case carryOut(Instruction)
        /// The instruction with this id is not wanted any more: its work ends as soon as it safely can, and reports.
        case giveUp(String)
        case send(InstructionReport)
        /// Sets or resets a timer, in seconds from now.
        case set(Timer, after: Double)
        case leave(Departure)
        /// One line for people.
        case say(String)
    }

    /// Seconds between check-ins while an instruction is carried out.
    static let busyInterval: Double = 5
    /// Reports of a departure are tried this often; then the agent leaves all the same, and the boot speaks for itself.
    static let departureReports = 20

    /// - Parameter jitter: from 0 to 1, anew for each event; spreads a rack's retries.
    public mutating func handle(_ event: Event, jitter: Double) -> [Effect] {
        switch event {
        case .started:
            return begin()

        case .due(.checkIn):
            return [.checkIn(busyWith: memory.current?.id)]

        case .due(.report):
            return unacknowledged.map { .send($0.report) }

        case .checkInFailed:
            checkInFailures += 1
            return [.set(.checkIn, after: Self.delay(after: checkInFailures, jitter: jitter))]

        case .answered(let instruction):
            checkInFailures = 0
            return hear(instruction)

        case .finished(let report, let generation, let departure):
            return finish(report, generation: generation, departure: departure)

        case .reportAcknowledged(let id):
            reportFailures = 0
            return acknowledge(id)

        case .reportFailed(let id):
            reportFailures += 1
            if reportFailures >= Self.departureReports, let departure = memory.report(of: id)?.departure {
                return [.say("the controller does not take the report; leaving all the same"), .leave(departure)]
            }
            return [.set(.report, after: Self.delay(after: reportFailures, jitter: jitter))]
        }
    }

    private var unacknowledged: [AgentMemory.Finished] { memory.finished.filter { !$0.acknowledged } }

    private mutating func begin() -> [Effect] {
        var effects: [Effect] = []
        if let current = memory.current {
            switch current.action {
            case .writeImage:
                // What is on the disk is not known, and the approval is spent.
                effects += finish(
                    .failed(current.id, "the agent was restarted while the image was being written"),
                    generation: nil
                )
            case .checkWriting(let order) where !order.disks.isEmpty:
                effects += finish(
                    .failed(current.id, "the agent was restarted while disks were being written"),
                    generation: nil
                )
            case .boot, .run, .sendInventory, .checkWriting:
                effects += [.say("continuing instruction \(current.id)"), .carryOut(current)]
            case .powerOff, .wait, .stop:
                memory.current = nil
                effects.append(.keep)
            }
        }
        let sent = effects.contains { if case .send = $0 { true } else { false } }
        if !sent {
            effects += unacknowledged.map { .send($0.report) }
        }
        effects.append(.checkIn(busyWith: memory.current?.id))
        return effects
    }

    private mutating func hear(_ instruction: Instruction) -> [Effect] {
        if case .wait(let seconds) = instruction.action {
            let seconds = seconds.isFinite ? min(max(seconds, 0.5), 300) : Self.busyInterval
            return [.set(.checkIn, after: memory.current == nil ? seconds : min(seconds, Self.busyInterval))]
        }
        if case .stop(let id) = instruction.action {
            // Never begun and never finished: what was to be given up reports its own end.
            let effects: [Effect] = memory.current?.id == id ? [.giveUp(id)] : []
            return effects + [.set(.checkIn, after: Self.busyInterval)]
        }
        if let known = memory.report(of: instruction.id) {
            // Its report's answer was lost, or the report itself is still on its way.
            return [.send(known.report), .set(.checkIn, after: Self.busyInterval)]
        }
        if memory.current != nil {
            return [.set(.checkIn, after: Self.busyInterval)]
        }
        switch instruction.action {
        case .writeImage, .boot, .checkWriting:
            guard mode == .ramdisk else {
                return refuse(instruction, "this is done from the ramdisk, and this is the installed system")
            }
        case .run:
            guard mode == .host else {
                return refuse(instruction, "bundles are carried out on the installed system, and this is the ramdisk")
            }
        case .sendInventory, .powerOff, .wait, .stop:
            break
        }
        if let approval = instruction.action.approval {
            guard !approval.isEmpty else {
                return refuse(instruction, "writing to disks takes an approval, and there is none")
            }
            guard !memory.approvals.contains(approval) else {
                return refuse(instruction, "the approval has been spent: the disk was written for it once")
            }
            memory.approvals.append(approval)
        }
        memory.current = instruction
        return [.keep, .carryOut(instruction), .set(.checkIn, after: Self.busyInterval)]
    }

    private mutating func refuse(_ instruction: Instruction, _ reason: String) -> [Effect] {
        memory.current = instruction
        return finish(.failed(instruction.id, reason), generation: nil) + [.set(.checkIn, after: Self.busyInterval)]
    }

    private mutating func finish(
        _ report: InstructionReport,
        generation: Int?,
        departure chosen: Departure? = nil
    ) -> [Effect] {
        guard let current = memory.current, current.id == report.instruction else { return [] }
        var departure: Departure?
        if case .succeeded = report.outcome {
            departure = chosen ?? current.action.departure
            if let generation { memory.generation = max(memory.generation, generation) }
        }
        memory.finish(report, departure: departure)
        reportFailures = 0
        return [.keep, .send(report)]
    }

    private mutating func acknowledge(_ id: String) -> [Effect] {
        guard let index = memory.finished.lastIndex(where: { $0.report.instruction == id }) else { return [] }
        let wasKnown = memory.finished[index].acknowledged
        memory.finished[index].acknowledged = true
        if let departure = memory.finished[index].departure {
            // Again if it was known: an agent may have ended after it kept this and before it left.
            return [.keep, .leave(departure)]
        }
        return wasKnown ? [] : [.keep, .checkIn(busyWith: memory.current?.id)]
    }

    /// 1 s, 2 s, 4 s … 15 s, of which up to half is left to chance.
    static func delay(after failures: Int, jitter: Double) -> Double {
        let full = min(15, Double(1 << min(max(failures, 1) - 1, 10)) * 2)
        return max(1, full * (0.5 + 0.5 * min(max(jitter, 0), 1)))
    }
}

extension Instruction.Action {
    /// Where this instruction leads when it has succeeded.
    var departure: Departure? {
        switch self {
        case .boot(let boot):
            switch boot.method {
            case .kexec: .kexec
            case .reset: .reset
            }
        case .powerOff: .powerOff
        case .wait, .sendInventory, .writeImage, .checkWriting, .run, .stop: nil
        }
    }

    /// The approval that it spends, for what destroys.
    var approval: String? {
        switch self {
        case .writeImage(let order): order.approval
        case .checkWriting(let order): order.disks.isEmpty ? nil : order.approval
        case .wait, .sendInventory, .boot, .run, .powerOff, .stop: nil
        }
    }
}

extension InstructionReport {
    static func failed(_ instruction: String, _ reason: String) -> InstructionReport {
        InstructionReport(instruction: instruction, outcome: .failed(Failure(reason: reason)))
    }

    static func succeeded(_ instruction: String, _ summary: String, rootDisk: RootDisk? = nil) -> InstructionReport {
        InstructionReport(
            instruction: instruction,
            outcome: .succeeded(Success(summary: summary, rootDisk: rootDisk))
        )
    }
}

import AgentAPI
import AgentCore
import Testing

struct AgentMachineTests {
    private let inventory = Instruction(id: "i-1", action: .sendInventory())
    private let disk = RootDisk(serial: "S1", size: 100)

    private func ramdisk(_ memory: AgentMemory = AgentMemory()) -> AgentMachine {
        AgentMachine(mode: .ramdisk, memory: memory)
    }

    private func write(_ id: String, approval: String) -> Instruction {
        let order = WriteImage(
            approval: approval,
            imageName: "debian",
            imageDigest: "d",
            rootDisk: disk,
            hostName: "n",
            generation: 1
        )
        return Instruction(id: id, action: .writeImage(order))
    }

    private func success(_ id: String) -> InstructionReport {
        InstructionReport(instruction: id, outcome: .succeeded(.init(summary: "done")))
    }

    @Test func theFirstThingIsACheckIn() {
        var machine = ramdisk()
        #expect(machine.handle(.started, jitter: 0) == [.checkIn(busyWith: nil)])
    }

    @Test func anInstructionIsRememberedBeforeItIsCarriedOut() {
        var machine = ramdisk()
        #expect(
            machine.handle(.answered(inventory), jitter: 0) == [.keep, .carryOut(inventory), .set(.checkIn, after: 5)]
        )
        #expect(machine.memory.current == inventory)
    }

    @Test func checkInsGoOnWhileAnInstructionIsCarriedOutAndSayWhichOne() {
        var machine = ramdisk()
        _ = machine.handle(.answered(inventory), jitter: 0)
        #expect(machine.handle(.due(.checkIn), jitter: 0) == [.checkIn(busyWith: "i-1")])
        #expect(machine.handle(.answered(inventory), jitter: 0) == [.set(.checkIn, after: 5)], "it is not begun again")
        let wait = Instruction(id: "w", action: .wait(seconds: 60))
        #expect(machine.handle(.answered(wait), jitter: 0) == [.set(.checkIn, after: 5)])
    }

    @Test func aRepeatedInstructionIsAnsweredByTheSameReport() {
        var machine = ramdisk()
        _ = machine.handle(.answered(inventory), jitter: 0)
        let report = success("i-1")
        #expect(machine.handle(.finished(report, generation: nil), jitter: 0) == [.keep, .send(report)])
        #expect(machine.handle(.reportAcknowledged("i-1"), jitter: 0) == [.keep, .checkIn(busyWith: nil)])
        #expect(machine.handle(.reportAcknowledged("i-1"), jitter: 0) == [], "a second acknowledgement changes nothing")
        #expect(machine.handle(.answered(inventory), jitter: 0) == [.send(report), .set(.checkIn, after: 5)])
    }

    @Test func aReportIsRepeatedUntilItIsTaken() {
        var machine = ramdisk()
        _ = machine.handle(.answered(inventory), jitter: 0)
        _ = machine.handle(.finished(success("i-1"), generation: nil), jitter: 0)
        #expect(machine.handle(.reportFailed("i-1"), jitter: 1) == [.set(.report, after: 2)])
        #expect(machine.handle(.due(.report), jitter: 0) == [.send(success("i-1"))])
        #expect(machine.handle(.reportFailed("i-1"), jitter: 1) == [.set(.report, after: 4)])
    }

    @Test func aReportThatWasNotTakenIsSentAgainByTheNextAgent() {
        var first = ramdisk()
        _ = first.handle(.answered(inventory), jitter: 0)
        _ = first.handle(.finished(success("i-1"), generation: nil), jitter: 0)
        var second = ramdisk(first.memory)
        #expect(second.handle(.started, jitter: 0) == [.send(success("i-1")), .checkIn(busyWith: nil)])
    }

    @Test func waitsAreKeptWithinReason() {
        var machine = ramdisk()
        for (asked, kept) in [(10.0, 10.0), (0, 0.5), (-5, 0.5), (1e9, 300), (.nan, 5), (.infinity, 5)] {
            let wait = Instruction(id: "w", action: .wait(seconds: asked))
            #expect(machine.handle(.answered(wait), jitter: 0) == [.set(.checkIn, after: kept)])
        }
    }

    @Test func retriesSlowDownToFifteenSecondsAndStartAnewAfterAnAnswer() {
        var machine = ramdisk()
        let delays = (0..<8).map { _ in machine.handle(.checkInFailed, jitter: 1) }
        #expect(delays == [2, 4, 8, 15, 15, 15, 15, 15].map { [.set(.checkIn, after: $0)] })
        _ = machine.handle(.answered(Instruction(id: "w", action: .wait(seconds: 1))), jitter: 0)
        #expect(machine.handle(.checkInFailed, jitter: 0) == [.set(.checkIn, after: 1)])
    }

    @Test func anApprovalIsSpentOnce() throws {
        var machine = ramdisk()
        let first = machine.handle(.answered(write("w-1", approval: "a")), jitter: 0)
        #expect(first.contains(.carryOut(write("w-1", approval: "a"))))
        _ = machine.handle(.finished(success("w-1"), generation: nil), jitter: 0)
        _ = machine.handle(.reportAcknowledged("w-1"), jitter: 0)
        let again = machine.handle(.answered(write("w-2", approval: "a")), jitter: 0)
        #expect(!again.contains { if case .carryOut = $0 { true } else { false } })
        guard case .failed(let failure)? = machine.memory.finished.last?.report.outcome else {
            Issue.record("the second write was not refused")
            return
        }
        #expect(failure.reason.contains("approval"))
    }

    @Test func anInterruptedWriteIsReportedAndNotRepeated() {
        var first = ramdisk()
        _ = first.handle(.answered(write("w-1", approval: "a")), jitter: 0)
        var second = ramdisk(first.memory)
        let effects = second.handle(.started, jitter: 0)
        #expect(!effects.contains { if case .carryOut = $0 { true } else { false } })
        #expect(effects.contains { if case .send(let report) = $0 { report.instruction == "w-1" } else { false } })
        #expect(second.memory.approvals == ["a"])
    }

    @Test func anInterruptedBundleIsContinuedBeforeTheFirstCheckIn() throws {
        var memory = AgentMemory(generation: 3)
        let signed = try SignedBundle.fake()
        let run = Instruction(id: "b-1", action: .run(signed))
        memory.current = run
        var machine = AgentMachine(mode: .host, memory: memory)
        #expect(
            machine.handle(.started, jitter: 0) == [
                .say("continuing instruction b-1"), .carryOut(run), .checkIn(busyWith: "b-1"),
            ]
        )
        _ = machine.handle(.finished(success("b-1"), generation: 4), jitter: 0)
        #expect(machine.memory.generation == 4)
        #expect(machine.memory.current == nil)
    }

    @Test func aBundleIsForTheHostAndAWriteForTheRamdisk() throws {
        var host = AgentMachine(mode: .host, memory: AgentMemory())
        #expect(
            !host.handle(.answered(write("w", approval: "a")), jitter: 0).contains(.carryOut(write("w", approval: "a")))
        )
        #expect(host.memory.approvals.isEmpty)
        var ramdisk = ramdisk()
        let run = Instruction(id: "b", action: .run(try SignedBundle.fake()))
        #expect(!ramdisk.handle(.answered(run), jitter: 0).contains(.carryOut(run)))
    }

    @Test func theMachineIsLeftOnlyAfterTheControllerKnows() {
        var machine = ramdisk()
        let boot = Instruction(id: "k", action: .boot(BootInstalled(method: .kexec, rootDisk: disk)))
        _ = machine.handle(.answered(boot), jitter: 0)
        let done = machine.handle(.finished(success("k"), generation: nil), jitter: 0)
        #expect(done == [.keep, .send(success("k"))])
        #expect(machine.handle(.reportAcknowledged("k"), jitter: 0) == [.keep, .leave(.kexec)])
    }

    @Test func aWayToLeaveThatWasChosenMeanwhileIsRemembered() {
        var first = ramdisk()
        let boot = Instruction(id: "k", action: .boot(BootInstalled(method: .kexec, rootDisk: disk)))
        _ = first.handle(.answered(boot), jitter: 0)
        let done = first.handle(.finished(success("k"), generation: nil, departure: .reset), jitter: 0)
        #expect(done == [.keep, .send(success("k"))])
        #expect(first.memory.finished.last?.departure == .reset)
        var second = ramdisk(first.memory)
        #expect(second.handle(.started, jitter: 0) == [.send(success("k")), .checkIn(busyWith: nil)])
        #expect(second.handle(.reportAcknowledged("k"), jitter: 0) == [.keep, .leave(.reset)])
    }

    @Test func aStopGivesUpWhatIsUnderWayAndItsReportGoesOutAsUsual() throws {
        var machine = AgentMachine(mode: .host, memory: AgentMemory())
        let run = Instruction(id: "b-1", action: .run(try SignedBundle.fake()))
        let stop = Instruction(id: "stop-b-1", action: .stop(instruction: "b-1"))
        _ = machine.handle(.answered(run), jitter: 0)
        let given: [AgentMachine.Effect] = [.giveUp("b-1"), .set(.checkIn, after: 5)]
        #expect(machine.handle(.answered(stop), jitter: 0) == given)
        #expect(machine.memory.current == run, "until its work has ended it is under way")
        #expect(machine.handle(.answered(stop), jitter: 0) == given, "said again, it is the same")
        let report = InstructionReport(instruction: "b-1", outcome: .failed(.init(reason: "given up")))
        #expect(machine.handle(.finished(report, generation: nil), jitter: 0) == [.keep, .send(report)])
        #expect(machine.handle(.reportAcknowledged("b-1"), jitter: 0) == [.keep, .checkIn(busyWith: nil)])
        #expect(machine.memory.finished.map(\.report) == [report], "of the stop itself nothing is kept")
        let next = Instruction(id: "b-2", action: .run(try SignedBundle.fake()))
        #expect(machine.handle(.answered(next), jitter: 0).contains(.carryOut(next)), "the agent is free again")
    }

    @Test func aStopOfWhatIsNotUnderWayChangesNothing() {
        var machine = ramdisk()
        let stop = Instruction(id: "stop-x", action: .stop(instruction: "x"))
        #expect(machine.handle(.answered(stop), jitter: 0) == [.set(.checkIn, after: 5)])
        _ = machine.handle(.answered(inventory), jitter: 0)
        let before = machine.memory
        #expect(machine.handle(.answered(stop), jitter: 0) == [.set(.checkIn, after: 5)])
        #expect(machine.memory == before)
        _ = machine.handle(.finished(success("i-1"), generation: nil), jitter: 0)
        let late = Instruction(id: "stop-i-1", action: .stop(instruction: "i-1"))
        #expect(machine.handle(.answered(late), jitter: 0) == [.set(.checkIn, after: 5)])
        #expect(machine.memory.finished.map(\.report) == [success("i-1")])
    }

    @Test func anAgentThatEndedBeforeItLeftLeavesWhenTheReportIsTakenAgain() {
        var first = ramdisk()
        let boot = Instruction(id: "k", action: .boot(BootInstalled(method: .reset, rootDisk: disk)))
        _ = first.handle(.answered(boot), jitter: 0)
        _ = first.handle(.finished(success("k"), generation: nil), jitter: 0)
        _ = first.handle(.reportAcknowledged("k"), jitter: 0)
        var second = ramdisk(first.memory)
        #expect(second.handle(.started, jitter: 0) == [.checkIn(busyWith: nil)])
        #expect(second.handle(.answered(boot), jitter: 0) == [.send(success("k")), .set(.checkIn, after: 5)])
        #expect(second.handle(.reportAcknowledged("k"), jitter: 0) == [.keep, .leave(.reset)])
    }

    @Test func aFailedLoadLeavesNothing() {
        var machine = ramdisk()
        let boot = Instruction(id: "k", action: .boot(BootInstalled(method: .kexec, rootDisk: disk)))
        _ = machine.handle(.answered(boot), jitter: 0)
        let failed = InstructionReport(instruction: "k", outcome: .failed(.init(reason: "no kernel")))
        _ = machine.handle(.finished(failed, generation: nil), jitter: 0)
        #expect(machine.handle(.reportAcknowledged("k"), jitter: 0) == [.keep, .checkIn(busyWith: nil)])
    }

    @Test func aControllerThatNeverTakesTheReportDoesNotHoldTheMachineForEver() {
        var machine = ramdisk()
        _ = machine.handle(.answered(Instruction(id: "p", action: .powerOff)), jitter: 0)
        _ = machine.handle(.finished(success("p"), generation: nil), jitter: 0)
        var left = false
        for _ in 0..<20 where machine.handle(.reportFailed("p"), jitter: 0).contains(.leave(.powerOff)) {
            left = true
        }
        #expect(left)
    }

    @Test func theMemoryIsBounded() {
        var machine = ramdisk()
        for number in 0..<200 {
            let id = "i-\(number)"
            _ = machine.handle(.answered(Instruction(id: id, action: .sendInventory())), jitter: 0)
            _ = machine.handle(.finished(success(id), generation: nil), jitter: 0)
            _ = machine.handle(.reportAcknowledged(id), jitter: 0)
        }
        #expect(machine.memory.finished.count == 64)
        #expect(machine.memory.finished.last?.report.instruction == "i-199")
    }

    @Test func disksAreWrittenForACheckOnceForAnApproval() {
        func order(_ id: String, approval: String) -> Instruction {
            let disk = RootDisk(size: 1)
            return Instruction(
                id: id,
                action: .checkWriting(CheckWriting(approval: approval, disks: [disk], seconds: 1))
            )
        }
        func isCarriedOut(_ effects: [AgentMachine.Effect]) -> Bool {
            effects.contains { if case .carryOut = $0 { true } else { false } }
        }
        var machine = AgentMachine(mode: .ramdisk, memory: AgentMemory())
        #expect(!isCarriedOut(machine.handle(.answered(order("b-1", approval: "")), jitter: 0)), "without an approval")
        #expect(isCarriedOut(machine.handle(.answered(order("b-2", approval: "a")), jitter: 0)))
        _ = machine.handle(
            .finished(
                InstructionReport(instruction: "b-2", outcome: .succeeded(.init(summary: "done"))),
                generation: nil
            ),
            jitter: 0
        )
        #expect(!isCarriedOut(machine.handle(.answered(order("b-3", approval: "a")), jitter: 0)), "it has been spent")
        var host = AgentMachine(mode: .host, memory: AgentMemory())
        #expect(!isCarriedOut(host.handle(.answered(order("b-4", approval: "c")), jitter: 0)))

        // An agent that was restarted meanwhile does not write again.
        var memory = AgentMemory()
        memory.current = order("b-5", approval: "d")
        memory.approvals = ["d"]
        var restarted = AgentMachine(mode: .ramdisk, memory: memory)
        #expect(!isCarriedOut(restarted.handle(.started, jitter: 0)))
        #expect(restarted.memory.current == nil)

        // One that destroys nothing takes no approval, and goes on.
        memory.current = Instruction(
            id: "b-6",
            action: .checkWriting(CheckWriting(approval: "d", disks: [], seconds: 1, load: 60))
        )
        var harmless = AgentMachine(mode: .ramdisk, memory: memory)
        #expect(isCarriedOut(harmless.handle(.started, jitter: 0)))
    }
}

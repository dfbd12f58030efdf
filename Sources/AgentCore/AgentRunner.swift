import AgentAPI
import LinuxKernel

/// Carries out what ``AgentMachine`` decides, and tells it what came of it.
actor AgentRunner {
    private var machine: AgentMachine
    private let controller: any Controller
    private let work: any InstructionWork
    private let outbox: EventOutbox
    private let keep: @Sendable (AgentMemory) throws -> Void
    private let description: CheckIn
    private let events: AsyncStream<AgentMachine.Event>
    private let inbox: AsyncStream<AgentMachine.Event>.Continuation
    private var timers: [AgentMachine.Timer: Task<Void, Never>] = [:]
    /// The work on instructions, by their ids.
    private var underWay: [String: Task<Void, Never>] = [:]
    /// Whether the last check-in found the controller, so that its going and coming are said once.
    private var isReached = true

    /// - Parameter description: what each check-in says, but for the generation and what the agent is busy with
    init(
        machine: AgentMachine,
        description: CheckIn,
        controller: any Controller,
        work: any InstructionWork,
        outbox: EventOutbox,
        keep: @escaping @Sendable (AgentMemory) throws -> Void
    ) {
        self.machine = machine
        self.description = description
        self.controller = controller
        self.work = work
        self.outbox = outbox
        self.keep = keep
        (events, inbox) = AsyncStream.makeStream()
    }

    /// Runs until the machine is left or the task is cancelled.
    func run() async {
        inbox.yield(.started)
        for await event in events {
            if case .finished(let report, _, _) = event { underWay[report.instruction] = nil }
            for effect in machine.handle(event, jitter: .random(in: 0...1)) {
                await perform(effect)
            }
        }
    }

    private func perform(_ effect: AgentMachine.Effect) async {
        switch effect {
        case .keep:
            do {
                try keep(machine.memory)
            } catch {
                Console.say("cannot keep what was done: \(error)")
            }

        case .checkIn(let instruction):
            var checkIn = description
            checkIn.generation = machine.memory.generation
            checkIn.busyWith = instruction
            let (controller, inbox) = (controller, inbox)
            Task { [checkIn] in
                do {
                    let answer = try await controller.call(.checkIn, checkIn)
                    self.reached(nil)
                    inbox.yield(.answered(answer))
                } catch {
                    self.reached(error)
                    inbox.yield(.checkInFailed)
                }
            }

        case .carryOut(let instruction):
            Console.say("instruction \(instruction.id): \(instruction.action.words)")
            let (work, inbox) = (work, inbox)
            underWay[instruction.id] = Task {
                let result = await work.carryOut(instruction)
                Console.say("instruction \(instruction.id): \(result.report.outcome.words)")
                inbox.yield(.finished(result.report, generation: result.generation, departure: result.departure))
            }

        case .giveUp(let id):
            guard let task = underWay.removeValue(forKey: id) else { return }
            Console.say("giving up instruction \(id): the controller no longer wants it")
            task.cancel()

        case .send(let report):
            let (controller, inbox, outbox) = (controller, inbox, outbox)
            Task {
                await outbox.flush()
                do {
                    _ = try await controller.call(.report, report)
                    inbox.yield(.reportAcknowledged(report.instruction))
                } catch {
                    Console.say("the report on \(report.instruction) is not taken: \(error)")
                    inbox.yield(.reportFailed(report.instruction))
                }
            }

        case .set(let timer, let seconds):
            timers[timer]?.cancel()
            let inbox = inbox
            timers[timer] = Task {
                guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
                inbox.yield(.due(timer))
            }

        case .leave(let departure):
            Console.say("leaving: \(departure.rawValue)")
            await work.leave(departure)

        case .say(let line):
            Console.say(line)
        }
    }

    private func reached(_ error: (any Error)?) {
        if let error, isReached {
            Console.say("the controller is away: \(error)")
        } else if error == nil, !isReached {
            Console.say("the controller is back")
        }
        isReached = error == nil
    }
}

/// What the agent can do to its machine.
protocol InstructionWork: Sendable {
    /// Does what the instruction says, however long it takes; gives it up when the task is cancelled.
    func carryOut(_ instruction: Instruction) async -> InstructionResult
    func leave(_ departure: Departure) async
}

extension Instruction.Action {
    /// For the console.
    var words: String {
        switch self {
        case .wait(let seconds): "wait \(seconds) s"
        case .sendInventory: "send the inventory"
        case .checkWriting(let order): "try the machine out, write to \(order.disks.count) disks"
        case .writeImage(let order): "write image \(order.imageName)"
        case .boot(let boot): "boot the installed system by \(boot.method.rawValue)"
        case .run: "run a bundle"
        case .powerOff: "power off"
        case .stop(let id): "give up \(id)"
        }
    }
}

extension InstructionReport.Outcome {
    /// For the console.
    var words: String {
        switch self {
        case .succeeded(let success): success.summary
        case .failed(let failure): "failed: \(failure.reason)"
        }
    }
}

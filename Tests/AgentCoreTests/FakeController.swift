import AgentAPI
import Synchronization

@testable import AgentCore

/// Answers a path's fetches in turn, the last answer again and again; takes every report; tells its agent one thing.
final class FakeController: Controller {
    /// The answer to a check-in, an inventory or a fetch that is to fail.
    struct Away: Error {}

    private let instruction: Instruction
    private let fetches: Mutex<[Result<[UInt8], any Error>]>
    private let asked = Mutex(0)
    private let told: AsyncStream<InstructionReport>.Continuation
    let reports: AsyncStream<InstructionReport>

    init(
        saying instruction: Instruction = Instruction(id: "wait", action: .wait(seconds: 300)),
        fetches: [Result<[UInt8], any Error>] = [.failure(Away())]
    ) {
        self.instruction = instruction
        self.fetches = Mutex(fetches)
        (reports, told) = AsyncStream.makeStream()
    }

    /// How often something was fetched.
    var fetchCount: Int { asked.withLock { $0 } }

    func call<Request, Answer>(_ endpoint: Endpoint<Request, Answer>, _ request: Request) async throws -> Answer {
        if let report = request as? InstructionReport { told.yield(report) }
        let answers: [Any] = [instruction, Acknowledgement()]
        guard let answer = answers.lazy.compactMap({ $0 as? Answer }).first else { throw Away() }
        return answer
    }

    func fetch(_ path: String) async throws -> [UInt8] {
        asked.withLock { $0 += 1 }
        return try fetches.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }.get()
    }
}

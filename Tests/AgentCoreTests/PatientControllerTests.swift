import AgentAPI
import Synchronization
import Testing

@testable import AgentCore

struct PatientControllerTests {
    private let said = Lines()

    private func patient(_ controller: FakeController) -> PatientController {
        PatientController(
            controller,
            for: "writing x",
            say: { [said] in said.add($0) },
            sleep: { [said] in said.sleep($0) }
        )
    }

    private func refusal(_ status: UInt) -> ControllerRefusal {
        ControllerRefusal(path: "/x", status: status, text: "")
    }

    @Test func aControllerThatIsAwayIsWaitedForHoweverLongAndThatIsSaidOnce() async throws {
        let away = (0..<200).map { number -> Result<[UInt8], any Error> in
            .failure(number.isMultiple(of: 2) ? FakeController.Away() : refusal(503))
        }
        let controller = FakeController(fetches: away + [.success([1])])
        #expect(try await patient(controller).fetch("/x") == [1])
        #expect(controller.fetchCount == 201)
        #expect(
            said.lines == [
                "writing x waits, the controller is away: /x: the controller answered 503 ",
                "writing x goes on, the controller is back",
            ]
        )
        #expect(said.sleeps.count == 200)
        #expect(said.sleeps.allSatisfy { (1...15).contains($0) })
    }

    @Test func oneFailureAmongManyCallsIsNotSaid() async throws {
        let controller = FakeController(fetches: [.failure(FakeController.Away()), .success([1])])
        #expect(try await patient(controller).fetch("/x") == [1])
        #expect(said.lines.isEmpty)
    }

    @Test(arguments: [400, 403, 404, 409] as [UInt])
    func whatTheControllerAnswersIsNotAskedAgain(status: UInt) async throws {
        let controller = FakeController(fetches: [.failure(refusal(status))])
        await #expect(throws: refusal(status)) { try await patient(controller).fetch("/x") }
        #expect(controller.fetchCount == 1)
    }

    @Test func aCancelledTaskWaitsNoLonger() async throws {
        let controller = FakeController()
        let patient = PatientController(controller, for: "x", say: { _ in })
        let task = Task { try await patient.fetch("/x") }
        while controller.fetchCount == 0 { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

/// What was said and how long was slept.
private final class Lines: Sendable {
    private let state = Mutex<(lines: [String], sleeps: [Double])>(([], []))
    var lines: [String] { state.withLock { $0.lines } }
    var sleeps: [Double] { state.withLock { $0.sleeps } }
    func add(_ line: String) { state.withLock { $0.lines.append(line) } }
    func sleep(_ seconds: Double) { state.withLock { $0.sleeps.append(seconds) } }
}

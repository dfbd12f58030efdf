import AgentAPI
import Synchronization

/// The controller, called again for as long as it is away: it bounds what it wants done by a deadline of its own, so its
/// absence fails nothing here. Whatever it answers, a refusal too, is the answer.
///
/// A call ends early only when its task is cancelled.
final class PatientController: Controller {
    private let controller: any Controller
    private let work: String
    private let say: @Sendable (String) -> Void
    private let sleep: @Sendable (_ seconds: Double) async throws -> Void
    /// Whether it was said that the controller is away.
    private let isMissed = Mutex(false)

    /// - Parameters:
    ///   - work: what waits while the controller is away, such as `writing debian-12`
    ///   - say: told once that the controller is away, and once that it is back
    init(
        _ controller: any Controller,
        for work: String,
        say: @escaping @Sendable (String) -> Void,
        sleep: @escaping @Sendable (_ seconds: Double) async throws -> Void = {
            try await Task.sleep(for: .seconds($0))
        }
    ) {
        self.controller = controller
        self.work = work
        self.say = say
        self.sleep = sleep
    }

    func call<Request, Answer>(_ endpoint: Endpoint<Request, Answer>, _ request: Request) async throws -> Answer {
        try await patiently { try await controller.call(endpoint, request) }
    }

    func fetch(_ path: String) async throws -> [UInt8] {
        try await patiently { try await controller.fetch(path) }
    }

    private func patiently<Answer>(_ call: () async throws -> Answer) async throws -> Answer {
        var failures = 0
        while true {
            try Task.checkCancellation()
            do {
                let answer = try await call()
                note(isMissed: false)
                return answer
            } catch {
                try Task.checkCancellation()
                guard Self.isAbsence(error) else {
                    note(isMissed: false)
                    throw error
                }
                failures += 1
                // One call that fails may be chance.
                if failures > 1 { note(isMissed: true, "\(error)") }
            }
            try await sleep(AgentMachine.delay(after: failures, jitter: .random(in: 0...1)))
        }
    }

    private func note(isMissed: Bool, _ reason: String = "") {
        let isNews = self.isMissed.withLock { wasMissed in
            defer { wasMissed = isMissed }
            return wasMissed != isMissed
        }
        guard isNews else { return }
        say(isMissed ? "\(work) waits, the controller is away: \(reason)" : "\(work) goes on, the controller is back")
    }

    /// Whether the error says that the controller could not be reached or could not answer, and not what it answered.
    static func isAbsence(_ error: any Error) -> Bool {
        switch error {
        case let refusal as ControllerRefusal: refusal.status >= 500 || [408, 429].contains(refusal.status)
        case is DecodingError, is EncodingError, is CancellationError: false
        default: true
        }
    }
}

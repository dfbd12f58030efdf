import AgentAPI
import LinuxKernel
import Synchronization

/// Takes events from anywhere, at once, and gets them to the controller in batches, some time.
final class EventOutbox: Sendable {
    private let queue: Mutex<EventQueue>
    private let wake: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation
    private let controller: any Controller

    init(bootID: String, controller: any Controller) {
        queue = Mutex(EventQueue(bootID: bootID))
        (wake, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.controller = controller
    }

    func append(_ kind: AgentEvent.Kind) {
        queue.withLock { $0.append(AgentEvent(at: WallClock.now, kind: kind)) }
        waker.yield()
    }

    /// Sends until it is cancelled.
    func run() async {
        for await _ in wake {
            var failures = 0
            while !Task.isCancelled {
                // A moment for more to come: one call for many events.
                try? await Task.sleep(for: .milliseconds(250))
                do {
                    guard try await sendOne() else { break }
                    failures = 0
                } catch {
                    failures += 1
                    let delay = AgentMachine.delay(after: failures, jitter: .random(in: 0...1))
                    try? await Task.sleep(for: .seconds(delay))
                }
            }
        }
    }

    /// Sends what is there, as long as the controller takes it.
    func flush() async {
        for _ in 0..<64 {
            guard (try? await sendOne()) == true else { return }
        }
    }

    /// The controller answered, and has none of what it was sent.
    private struct NotTaken: Error {}

    private func sendOne() async throws -> Bool {
        guard let batch = queue.withLock({ $0.batch() }) else { return false }
        let answer = try await controller.call(.events, batch)
        let end = batch.first + batch.events.count
        queue.withLock { $0.acknowledge(next: min(answer.next, end)) }
        guard answer.next > batch.first else { throw NotTaken() }
        return true
    }
}

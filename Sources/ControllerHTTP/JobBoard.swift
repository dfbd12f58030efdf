import OperatorAPI
import Synchronization

/// Long work that operators started: taking in images, updating firmware, searching for BMCs. It goes on after the request
/// that started it.
actor JobBoard {
    /// How far a job is; said from whatever thread does the work.
    final class Meter: Sendable {
        private let value = Mutex<(done: UInt64, total: UInt64?)>((0, nil))

        func set(_ done: UInt64, of total: UInt64?) {
            value.withLock { $0 = (done, total) }
        }

        var reading: (done: UInt64, total: UInt64?) { value.withLock { $0 } }
    }

    /// What came of a job.
    enum Product: Sendable {
        case image(StoredImage)
        case scan(ScanReport)
        case probe(ProbeReport)
        case words(String)
    }

    private struct Job {
        var meter: Meter
        var outcome: Result<Product, Failure>?
        var task: Task<Void, Never>?
    }

    private struct Failure: Error {
        var errors: [String]
    }

    private var jobs: [String: Job] = [:]
    private var order: [String] = []
    private var last = 0
    /// How many jobs are remembered.
    private static let remembered = 100

    /// Starts work and answers with its first report.
    func start(_ work: @escaping @Sendable (Meter) async throws -> StoredImage) -> JobReport {
        begin { meter in .image(try await work(meter)) }
    }

    /// Starts work that ends with a sentence.
    func start(saying work: @escaping @Sendable (Meter) async throws -> String) -> JobReport {
        begin { .words(try await work($0)) }
    }

    /// Starts work and answers with its first report.
    func begin(_ work: @escaping @Sendable (Meter) async throws -> Product) -> JobReport {
        last += 1
        let id = "job-\(last)"
        let meter = Meter()
        jobs[id] = Job(meter: meter)
        order.append(id)
        if order.count > Self.remembered, let oldest = order.first(where: { jobs[$0]?.outcome != nil }) {
            order.removeAll { $0 == oldest }
            jobs[oldest] = nil
        }
        jobs[id]?.task = Task {
            do {
                finish(id, .success(try await work(meter)))
            } catch {
                finish(id, .failure(Failure(errors: HTTPProblem(error)?.reasons ?? ["\(error)"])))
            }
        }
        return JobReport(id: id, done: 0, total: nil, finished: false, errors: [], result: nil)
    }

    private func finish(_ id: String, _ outcome: Result<Product, Failure>) {
        jobs[id]?.outcome = outcome
        jobs[id]?.task = nil
    }

    /// Asks a job to end; it does so in its own time. Nil when there is none.
    func cancel(_ id: String) -> JobReport? {
        jobs[id]?.task?.cancel()
        return report(id)
    }

    func report(_ id: String) -> JobReport? {
        guard let job = jobs[id] else { return nil }
        let reading = job.meter.reading
        var report = JobReport(
            id: id,
            done: reading.done,
            total: reading.total,
            finished: job.outcome != nil,
            errors: [],
            result: nil
        )
        switch job.outcome {
        case .success(.image(let image)): report.result = image
        case .success(.scan(let scan)): report.scan = scan
        case .success(.probe(let probe)): report.probe = probe
        case .success(.words(let text)): report.message = text
        case .failure(let failure): report.errors = failure.errors
        case nil: break
        }
        return report
    }
}

import OperatorAPI
import OperatorCLI

/// A job of the controller, followed to its end, or ended by Ctrl-C.
struct JobFollowing {
    let client: ControllerClient

    /// - Returns: its last report, also when it was ended.
    func follow(
        _ job: JobReport,
        _ progress: @escaping @Sendable (JobReport) -> Void = { _ in }
    ) async throws -> (answer: JobReport, wasInterrupted: Bool) {
        try await Interrupt.ending {
            do {
                return try await watch(job, progress)
            } catch is CancellationError {
                // In a task of its own: this one sends nothing any more.
                return try await Task { try await end(job) }.value
            }
        }
    }

    private func watch(_ job: JobReport, _ progress: @Sendable (JobReport) -> Void) async throws -> JobReport {
        var job = job
        while !job.finished {
            try await Task.sleep(for: .milliseconds(300))
            do {
                job = try await client.get(OperatorPath.job(job.id))
            } catch {
                try Task.checkCancellation()
                guard error.kind == .unreachable else { throw error }
                continue
            }
            progress(job)
        }
        return job
    }

    private func end(_ job: JobReport) async throws -> JobReport {
        var job = try await client.delete(OperatorPath.job(job.id), as: JobReport.self)
        let limit = ContinuousClock.now + .seconds(30)
        while !job.finished, ContinuousClock.now < limit {
            try await Task.sleep(for: .milliseconds(200))
            job = try await client.get(OperatorPath.job(job.id))
        }
        return job
    }

    /// What a job without its product failed for.
    static func problem(_ job: JobReport) -> ClientProblem {
        ClientProblem(job.errors.isEmpty ? ["\(job.id) ended without a result"] : job.errors)
    }
}

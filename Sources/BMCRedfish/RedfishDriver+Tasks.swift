import BMC
import Redfish

/// Changes, and the long work that they may start.
extension RedfishDriver {
    enum Attempt {
        case accepted(RedfishClient.Answer)
        case refused(BMCError)
    }

    /// Asks for one change, with the forms of a tag that the maker's BMCs take.
    ///
    /// - Parameter tags: of the resource, where they are known; otherwise they are read
    /// - Throws: what is no refusal: a BMC that is busy, away, or does not know us
    func attempt(
        _ method: String,
        _ path: String,
        _ body: JSON,
        _ strategy: VendorStrategy,
        tags: (head: String?, document: String?)? = nil,
        _ operation: String
    ) async throws -> Attempt {
        var rungs: [String?] = [nil]
        if method == "PATCH" {
            var known = tags
            if known == nil {
                let answer = try await authorized("GET", path, operation: operation) { $0 }
                known = (answer.etag, answer.json["@odata.etag"].string)
            }
            rungs = ETagLadder(head: known?.head, document: known?.document, forms: strategy.tags).rungs
        }
        var refusal: BMCError?
        for tag in rungs {
            let answer = try await authorized(method, path, body: body, ifMatch: tag, operation: operation) { $0 }
            if answer.isSuccess { return .accepted(answer) }
            let error = failure(answer, operation, at: path)
            guard error.kind == .refused else { throw error }
            refusal = refusal ?? error
            guard ETagLadder.isAboutTag(status: answer.status) else { break }
        }
        return .refused(refusal ?? client.error(.refused, operation, "\(path): nothing could be tried"))
    }

    /// Follows what an accepted request started, for a while.
    ///
    /// - Returns: the work that goes on, or waits for the machine's restart; nil when all is done
    /// - Throws: `BMCError.Kind.refused` when the work failed
    @discardableResult
    func settle(
        _ answer: RedfishClient.Answer,
        _ operation: String,
        at path: String,
        within limit: Duration
    ) async throws -> BMCTask? {
        let location = answer.location
        guard let reference = TaskReference(status: answer.status, location: location, body: answer.json) else {
            return nil
        }
        var watch = TaskWatch(reference)
        var waited = Duration.zero
        var state = BMCTaskState(phase: .running)
        while true {
            switch try await look(&watch, operation) {
            case .done: return nil
            case .failed(let text): throw client.error(.refused, operation, "\(path): the task failed: \(text)")
            case .waitingForReset(let report):
                return BMCTask(watch.reference, BMCTaskState(report, .waitingForReset))
            case .look(let seconds, let report):
                if let report { state = BMCTaskState(report, .running) }
                let rest = Duration.seconds(seconds)
                guard waited + rest <= limit else { return BMCTask(watch.reference, state) }
                if seconds > 0 { try await pause(rest) }
                waited += rest
            }
        }
    }

    private func look(_ watch: inout TaskWatch, _ operation: String) async throws -> TaskWatch.Finding {
        guard let path = watch.reference.path else { return .done([]) }
        do {
            let answer = try await authorized("GET", path, operation: operation) { $0 }
            return watch.take(status: answer.status, retryAfter: answer.retryAfter, body: answer.json)
        } catch let error as BMCError where error.kind == .timeout || error.kind == .unreachable {
            return watch.takeSilence(error.detail)
        }
    }

    /// One look at work that was started in another login.
    func look(at task: BMCTask) async throws -> BMCTask {
        let operation = "looking at a task"
        // A monitor that is gone says nothing of itself: the task is asked then, in the same look.
        var watch = TaskWatch(TaskReference(monitor: task.monitor, task: task.task), patience: .max)
        for _ in 0..<2 {
            switch try await look(&watch, operation) {
            case .look(0, _): continue
            case .look(_, let report?): return BMCTask(watch.reference, BMCTaskState(report, .running))
            case .look(_, nil): return BMCTask(watch.reference, BMCTaskState(phase: .running))
            case .waitingForReset(let report):
                return BMCTask(watch.reference, BMCTaskState(report, .waitingForReset))
            case .done(let messages):
                return BMCTask(watch.reference, BMCTaskState(phase: .done, percent: 100, messages: messages))
            case .failed(let text): return BMCTask(watch.reference, BMCTaskState(phase: .failed, messages: [text]))
            }
        }
        return task
    }
}

extension BMCTask {
    init(_ reference: TaskReference, _ state: BMCTaskState) {
        self.init(monitor: reference.monitor, task: reference.task, state: state)
    }
}

extension BMCTaskState {
    init(_ report: TaskReport, _ phase: Phase) {
        self.init(phase: phase, percent: report.percent, messages: report.messages.suffix(4).map(\.self))
    }
}

/// How far long work of a service is: a Task (DSP0268), a Job, or a maker's job, whose words differ.
public struct TaskReport: Hashable, Sendable {
    public enum Phase: Hashable, Sendable {
        case running
        /// Goes on when the machine restarts, and not before.
        case waitingForReset
        case done, failed
    }

    public var name: String?
    /// In the service's word: `Running`, `CompletedWithErrors`.
    public var state: String
    public var phase: Phase
    /// 0 to 100.
    public var percent: Int?
    /// What the service says of it, a line each.
    public var messages: [String]

    /// Nil for what is neither task nor job.
    public init?(_ json: JSON) {
        guard let state = json["TaskState"].string ?? json["JobState"].string else { return nil }
        self.state = state
        name = json["Name"].string
        percent = json["PercentComplete"].number.flatMap { (0...100).contains($0) ? Int($0) : nil }
        let found = (json["Messages"].array ?? []).map(ServiceProblem.Message.init)
        messages = found.compactMap { message in message.text ?? (message.key.isEmpty ? nil : message.key) }
        // Dell's jobs have one, and the word for what is wrong in it.
        if let single = json["Message"].string, !messages.contains(single) { messages.append(single) }
        let status = (json["TaskStatus"].string ?? json["JobStatus"].string ?? "").lowercased()
        let isBad = ["critical", "failed"].contains(status) || found.contains { $0.isCritical }
        phase =
            switch state.lowercased() {
            case "completed", "rebootcompleted": isBad ? .failed : .done
            case "killed", "exception", "cancelled", "failed", "completedwitherrors", "rebootfailed", "invalid",
                "service", "userintervention", "interrupted":
                .failed
            case "scheduled", "rebootpending", "pendingactivation", "waiting", "downloaded": .waitingForReset
            default: .running
            }
        if phase == .done { percent = percent ?? 100 }
    }

    /// One line for people.
    public var text: String {
        ([state.lowercased() + (percent.map { ", \($0) %" } ?? "")] + messages.suffix(4)).joined(separator: "; ")
    }
}

extension ServiceProblem.Message {
    fileprivate var isCritical: Bool { severity?.lowercased() == "critical" }
}

/// Where an accepted request's work is followed (DSP0266 section 12.2).
public struct TaskReference: Hashable, Sendable {
    /// Asked first: 202 while the work runs, then the answer of the request itself.
    public var monitor: String?
    public var task: String?

    public init(monitor: String? = nil, task: String? = nil) {
        self.monitor = monitor
        self.task = task
    }

    /// Reads an answer to a request that changes something; nil when all is done with it.
    public init?(status: Int, location: String?, body: JSON) {
        guard (200..<300).contains(status) else { return nil }
        let isTask = TaskReport(body) != nil
        let spoken = Self.spokenTask(body)
        let isWork = { (path: String) in
            ["/Tasks/", "/Jobs/", "/TaskMonitors/", "/JID_"].contains(where: path.contains)
        }
        // Some make a job and say 200 or 201 all the same.
        guard status == 202 || isTask || location.map(isWork) == true else { return nil }
        monitor = location
        task = (isTask ? body["@odata.id"].string : nil) ?? spoken
        // The address of a task in the place of its monitor's.
        if let location, ["/Tasks/", "/Jobs/", "/JID_"].contains(where: location.contains),
            !location.hasSuffix("/Monitor"),
            !location.hasSuffix("/monitor")
        {
            task = task ?? location
        }
        guard monitor != nil || task != nil else { return nil }
    }

    /// Supermicro names the task in a message alone.
    private static func spokenTask(_ body: JSON) -> String? {
        let messages =
            (body["@Message.ExtendedInfo"].array ?? []) + (body["error"]["@Message.ExtendedInfo"].array ?? [])
        let arguments = messages.flatMap { $0["MessageArgs"].strings ?? [] }
        return arguments.first { $0.hasPrefix("/redfish/") && ($0.contains("/Tasks/") || $0.contains("/Jobs/")) }
    }

    /// Where to look next.
    public var path: String? { monitor ?? task }
}

/// Work that is followed: takes the answers to looks and says what they mean.
public struct TaskWatch: Hashable, Sendable {
    public enum Finding: Hashable, Sendable {
        /// Look again, after this many seconds.
        case look(after: Int, TaskReport?)
        case waitingForReset(TaskReport)
        case done([String])
        case failed(String)
    }

    public private(set) var reference: TaskReference
    private var hasAnswered = false
    private var losses = 0
    /// Looks without an answer after which the work counts as lost: a BMC that restarts with new firmware is away for minutes.
    private let patience: Int

    public init(_ reference: TaskReference, patience: Int = 60) {
        self.reference = reference
        self.patience = patience
    }

    /// Takes the answer to a GET of `reference.path`.
    ///
    /// - Parameter retryAfter: the head's, as it stands there
    public mutating func take(status: Int, retryAfter: String?, body: JSON) -> Finding {
        let pause = retryAfter.flatMap { Int($0) }.map { min(max($0, 1), 30) } ?? 2
        if let report = TaskReport(body), (200..<300).contains(status) {
            (hasAnswered, losses) = (true, 0)
            return Self.finding(report, pause)
        }
        switch status {
        case 202:
            (hasAnswered, losses) = (true, 0)
            return .look(after: pause, nil)
        case 200..<300:
            // The monitor gives what the request would have given.
            if let problem = ServiceProblem(status: status, body: body) { return .failed(problem.text) }
            return .done([])
        case 404, 410:
            // A monitor is away when the work is over; the task tells how it ended.
            if reference.monitor != nil, let task = reference.task, task != reference.monitor {
                reference.monitor = nil
                return .look(after: 0, nil)
            }
            return hasAnswered ? .done(["the task is over and was taken away"]) : lost(pause, "status \(status)")
        case 401, 403, 429, 500..<600:
            return lost(pause, ServiceProblem(status: status, body: body).map { $0.text } ?? "status \(status)")
        default:
            return .failed(ServiceProblem(status: status, body: body)?.text ?? "status \(status)")
        }
    }

    /// Takes that a look got no answer.
    public mutating func takeSilence(_ reason: String) -> Finding { lost(5, reason) }

    private mutating func lost(_ pause: Int, _ reason: String) -> Finding {
        losses += 1
        return losses < patience ? .look(after: max(pause, 5), nil) : .failed("the task is lost: \(reason)")
    }

    private static func finding(_ report: TaskReport, _ pause: Int) -> Finding {
        switch report.phase {
        case .running: .look(after: pause, report)
        case .waitingForReset: .waitingForReset(report)
        case .done: .done(report.messages)
        case .failed: .failed(report.text)
        }
    }
}

import Jinja
import OrderedCollections

/// A step or task that failed, for good.
struct StepFailure: Error, Hashable {
    /// The task, file, container or check.
    var subject: String
    var message: String
    var output: String?
    /// What the task registered; empty for other work.
    var result: Value = .dict([:])
    var module = ""
    /// The task's own name, empty when it has none.
    var task = ""
    /// The task's arguments, as they were written.
    var arguments: Value = .dict([:])
}

extension StepFailure {
    /// Makes whatever error `body` ends with the failure of `subject`.
    static func naming<Result>(_ subject: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error where !(error is any EndsRun || error is StepFailure) {
            throw StepFailure(subject: subject, message: "\(error)")
        }
    }
}

/// `meta: end_play`.
struct EndPlay: EndsRun {}

/// A task whose start is known and whose end is not, and that may not be repeated.
struct InterruptedTask: EndsRun {
    var subject: String
    var source: String
}

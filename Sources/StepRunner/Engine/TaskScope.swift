import AgentAPI
import Jinja
import OrderedCollections

/// What tasks inherit from the blocks around them.
struct TaskScope {
    var vars: Fields = [:]
    /// The `vars` of includes around the task.
    var includeVars: Fields = [:]
    /// What the loops of includes around the task gave, as it is.
    var given: Fields = [:]
    var when: [String] = []
    var environment: [Value] = []
    var notify: [String] = []
    var ignoresErrors = false
    var hidesOutput = false
    /// Expressions that, when one holds, make errors ignored, or the output hidden.
    var ignoresErrorsWhen: [String] = []
    var hidesOutputWhen: [String] = []
    var isRetrySafe = false
    /// Nothing may change.
    var isCheck = false
    var wantsDiff = false
    var timeout: Double?
    /// What gives the timeout on the node, and goes before ``timeout``.
    var timeoutTemplate: NumberTemplate?
    var becomeUser: String?
    /// Whether it becomes that user.
    var becomes = true

    /// The scope within `item`: of what a block holds, or of a task itself.
    func entering(_ item: TaskItem) -> Self {
        var inner = self
        inner.vars.merge(item.vars.asDict ?? [:]) { $1 }
        if case .block(let body) = item.body, body.included != nil {
            inner.includeVars.merge(item.vars.asDict ?? [:]) { $1 }
        }
        inner.when += item.when
        inner.environment.append(item.environment)
        inner.notify += item.notify
        inner.ignoresErrors = ignoresErrors || item.ignoreErrors
        inner.hidesOutput = hidesOutput || item.noLog
        inner.ignoresErrorsWhen += item.ignoreErrorsWhen.map { [$0] } ?? []
        inner.hidesOutputWhen += item.noLogWhen.map { [$0] } ?? []
        inner.isRetrySafe = isRetrySafe || item.retrySafe
        inner.isCheck = item.checkMode ?? isCheck
        inner.wantsDiff = item.diff ?? wantsDiff
        if let timeout = item.timeout { (inner.timeout, inner.timeoutTemplate) = (timeout, nil) }
        let template = item.template(of: .timeout) ?? (item.timeout == nil ? item.template(of: .asynchronous) : nil)
        if let template { inner.timeoutTemplate = template }
        inner.becomeUser = item.becomeUser ?? becomeUser
        inner.becomes = item.become ?? becomes
        return inner
    }
}

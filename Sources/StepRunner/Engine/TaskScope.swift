import AgentAPI
import Jinja
import OrderedCollections

/// What tasks inherit from the blocks around them.
struct TaskScope {
    var vars: Fields = [:]
    /// What the loops of includes around the task gave, as it is.
    var given: Fields = [:]
    var when: [String] = []
    var environment: [Value] = []
    var notify: [String] = []
    var ignoresErrors = false
    var hidesOutput = false
    var isRetrySafe = false
    /// Nothing may change.
    var isCheck = false
    var wantsDiff = false
    var timeout: Double?
    var becomeUser: String?

    /// The scope within `item`: of what a block holds, or of a task itself.
    func entering(_ item: TaskItem) -> Self {
        var inner = self
        inner.vars.merge(item.vars.asDict ?? [:]) { $1 }
        inner.when += item.when
        inner.environment.append(item.environment)
        inner.notify += item.notify
        inner.ignoresErrors = ignoresErrors || item.ignoreErrors
        inner.hidesOutput = hidesOutput || item.noLog
        inner.isRetrySafe = isRetrySafe || item.retrySafe
        inner.isCheck = item.checkMode ?? isCheck
        inner.wantsDiff = item.diff ?? wantsDiff
        inner.timeout = item.timeout ?? timeout
        inner.becomeUser = item.becomeUser ?? becomeUser
        return inner
    }
}

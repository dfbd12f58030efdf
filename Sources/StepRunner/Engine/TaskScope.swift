import AgentAPI
import Jinja
import OrderedCollections

/// What tasks inherit from the blocks around them.
struct TaskScope {
    var vars: Fields = [:]
    var when: [String] = []
    var environment: [Value] = []
    var notify: [String] = []
    var ignoresErrors = false
    var hidesOutput = false
    var isRetrySafe = false

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
        return inner
    }
}

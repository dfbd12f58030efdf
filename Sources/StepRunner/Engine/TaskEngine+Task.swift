import AgentAPI
import Jinja
import OrderedCollections

extension TaskEngine {
    /// Computes how a task ends: once, or for each item of its loop.
    func outcome(
        _ item: TaskItem,
        _ module: String,
        _ arguments: Value,
        _ path: String,
        _ scope: TaskScope
    ) throws -> UnitResult {
        do {
            guard let native = NativeModule(rawValue: module) else {
                throw ModuleFailure("\(item.source): there is no module '\(module)'")
            }
            let given = try ModuleArguments(native, arguments, source: item.source)
            let work = TaskWork(item: item, native: native, arguments: given, scope: scope, run: run)
            guard let loop = item.loop else { return work.named(try work.single(path, extra: [:])) }
            return work.named(try work.loop(loop, path))
        } catch let error where !(error is any EndsRun) {
            let failure = error as? ModuleFailure
            var fields = failure?.fields ?? [:]
            let message = failure?.message ?? "\(error)"
            fields["failed"] = true
            // What is no list says nothing of changes, what cannot be told does.
            if error is JinjaError, item.loop?.asString?.contains("{{") ?? true { fields["changed"] = false }
            fields["msg"] = .string(message)
            return UnitResult(
                state: scope.ignoresErrors ? .ignored : .failed,
                value: .dict(fields),
                register: item.register,
                message: message
            )
        }
    }
}

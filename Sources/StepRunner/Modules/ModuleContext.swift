import AgentAPI
import Jinja
import OrderedCollections

/// What a module works with.
struct ModuleContext {
    /// The module's name, as the task has it: some are known by several.
    var module: NativeModule
    var changes: FileChanges
    var executor: any CommandExecutor
    var clock: any StepClock
    /// For processes, from the `environment` keyword.
    var environment: [String: String]
    /// What templates and expressions see.
    var variables: Fields
    /// Say what would change and change nothing.
    var isCheck = false
    /// Say how what changes differs from before.
    var wantsDiff = false
    /// What differs is not for everyone's eyes.
    var hidesDiff = false
    /// Seconds after which a process is ended; nil for the module's own.
    var timeout: Double?
    /// The user that processes run as; nil for the agent's own.
    var becomeUser: String?
    /// A restart of the node that this task asked for before.
    var restart: Restart
    /// Throws when the run was told to stop; asked while waiting.
    var checkpoint: () throws -> Void

    var files: NodeFiles { changes.files }

    /// The same, for commands whose output is read: they speak English, unless the task says otherwise.
    var untranslated: Self {
        var context = self
        context.environment.merge(["LANG": "C", "LC_ALL": "C"]) { given, _ in given }
        return context
    }

    /// How a restart is remembered by those who do not outlive it.
    struct Restart {
        /// The boot that was to end; nil when none was.
        var ending: String?
        /// Notes, so that it is known afterwards, that the boot of this id is to end now.
        var note: (String) throws -> Void
    }

    /// Looks by a command: it runs in check mode, too.
    func run(
        _ arguments: [String],
        input: [UInt8] = [],
        timeout: Double = 600,
        directory: String? = nil
    ) throws -> CommandResult {
        try executor.run(
            Command(
                arguments: asUser(arguments),
                environment: environment,
                directory: directory.map(files.place),
                input: input,
                timeout: min(timeout, self.timeout ?? timeout)
            )
        )
    }

    /// Runs a command that must end with 0.
    @discardableResult
    func runSuccessfully(
        _ arguments: [String],
        input: [UInt8] = [],
        timeout: Double = 600,
        directory: String? = nil
    ) throws -> CommandResult {
        let result = try run(arguments, input: input, timeout: timeout, directory: directory)
        if result.timedOut, let limit = self.timeout, limit < timeout { throw TimedOut(seconds: limit) }
        guard result.status == 0, !result.timedOut else {
            let how = result.timedOut ? "did not end in time" : "ended with \(result.status)"
            // What the command said is not to be lost behind its own words.
            let command = arguments.joined(separator: " ")
            let shown = command.count > 200 ? command.prefix(200) + "…" : Substring(command)
            throw ModuleFailure(
                "\(shown) \(how): \(result.lastWords)",
                fields: [
                    "rc": .int(result.status), "stdout": .string(result.outputText),
                    "stderr": .string(result.errorText),
                ]
            )
        }
        return result
    }

    /// Changes something by a command that must end with 0; in check mode nothing runs.
    @discardableResult
    func act(
        _ arguments: [String],
        input: [UInt8] = [],
        timeout: Double = 3600,
        directory: String? = nil
    ) throws -> CommandResult {
        guard !isCheck else { return CommandResult(status: 0) }
        return try runSuccessfully(arguments, input: input, timeout: timeout, directory: directory)
    }

    /// The words that run a command as the user whom the task becomes.
    func asUser(_ arguments: [String]) -> [String] {
        guard let becomeUser else { return arguments }
        return ["runuser", "-u", becomeUser, "--"] + arguments
    }

    /// Waits, and stops waiting when the run is told to stop.
    func sleep(seconds: Double) throws {
        try clock.sleep(seconds: seconds, checkpoint: checkpoint)
    }

    /// `diff` as Ansible has it, of a text that changes; nil unless it is wanted.
    ///
    /// Of a file that was not there, `old` is nil.
    func diff(of path: String, from old: [UInt8]?, to new: [UInt8]) -> Value? {
        guard wantsDiff, old != new else { return nil }
        if hidesDiff, module == .copy || module == .template {
            var fields: Fields = ["before": "", "after": "hidden, as no_log says", "after_header": .string(path)]
            if old != nil { fields["before_header"] = .string(path) }
            return .dict(fields)
        }
        guard let before = String(validating: old ?? [], as: UTF8.self),
            let after = String(validating: new, as: UTF8.self)
        else { return ["src_binary": 1, "dst_binary": 1] }
        var fields: Fields = ["before": .string(before), "after": .string(after), "after_header": .string(path)]
        if old != nil { fields["before_header"] = .string(path) }
        return .dict(fields)
    }
}

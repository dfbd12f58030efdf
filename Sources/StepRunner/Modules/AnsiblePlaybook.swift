import FoundationEssentials
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// A whole list by the node's own ansible-core, as one unit: what `runner: ansible` makes of a list.
    ///
    /// Everything lies in a folder of root's alone, which is removed afterwards: values on a command line can be seen.
    static let ansiblePlaybook = ModuleDefinition(
        unrendered: ["_tasks", "_handlers", "_files"],
        effect: .unforeseen,
        isRepeatable: isNever,
        actsOutsideFiles: true
    ) { arguments, context in
        let folder = "/tmp/rackwright-\(UUID().uuidString)"
        let files = FileChanges(files: context.files) { _ in }
        defer { _ = try? files.remove(folder) }
        let own = FileChanges.Attributes(mode: FileMode(bits: 0o700))
        func put(_ octets: [UInt8], _ name: String) throws {
            let path = "\(folder)/\(name)"
            _ = try files.makeDirectory(StepRunner.folder(of: path), own)
            _ = try files.write(octets, to: path, FileChanges.Attributes(mode: FileMode(bits: 0o600)))
        }
        _ = try files.makeDirectory("/tmp", FileChanges.Attributes(mode: FileMode(bits: 0o1777)))
        _ = try files.makeDirectory(folder, own)
        for (name, file) in arguments["_files"]?.asDict ?? [:] { try put(try carried(file), name) }
        let play: Value = [
            [
                "hosts": "localhost", "vars": ["ansible_python_interpreter": "{{ ansible_playbook_python }}"],
                // Not extra variables: what the list itself says goes before them, as it does in a list of ours.
                "vars_files": ["rackwright.yaml"],
                "tasks": arguments["_tasks"] ?? [], "handlers": arguments["_handlers"] ?? [],
            ]
        ]
        try put(Array(play.json().utf8), "rackwright.json")
        // Facts are gathered anew, and what leaves an argument out is Ansible's own.
        var variables = context.variables.filter {
            !$0.key.hasPrefix("ansible_") && !["gather_subset", "module_setup", "omit"].contains($0.key)
        }
        variables["step"] = arguments["_step"]
        // Ansible's own `groups` are those of its inventory.
        variables["rackwright"] = ["groups": variables["groups"] ?? [:]]
        try put(Array(asWritten(.dict(variables)).utf8), "rackwright.yaml")
        try put(Array(callback.utf8), "rackwright.py")

        let place = context.files.place(folder)
        var environment = context.environment
        for (name, value) in [
            "HOME": place, "CALLBACK_PLUGINS": place, "STDOUT_CALLBACK": "rackwright", "LOCAL_TEMP": place,
            "REMOTE_TEMP": place, "LOCALHOST_WARNING": "0", "RETRY_FILES_ENABLED": "0", "NOCOLOR": "1",
            "PIPELINING": "1",
        ] {
            environment["ANSIBLE_" + name] = value
        }
        environment["RACKWRIGHT_RESULTS"] = place + "/results"
        environment["LC_ALL"] = "C.UTF-8"
        let result: CommandResult
        do {
            result = try context.executor.run(
                Command(
                    arguments: [
                        "ansible-playbook", "-c", "local", "-i", "localhost,", place + "/rackwright.json",
                    ],
                    environment: environment,
                    directory: place,
                    timeout: context.timeout ?? 6 * 3600
                )
            )
        } catch let error as CommandError where error.notFound {
            throw ModuleFailure(
                "this node has no ansible-playbook, which 'runner: ansible' asks for: install ansible-core"
            )
        }
        let told = context.files.exists(folder + "/results") ? try context.files.readText(folder + "/results") : ""
        let tasks = told.split(separator: "\n").compactMap { try? Value(json: String($0)) }
        let lines = tasks.map { "\($0["state"] ?? ""): \($0["name"] ?? "")" }
        let fields: Fields = [
            "changed": .bool(tasks.contains { $0["state"] == "changed" }), "rc": .int(result.status),
            "tasks": .list(tasks), "stdout": .string(lines.joined(separator: "\n")),
            "stderr": .string(result.errorText),
        ]
        guard !result.timedOut else { throw ModuleFailure("ansible-playbook did not end in time", fields: fields) }
        guard result.status != 0 else { return fields }
        guard let failed = tasks.last(where: { $0["state"] == "failed" }) else {
            throw ModuleFailure("ansible-playbook ended with \(result.status): \(result.lastWords)", fields: fields)
        }
        let words = [failed["msg"], failed["stderr"]].compactMap { $0?.description }.joined(separator: "\n")
        throw ModuleFailure("task '\(failed["name"] ?? "")': \(words)", fields: fields)
    }

    /// A value as YAML in which no text is a template: what the controller gives is not looked into again.
    private static func asWritten(_ value: Value) -> String {
        switch value {
        case .list(let items): "[" + items.map(asWritten).joined(separator: ", ") + "]"
        case .dict(let entries):
            "{" + entries.map { Value.string($0).json() + ": " + asWritten($1) }.joined(separator: ", ") + "}"
        case .string(let text) where text.contains("{"): "!unsafe " + value.json()
        default: value.json()
        }
    }

    /// Notes how each task ended, a line of JSON each; no_log has been heeded before.
    private static let callback = """
        DOCUMENTATION = "{name: rackwright, type: stdout, short_description: a line of JSON for each task}"
        import json, os
        from ansible.plugins.callback import CallbackBase


        class CallbackModule(CallbackBase):
            CALLBACK_VERSION = 2.0
            CALLBACK_TYPE = "stdout"
            CALLBACK_NAME = "rackwright"

            def tell(self, end, state=None):
                found = end.result if hasattr(end, "result") else end._result
                task = end.task if hasattr(end, "task") else end._task
                told = {"name": task.get_name(), "action": task.action}
                told["state"] = state or ("changed" if found.get("changed") else "unchanged")
                for key in ("msg", "stdout", "stderr", "rc", "censored"):
                    if key in found:
                        told[key] = found[key]
                with open(os.environ["RACKWRIGHT_RESULTS"], "a") as file:
                    file.write(json.dumps(told, default=str) + "\\n")

            def v2_runner_on_ok(self, result):
                self.tell(result)

            def v2_runner_on_skipped(self, result):
                self.tell(result, "skipped")

            def v2_runner_on_unreachable(self, result):
                self.tell(result, "failed")

            def v2_runner_on_failed(self, result, ignore_errors=False):
                self.tell(result, "ignored" if ignore_errors else "failed")

        """
}

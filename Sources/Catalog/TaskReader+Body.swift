import AgentAPI
import FoundationEssentials
import Jinja
import OrderedCollections

extension TaskReader {
    func body(
        _ fields: inout Fields,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> TaskItem.Body? {
        for entry in fields.allEntries {
            guard let reason = TaskKeywords.refused[entry.key] else { continue }
            problems.add("the agent has no '\(entry.key)' (\(fields.what) in \(what)): \(reason)", at: entry.location)
            return nil
        }
        if let block = fields.optional("block") {
            let rescue = fields.optional("rescue")
            let always = fields.optional("always")
            return .block(
                TaskItem.BlockBody(
                    block: tasks(block, "a block in \(what)", &problems),
                    rescue: tasks(rescue, "a rescue in \(what)", &problems),
                    always: tasks(always, "an always in \(what)", &problems)
                )
            )
        }
        let modules = fields.allEntries.filter { !TaskKeywords.isKeyword($0.key) }
        guard let module = modules.first else {
            problems.add("\(fields.what) in \(what) names no module", at: fields.tree.location)
            return nil
        }
        if modules.count > 1 {
            let known = modules.firstIndex { NativeModule(key: $0.key) != nil } ?? 0
            let wrong = modules.indices.first { $0 != known } ?? known
            let names = modules.map(\.key).joined(separator: "', '")
            problems.add(
                "\(fields.what) in \(what) names several modules or has unknown keywords: '\(names)'",
                at: modules[wrong].location,
                suggestion: Spelling.nearest(to: modules[wrong].key, among: TaskKeywords.known)
            )
            return nil
        }
        _ = fields.optional(module.key)
        if TaskKeywords.includes.contains(TaskKeywords.plain(module.key)) {
            return included(module.key, module.value, &fields, what, &problems)
        }
        if module.key == "kolla_set_configs" { return kolla(module.value, fields.what, &problems) }
        guard let native = NativeModule(key: module.key), native != .ansiblePlaybook else {
            let name = module.key.split(separator: ".").last.map(String.init) ?? module.key
            let known = NativeModule.allCases.map(\.rawValue) + TaskKeywords.known
            let reason = NativeModule.refusal(of: module.key)
            problems.add(
                "the agent has no module '\(module.key)' (\(fields.what) in \(what))"
                    + (reason.map { ": \($0)" } ?? ""),
                at: module.location,
                suggestion: reason == nil && !known.contains(name) ? Spelling.nearest(to: name, among: known) : nil
            )
            return nil
        }
        return arguments(of: native, module.value, fields.optional("args"), fields.what, &problems)
            .map { .module(native.rawValue, arguments: $0) }
    }

    /// Kolla's `config_files` and `permissions`, put and set on the node itself.
    private func kolla(_ tree: SourceTree, _ what: String, _ problems: inout CatalogProblems) -> TaskItem.Body? {
        guard var fields = Fields(tree, "'kolla_set_configs' (\(what))", &problems) else { return nil }
        tree.checkTemplates("a value of \(fields.what)", &problems)
        let contract = KollaContract(&fields, needsCommand: false, &problems)
        fields.finish(&problems)
        guard let contract else { return nil }
        return .module(NativeModule.shell.rawValue, arguments: .dict(["_raw_params": .string(contract.task)]))
    }

    private func arguments(
        of module: NativeModule,
        _ tree: SourceTree,
        _ more: SourceTree?,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> Value? {
        var arguments: OrderedDictionary<String, Value> = [:]
        switch tree.value {
        case .dict(let dictionary): arguments = dictionary
        case .none: break
        case .string(let text): arguments = FreeForm.arguments(of: module, text)
        default:
            problems.add(
                "the arguments of '\(module.rawValue)' must be a map or a text, found \(tree.kind)",
                at: tree.location
            )
            return nil
        }
        if case .dict(let dictionary)? = more?.value {
            arguments.merge(dictionary) { _, new in new }
        }
        if module == .includeVars, let file = arguments.removeValue(forKey: "_raw_params") { arguments["file"] = file }
        let signature = module.signature
        var isKnown = true
        for key in arguments.keys where signature.parameter(named: key) == nil || key == "_raw_params" {
            if key == "_raw_params", signature.isFreeForm { continue }
            isKnown = false
            if key == "_raw_params" {
                let rest = arguments[key]?.asString ?? ""
                problems.add("'\(rest)' of '\(module.rawValue)' (\(what)) is not key=value", at: tree.location)
            } else {
                problems.add(
                    "the agent's '\(module.rawValue)' has no argument '\(key)' (\(what))",
                    at: tree.location(of: key) ?? more?.location(of: key) ?? tree.location,
                    suggestion: Spelling.nearest(to: key, among: signature.parameters)
                )
            }
        }
        guard isKnown, embed(&arguments, for: module, tree, &problems) else { return nil }
        return .dict(arguments)
    }

    /// Puts what the task names of the catalogue's files into its arguments.
    private func embed(
        _ arguments: inout OrderedDictionary<String, Value>,
        for module: NativeModule,
        _ tree: SourceTree,
        _ problems: inout CatalogProblems
    ) -> Bool {
        switch module {
        case .template:
            guard case .string(let file)? = arguments["src"] else { return true }
            if file.hasBraces, !material.templates.isEmpty {
                return embedAllTemplates(file, &arguments, tree, &problems)
            }
            guard let text = material.templates[file] else {
                problems.addMissing(file, "template", "templates", material.templates.keys, at: tree.location)
                return false
            }
            arguments["_template"] = .string(text)
            arguments["_template_name"] = .string("templates/" + file)
        case .copy, .unarchive:
            let key = arguments["src"] == nil && arguments["path"] != nil ? "path" : "src"
            guard case .string(let file)? = arguments[key], !file.hasPrefix("/"), !file.hasPrefix("~"),
                !file.hasBraces, !Self.isOnNode(arguments)
            else { return true }
            return embed(file, &arguments, tree, &problems)
        case .script:
            guard let text = arguments["_raw_params"]?.asString ?? arguments["cmd"]?.asString,
                let file = FreeForm.words(text).first(where: { !FreeForm.isOption($0) })
            else { return true }
            return embed(file, &arguments, tree, &problems)
        case .includeVars:
            guard case .string(let written)? = arguments["file"] else { return true }
            let found = TaskMaterial.find(
                written,
                from: tree.location.file,
                in: "vars",
                among: material.variables.keys
            )
            guard let found, let variables = material.variables[found] else {
                problems.addMissing(written, "file of variables", "vars", material.variables.keys, at: tree.location)
                return false
            }
            arguments["file"] = .string("vars/" + found)
            arguments["_vars"] = variables.value
        default: break
        }
        return true
    }

    private func embed(
        _ file: String,
        _ arguments: inout OrderedDictionary<String, Value>,
        _ tree: SourceTree,
        _ problems: inout CatalogProblems
    ) -> Bool {
        guard let octets = material.files[file] else {
            problems.addMissing(file, "file", "files", material.files.keys, at: tree.location)
            return false
        }
        if let text = String(validating: octets, as: UTF8.self) {
            arguments["_file"] = ["text": .string(text)]
        } else {
            arguments["_file"] = ["base64": .string(Data(octets).base64EncodedString())]
        }
        return true
    }

    /// Which template it is, is only known on the node: all of them go along.
    private func embedAllTemplates(
        _ written: String,
        _ arguments: inout OrderedDictionary<String, Value>,
        _ tree: SourceTree,
        _ problems: inout CatalogProblems
    ) -> Bool {
        let limit = 256 << 10
        guard material.templates.values.reduce(0, { $0 + $1.utf8.count }) <= limit else {
            problems.add(
                "the name of the template '\(written)' is only known on the node, and all of templates/ is too much to send "
                    + "(more than \(limit >> 10) KiB): name it",
                at: tree.location
            )
            return false
        }
        var all: OrderedDictionary<String, Value> = [:]
        for (name, text) in material.templates.sorted(by: { $0.key < $1.key }) { all[name] = .string(text) }
        arguments["_templates"] = .dict(all)
        return true
    }

    private static func isOnNode(_ arguments: OrderedDictionary<String, Value>) -> Bool {
        let said =
            arguments["remote_src"]
            ?? arguments["copy"].map { .bool(["no", "false", "off", "0"].contains($0.description.lowercased())) }
        guard let said else { return false }
        return said.asBool ?? ["yes", "true", "on", "1"].contains(said.description.lowercased())
    }

    /// The list that an include of a role means: `NAME/main.yaml` of `tasks/`, or the one that `tasks_from` names; and
    /// what it says of all that is in it.
    private func role(_ tree: SourceTree, _ isStatic: Bool, _ what: String, _ problems: inout CatalogProblems) -> (
        list: String, apply: SourceTree?
    )? {
        var given = tree
        if let text = tree.text {
            let entries = FreeForm.words(text).compactMap { word -> SourceTree.Entry? in
                guard FreeForm.isOption(word), let equals = word.firstIndex(of: "=") else { return nil }
                func scalar(_ text: Substring) -> SourceTree {
                    SourceTree(.scalar(String(text), plain: true), at: tree.location)
                }
                return SourceTree.Entry(
                    key: scalar(word[..<equals]),
                    value: scalar(word[word.index(after: equals)...])
                )
            }
            given.content = .map(entries)
        }
        guard var inner = Fields(given, what, &problems), let name = inner.requiredText("name", &problems) else {
            return nil
        }
        let from = inner.text("tasks_from", &problems) ?? "main"
        let apply = isStatic ? nil : inner.optional("apply")
        inner.finish(&problems)
        let list = from.hasSuffix(".yml") ? String(from.dropLast(4)) : from
        return ("\(name)/\(list)" + (list.hasSuffix(".yaml") ? "" : ".yaml"), apply)
    }

    /// `include_tasks` and its kin: the list itself, as a block.
    private func included(
        _ key: String,
        _ tree: SourceTree,
        _ fields: inout Fields,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> TaskItem.Body? {
        let isRole = TaskKeywords.roles.contains(TaskKeywords.plain(key))
        let isStatic = TaskKeywords.plain(key).hasPrefix("import_")
        var written = tree.text ?? ""
        var apply: SourceTree?
        if isRole {
            guard let role = role(tree, isStatic, "'\(key)' of \(fields.what)", &problems) else { return nil }
            (written, apply) = role
        } else if case .map = tree.content, var inner = Fields(tree, "'\(key)' of \(fields.what)", &problems) {
            written = inner.requiredText("file", &problems) ?? ""
            if !isStatic { apply = inner.optional("apply") }
            inner.finish(&problems)
        }
        guard !written.isEmpty else { return nil }
        guard !written.hasBraces else {
            problems.add(
                "'\(key)' of \(fields.what): the name '\(written)' is only known on the node; include each list by its "
                    + "name, with a condition",
                at: tree.location
            )
            return nil
        }
        let names = material.taskLists.keys
        let place = isRole ? "" : tree.location.file
        guard let name = TaskMaterial.find(written, from: place, in: "tasks", among: names),
            let list = material.taskLists[name]
        else {
            problems.addMissing(written, "task list", "tasks", names, at: tree.location)
            return nil
        }
        guard !including.contains(name) else {
            problems.add("the task list '\(name)' includes itself", at: tree.location)
            return nil
        }
        var inner = self
        inner.including.append(name)
        let tasks = inner.tasks(list, applying: apply, "tasks/\(name)", &problems)
        return .block(TaskItem.BlockBody(block: tasks, included: isStatic ? nil : "tasks/" + name))
    }

    /// The tasks of an included list, in a block that has what `apply` says of them.
    private func tasks(
        _ list: SourceTree,
        applying apply: SourceTree?,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> [TaskItem] {
        guard let apply else { return tasks(list, what, &problems) }
        guard case .map(let entries) = apply.content else {
            problems.add("'apply' of an include must be a map of keywords, found \(apply.kind)", at: apply.location)
            return []
        }
        let key = SourceTree(.scalar("block", plain: true), at: apply.location)
        let block = SourceTree(.map(entries + [SourceTree.Entry(key: key, value: list)]), at: apply.location)
        return tasks(SourceTree(.list([block]), at: apply.location), what, &problems)
    }
}

extension CatalogProblems {
    /// What a task names is not in the catalogue's folder for it.
    mutating func addMissing(
        _ name: String,
        _ kind: String,
        _ folder: String,
        _ names: some Sequence<String>,
        at location: SourceLocation
    ) {
        let reason = name.hasBraces ? "; its name must not be known on the node only" : ""
        add(
            "the \(kind) '\(name)' is not in \(folder)/\(reason)",
            at: location,
            suggestion: Spelling.nearest(to: name, among: names)
        )
    }
}

extension SourceTree {
    /// Where a key of a map stands.
    fileprivate func location(of key: String) -> SourceLocation? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key.text == key }?.key.location
    }
}

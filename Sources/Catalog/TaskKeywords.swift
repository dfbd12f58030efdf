import AgentAPI

/// The keywords that a task of Ansible's may have.
enum TaskKeywords {
    static let known: Set<String> = [
        "name", "when", "register", "loop", "loop_control", "until", "retries", "delay", "block", "rescue", "always",
        "notify", "listen", "environment", "changed_when", "failed_when", "ignore_errors", "tags", "vars", "no_log",
        "retry_safe", "args", "become", "become_user", "become_method", "become_flags", "check_mode", "diff",
        "timeout", "async", "poll", "delegate_to", "any_errors_fatal", "ignore_unreachable", "throttle", "collections",
        "connection",
    ]

    /// Keywords of Ansible's that the agent does not have, and why.
    static let refused: [String: String] = [
        "action": "name the module itself as the task's key",
        "local_action": "there is no control node; name the module itself, it runs on the node",
        "run_once": "each node runs its own list; use a condition, such as node.name == groups[role][0]",
        "debugger": "there is nobody at the node",
        "module_defaults": "write the arguments where they are used",
        "delegate_facts": "each node has its own facts",
        "remote_user": "the agent is root; use become_user",
        "become_exe": "the agent is root",
        "with_fileglob": "it looks at the control node's files; use find and a loop",
        "with_first_found": "it looks at the control node's files; use conditions",
        "with_file": "it reads the control node's files; use a template or copy",
        "with_lines": "it runs on the control node; register a command's stdout_lines",
        "with_random_choice": "a plan is the same each time it is made",
    ]

    /// Includes, which stand where a module does.
    static let includes: Set<String> = roles.union(["include", "include_tasks", "import_tasks"])

    /// Includes of what Ansible calls a role: here a folder of `tasks/` with its lists.
    static let roles: Set<String> = ["include_role", "import_role"]

    /// `with_items` and its kin.
    static func loopKind(_ key: String) -> TaskItem.LoopKind?? {
        switch key {
        case "with_list": .some(nil)
        case "with_cartesian": .some(.nested)
        default: key.hasPrefix("with_") ? TaskItem.LoopKind(rawValue: String(key.dropFirst(5))).map { .some($0) } : nil
        }
    }

    /// What a key is apart from its collection: `copy` of `ansible.builtin.copy`.
    static func plain(_ key: String) -> String {
        for collection in ["ansible.builtin.", "ansible.legacy."] where key.hasPrefix(collection) {
            return String(key.dropFirst(collection.count))
        }
        return key
    }

    /// Whether a key is a keyword, known or not, rather than a module.
    static func isKeyword(_ key: String) -> Bool {
        known.contains(key) || refused[key] != nil || loopKind(key) != nil
    }
}

/// Heat's functions, which TripleO's task lists hold and only Heat can work out.
enum HeatFunction {
    static let names: Set<String> = [
        "get_param", "get_attr", "get_resource", "get_file", "str_replace", "str_replace_strict", "str_split",
        "list_join", "list_concat", "list_concat_unique", "map_merge", "map_replace", "make_url", "yaql",
    ]

    /// The first one in a tree: a map with its name as the only key.
    static func first(in tree: SourceTree) -> (name: String, location: SourceLocation)? {
        switch tree.content {
        case .scalar: return nil
        case .list(let items): return items.lazy.compactMap { first(in: $0) }.first
        case .map(let entries):
            if entries.count == 1, let name = entries[0].key.text, names.contains(name) {
                return (name, entries[0].key.location)
            }
            return entries.lazy.compactMap { first(in: $0.value) }.first
        }
    }
}

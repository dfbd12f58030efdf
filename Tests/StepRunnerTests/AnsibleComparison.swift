import AgentAPI
import Jinja
import OrderedCollections

/// Two results of one task, ours and ansible-core's: the same keys with the same values, but for what the module's own
/// exceptions name.
struct AnsibleComparison {
    /// What a module need not say as Ansible's does, and why.
    struct Exception {
        enum Kind {
            /// Both say it, each in its own words or at its own time.
            case differs
            /// Ansible's says it alone.
            case theirs
            /// Ours says it alone.
            case ours
        }

        /// Nil for any module.
        var modules: Set<NativeModule>?
        var kind: Kind
        var keys: Set<String>

        init(_ modules: [NativeModule]?, _ kind: Kind, _ keys: String, because reason: String) {
            self.modules = modules.map(Set.init)
            self.kind = kind
            self.keys = Set(keys.split(separator: " ").map(String.init))
        }
    }

    let module: NativeModule

    func differences(_ ours: Value, _ theirs: Value, at place: String = "") -> [String] {
        switch (ours, theirs) {
        case (.dict(let left), .dict(let right)):
            let hasFailed = right["failed"]?.isTruthy == true
            let missing = right.keys.filter { left[$0] == nil && !isExcepted($0, .theirs, hasFailed) }
            let own = left.keys.filter { right[$0] == nil && !isExcepted($0, .ours, hasFailed) }
            return missing.map { "\(place).\($0): not ours, Ansible's \((right[$0] ?? .none).json())" }
                + own.map { "\(place).\($0): ours \((left[$0] ?? .none).json()), not Ansible's" }
                + left.keys.filter { right[$0] != nil && !isExcepted($0, .differs, hasFailed) }.flatMap { key in
                    differences(left[key] ?? .none, right[key] ?? .none, at: "\(place).\(key)")
                }
        case (.list(let left), .list(let right)) where left.count == right.count:
            // What `find` found comes as the file system has it.
            let isFound = place.hasSuffix(".files") && left.first?["path"] != nil
            func ordered(_ items: [Value]) -> [Value] {
                isFound ? items.sorted { ($0["path"]?.description ?? "") < ($1["path"]?.description ?? "") } : items
            }
            let (left, right) = (ordered(left), ordered(right))
            return zip(left, right).enumerated().flatMap { differences($1.0, $1.1, at: "\(place)[\($0)]") }
        case (.string, .string) where place.hasSuffix("_when_result"):
            // Why a condition cannot be asked.
            return []
        case (.string(let left), .string(let right))
        where left == "hidden, as no_log says" && right.contains("Diff output has been hidden"):
            return []
        default:
            return ours == theirs ? [] : ["\(place): ours \(ours.json()), Ansible's \(theirs.json())"]
        }
    }

    private func isExcepted(_ key: String, _ kind: Exception.Kind, _ hasFailed: Bool) -> Bool {
        let exceptions = Self.exceptions + (hasFailed ? Self.exceptionsOfFailures : [])
        return exceptions.contains { exception in
            exception.kind == kind && exception.keys.contains(key) && exception.modules?.contains(module) ?? true
        }
    }

    private static let exceptions: [Exception] = [
        Exception(nil, .theirs, "invocation", because: "the arguments again, for whoever debugs a module"),
        Exception(nil, .theirs, "warnings deprecations", because: "Ansible's advice on how lists are written"),
        Exception(nil, .theirs, "failed_when_suppressed_exception", because: "Python's traceback"),
        Exception([.command, .shell], .differs, "start end delta", because: "when it was in truth"),
        Exception([.command, .shell], .theirs, "frame", because: "where in Ansible's program a timeout came"),
        Exception([.pause], .differs, "start stop", because: "when it was in truth"),
        Exception(
            [.stat, .find],
            .differs,
            "atime ctime mtime inode dev",
            because: "two trees, made one after another"
        ),
        Exception(
            [.stat],
            .theirs,
            "attr_flags attributes version charset mimetype",
            because: "what lsattr(1) and file(1) say, which a node need not have"
        ),
        Exception(
            [.copy, .template, .assemble, .getURL, .blockInFile, .iniFile, .replace, .mount],
            .differs,
            "backup_file",
            because: "ours is named by its contents, so that a copy is kept once"
        ),
        Exception([.lineinfile], .differs, "backup", because: "the same, under another name"),
        Exception(
            [.copy, .template, .getURL],
            .theirs,
            "src",
            because: "the temporary file on its way from the control machine"
        ),
        Exception([.template], .differs, "after_header", because: "the temporary file that was rendered into"),
        Exception([.assemble], .theirs, "validation", because: "what the validating command said when all was well"),
        Exception(
            [.includeVars],
            .differs,
            "ansible_included_var_files",
            because: "where the file is on a control machine"
        ),
        Exception([.unarchive], .theirs, "extract_results", because: "tar's own words, of each run of it"),
        Exception([.yumRepository], .differs, "before after", because: "Ansible sorts what it shows, ours is the file"),
    ]

    /// Of results that failed, beside the others.
    private static let exceptionsOfFailures: [Exception] = [
        Exception(nil, .differs, "msg", because: "why it failed is said in each one's own words"),
        Exception(nil, .theirs, "exception module_stdout module_stderr", because: "Python's own errors"),
        Exception(
            [.assemble, .blockInFile, .lineinfile, .replace, .ping],
            .theirs,
            "rc",
            because: "Ansible's module broke off, ours says what is wrong"
        ),
        Exception(
            [.unarchive],
            .ours,
            "rc stdout stderr",
            because: "tar's own words, which Ansible's has in its message"
        ),
        Exception([.file], .theirs, "details", because: "the same error in other words"),
    ]
}

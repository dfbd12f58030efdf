import AgentAPI
import Jinja

/// What Kolla's images are told by `/var/lib/kolla/config_files/config.json`: which files to put where, what to own, and
/// which command to run.
struct KollaContract: Hashable, Sendable {
    /// Empty where files are set and nothing is run.
    var command = ""
    /// Folders that are made where they are not there, and owned.
    var folders: [Permission] = []
    /// Files that are made, empty, where they are not there, and owned.
    var emptyFiles: [Permission] = []
    var files: [File] = []
    var permissions: [Permission] = []

    struct File: Hashable, Sendable {
        /// May have `*`, `?` and `[]`.
        var source: String
        /// A folder where it ends with `/`.
        var dest: String
        /// `user`, or `user:group`.
        var owner: String?
        /// Octal digits.
        var perm: String?
        var isOptional = false
        var preservesProperties = false
        /// What is in the way of the source stays, where the source does not have it.
        var merges = false
    }

    struct Permission: Hashable, Sendable {
        var path: String
        var owner: String
        var perm: String?
        var isRecursive = false
        /// Regular expressions.
        var exclude: [String] = []
    }
}

extension KollaContract {
    /// Reads `directories`, `files`, `config_files`, `permissions` and, where `needsCommand`, `command`.
    init?(_ fields: inout Fields, needsCommand: Bool, _ problems: inout CatalogProblems) {
        let what = fields.what
        let before = problems.problems.count
        if needsCommand { command = fields.requiredText("command", &problems) ?? "" }
        func permissions(_ key: String, isMade: Bool) -> [Permission] {
            Self.list(fields.optional(key), key, what, &problems) { tree, problems in
                Permission(tree, "an entry of '\(key)' in \(what)", isMade: isMade, &problems)
            }
        }
        folders = permissions("directories", isMade: true)
        emptyFiles = permissions("files", isMade: true)
        files = Self.list(fields.optional("config_files"), "config_files", what, &problems) { tree, problems in
            File(tree, "an entry of 'config_files' in \(what)", &problems)
        }
        self.permissions = permissions("permissions", isMade: false)
        guard problems.problems.count == before else { return nil }
    }

    private static func list<Item>(
        _ tree: SourceTree?,
        _ key: String,
        _ what: String,
        _ problems: inout CatalogProblems,
        _ read: (SourceTree, inout CatalogProblems) -> Item?
    ) -> [Item] {
        guard let tree else { return [] }
        return tree.requireItems("'\(key)' in \(what)", &problems).compactMap { read($0, &problems) }
    }

    /// Octal digits as Kolla takes them: `0600`, `644`, `0o644`.
    fileprivate static func perm(_ fields: inout Fields, _ problems: inout CatalogProblems) -> String? {
        guard let tree = fields.optional("perm") else { return nil }
        if let text = tree.text {
            let digits = text.hasPrefix("0o") ? text.dropFirst(2) : text[...]
            if (3...4).contains(digits.count), digits.allSatisfy("01234567".contains) { return String(digits) }
        }
        problems.add(
            "'perm' of \(fields.what) must be octal digits such as \"0640\", found \(tree.kind)",
            at: tree.location
        )
        return nil
    }
}

extension KollaContract.File {
    init?(_ tree: SourceTree, _ what: String, _ problems: inout CatalogProblems) {
        guard var fields = Fields(tree, what, &problems) else { return nil }
        let source = fields.requiredText("source", &problems)
        let dest = fields.requiredText("dest", &problems)
        owner = fields.text("owner", &problems)
        perm = KollaContract.perm(&fields, &problems)
        isOptional = fields.bool("optional", &problems) ?? false
        preservesProperties = fields.bool("preserve_properties", &problems) ?? false
        merges = fields.bool("merge", &problems) ?? false
        let hasPerm = tree["perm"] != nil
        fields.finish(&problems)
        guard let source, let dest else { return nil }
        (self.source, self.dest) = (source, dest)
        if !preservesProperties, owner == nil || !hasPerm {
            problems.add("\(what) needs 'owner' and 'perm', or 'preserve_properties: true'", at: tree.location)
        }
        for (key, path) in [("source", source), ("dest", dest)] where !path.hasPrefix("/") && !path.hasBraces {
            problems.add(
                "'\(key)' of \(what) must be an absolute path, found '\(path)'",
                at: tree[key]?.location ?? tree.location
            )
        }
    }
}

extension KollaContract.Permission {
    /// - Parameter isMade: whether it is made where it is not there, which takes one path and a mode
    init?(_ tree: SourceTree, _ what: String, isMade: Bool, _ problems: inout CatalogProblems) {
        guard var fields = Fields(tree, what, &problems) else { return nil }
        let path = fields.requiredText("path", &problems)
        let owner = fields.requiredText("owner", &problems)
        perm = KollaContract.perm(&fields, &problems)
        if isMade {
            if tree["perm"] == nil { _ = fields.required("perm", &problems) }
            if let path, !path.hasBraces, !path.hasPrefix("/") || path.contains(where: { "*?[".contains($0) }) {
                problems.add(
                    "'path' of \(what) must be one absolute path, found '\(path)'",
                    at: tree["path"]?.location ?? tree.location
                )
            }
        }
        isRecursive = fields.bool("recurse", &problems) ?? false
        exclude = fields.texts("exclude", &problems)
        fields.finish(&problems)
        guard let path, let owner else { return nil }
        (self.path, self.owner) = (path, owner)
    }
}

extension KollaContract {
    /// `config.json`, whose texts are templates where the catalogue's are.
    var json: String {
        var parts = ["  \"command\": " + Self.quoted(command)]
        for (key, lines) in [
            ("directories", folders.map(Self.line)), ("files", emptyFiles.map(Self.line)),
            ("config_files", files.map(Self.line)), ("permissions", permissions.map(Self.line)),
        ] where !lines.isEmpty {
            parts.append("  \"\(key)\": [\n" + lines.joined(separator: ",\n") + "\n  ]")
        }
        return "{\n" + parts.joined(separator: ",\n") + "\n}\n"
    }

    private static func line(_ file: File) -> String {
        var entries = [("source", quoted(file.source)), ("dest", quoted(file.dest))]
        if let owner = file.owner { entries.append(("owner", quoted(owner))) }
        if let perm = file.perm { entries.append(("perm", quoted(perm))) }
        if file.isOptional { entries.append(("optional", "true")) }
        if file.preservesProperties { entries.append(("preserve_properties", "true")) }
        if file.merges { entries.append(("merge", "true")) }
        return line(entries)
    }

    private static func line(_ permission: Permission) -> String {
        var entries = [("path", quoted(permission.path)), ("owner", quoted(permission.owner))]
        if let perm = permission.perm { entries.append(("perm", quoted(perm))) }
        if permission.isRecursive { entries.append(("recurse", "true")) }
        if !permission.exclude.isEmpty { entries.append(("exclude", list(permission.exclude))) }
        return line(entries)
    }

    private static func line(_ entries: [(String, String)]) -> String {
        "    {" + entries.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }

    /// A list of texts in JSON, which may be templates.
    static func list(_ texts: [String]) -> String { "[" + texts.map(quoted).joined(separator: ", ") + "]" }

    private static func quoted(_ text: String) -> String {
        text.hasBraces ? "{% filter to_json %}\(text){% endfilter %}" : Value.string(text).json()
    }
}

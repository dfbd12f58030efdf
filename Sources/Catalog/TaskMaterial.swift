/// What services refer to by name: the catalogue's `templates/`, `files/`, `tasks/`, `vars/` and `pods/`.
struct TaskMaterial {
    /// Texts of templates, for `template`.
    var templates: [String: String] = [:]
    /// Contents of files, for `copy`, `script` and `unarchive`.
    var files: [String: [UInt8]] = [:]
    /// Task lists, for `include_tasks` and `import_tasks`.
    var taskLists: [String: SourceTree] = [:]
    /// Variables, for `include_vars`.
    var variables: [String: SourceTree] = [:]
    /// Kubernetes' documents, a list for each file.
    var pods: [String: SourceTree] = [:]

    /// The name in `names` that `written` means in the file `place` of `folder`: beside that file, else from the top.
    static func find(_ written: String, from place: String, in folder: String, among names: some Sequence<String>)
        -> String?
    {
        var candidates = [plain(written)]
        if place.hasPrefix(folder + "/") {
            let above = place.dropFirst(folder.count + 1).split(separator: "/").dropLast()
            candidates.insert(plain((above + [Substring(written)]).joined(separator: "/")), at: 0)
        }
        let names = Set(names)
        return candidates.first { names.contains($0) }
    }

    /// A path without `.` and `..`.
    private static func plain(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", !parts.isEmpty { parts.removeLast() } else if part != ".." { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }
}

import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// A source of Debian's packages: a line in a file of `/etc/apt/sources.list.d`.
    static let aptRepository = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let repo = trimmed(try arguments.requiredText("repo"))
        guard !repo.hasPrefix("ppa:") else {
            throw ModuleFailure("apt_repository: '\(repo)' asks a server what it means; write the line itself")
        }
        let line = normalized(repo)
        guard ["deb ", "deb-src "].contains(where: line.hasPrefix) else {
            throw ModuleFailure("Invalid repository string: \(repo)")
        }
        let isPresent = try arguments.choice("state", of: ["present", "absent"], or: "present") == "present"
        let folder = "/etc/apt/sources.list.d"
        var files = ["/etc/apt/sources.list"]
        if context.files.exists(folder) {
            files += try context.files.names(in: folder).filter { $0.hasSuffix(".list") }.map { folder + "/" + $0 }
        }
        var changed = false
        // Files that were not there before, or are not there any more.
        var comeOrGone: [String] = []
        let holders = try files.filter { file in
            guard context.files.exists(file) else { return false }
            return try context.files.readText(file).split(separator: "\n").contains { normalized(String($0)) == line }
        }
        if isPresent, holders.isEmpty {
            let path = "\(folder)/\(try fileName(line, arguments)).list"
            _ = try context.changes.makeDirectory(folder)
            let old = context.files.exists(path) ? try context.files.readText(path) : ""
            let end = old.isEmpty || old.hasSuffix("\n") ? "" : "\n"
            let attributes = FileChanges.Attributes(mode: try arguments.attributesMode() ?? FileMode(bits: 0o644))
            _ = try context.changes.write(Array((old + end + line + "\n").utf8), to: path, attributes)
            changed = true
            if old.isEmpty { comeOrGone = [path] }
        } else if !isPresent {
            for file in holders {
                let kept = try context.files.readText(file).split(separator: "\n", omittingEmptySubsequences: false)
                    .filter { normalized(String($0)) != line }
                    .joined(separator: "\n")
                if trimmed(kept).isEmpty, file.hasPrefix(folder) {
                    _ = try context.changes.remove(file)
                    comeOrGone.append(file)
                } else {
                    _ = try context.changes.write(Array(kept.utf8), to: file)
                }
                changed = true
            }
        }
        if changed, try arguments.flag("update_cache", or: true) {
            try context.act(["apt-get", "-q", "update"])
        }
        return [
            "changed": .bool(changed), "repo": .string(repo),
            "state": .string(isPresent ? "present" : "absent"),
            "sources_added": .list(isPresent ? comeOrGone.map { .string($0) } : []),
            "sources_removed": .list(isPresent ? [] : comeOrGone.map { .string($0) }),
        ]
    }

    private static func normalized(_ line: String) -> String {
        line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The name that Ansible gives the file: of the address, with what is no letter or digit as `_`.
    private static func fileName(_ line: String, _ arguments: ModuleArguments) throws -> String {
        if let name = try arguments.text("filename") { return name }
        var words: [Substring] = []
        var isOption = false
        for word in line.split(separator: " ").dropFirst() {
            if word.hasPrefix("[") { isOption = true }
            if !isOption { words.append(word) }
            if word.hasSuffix("]") { isOption = false }
        }
        var address = String(words.first ?? "")
        if let range = address.firstRange(of: "://") { address = String(address[range.upperBound...]) }
        if let at = address.firstIndex(of: "@") { address = String(address[address.index(after: at)...]) }
        return address.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.joined(separator: "_")
    }
}

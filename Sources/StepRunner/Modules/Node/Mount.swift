import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// What is mounted, now and by `/etc/fstab`.
    static let mount = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let path = withoutTrailingSlashes(try arguments.requiredText("path"))
        let states = ["absent", "absent_from_fstab", "mounted", "present", "unmounted", "remounted", "ephemeral"]
        guard arguments.has("state") else { throw ModuleFailure("missing required arguments: state") }
        let state = try arguments.choice("state", of: states, or: "mounted")
        let entry = try MountEntry(path, arguments)
        if ["mounted", "present", "ephemeral"].contains(state) {
            guard !entry.source.isEmpty, !entry.type.isEmpty else {
                throw ModuleFailure("state is \(state) but all of the following are missing: src, fstype")
            }
        }
        let table = try arguments.text("fstab") ?? "/etc/fstab"
        let isMounted = MountEntry.isMounted(path, context.files)
        var changed = false
        var backup = ""
        switch state {
        case "absent", "absent_from_fstab":
            changed = try entry.write(to: table, isThere: false, &backup, arguments, context)
            if state == "absent", changed {
                if isMounted { try context.act(["umount", context.files.place(path)]) }
                if try context.files.status(path)?.kind == .directory, try context.files.names(in: path).isEmpty {
                    _ = try context.changes.remove(path)
                }
            }
        case "unmounted":
            if isMounted { try context.act(["umount", context.files.place(path)]) }
            changed = isMounted
        case "present": changed = try entry.write(to: table, isThere: true, &backup, arguments, context)
        case "remounted":
            let options = "remount" + (entry.options == "defaults" ? "" : "," + entry.options)
            try context.act(["mount", "-o", options, context.files.place(path)])
            changed = true
        case "ephemeral":
            if !isMounted {
                _ = try context.changes.makeDirectory(path)
                let options = entry.options == "defaults" ? [] : ["-o", entry.options]
                try context.act(["mount", "-t", entry.type] + options + [entry.source, context.files.place(path)])
                changed = true
            }
        default:
            if try context.files.status(path, followingLinks: true) == nil {
                _ = try context.changes.makeDirectory(path)
                changed = true
            }
            let isNew = try entry.write(to: table, isThere: true, &backup, arguments, context)
            let from = table == "/etc/fstab" && context.files.root.isEmpty ? [] : ["-T", context.files.place(table)]
            if isMounted, isNew, !entry.isBind {
                try context.act(["mount", "-o", "remount"] + from + [context.files.place(path)])
            } else if !isMounted {
                try context.act(["mount"] + from + [path])
                changed = true
            }
            changed = changed || isNew
        }
        var fields: Fields = [
            "changed": .bool(changed), "name": .string(path), "opts": .string(entry.options),
            "dump": .string(entry.dump), "backup_file": .string(backup), "passno": .string(entry.pass),
            "fstab": .string(table), "boot": .string(entry.boots ? "yes" : "no"),
        ]
        if arguments.has("src") { fields["src"] = .string(entry.source) }
        if arguments.has("fstype") { fields["fstype"] = .string(entry.type) }
        return fields
    }
}

/// A line of `/etc/fstab` (fstab(5)).
private struct MountEntry {
    var path: String
    var source: String
    var type: String
    var options: String
    var dump: String
    var pass: String
    var boots: Bool

    init(_ path: String, _ arguments: ModuleArguments) throws {
        self.path = path
        source = try arguments.text("src") ?? ""
        type = try arguments.text("fstype") ?? ""
        options = try arguments.text("opts") ?? "defaults"
        dump = try arguments.text("dump") ?? "0"
        pass = try arguments.text("passno") ?? "0"
        boots = try arguments.flag("boot", or: true)
        if !boots, !options.split(separator: ",").contains("noauto") { options += ",noauto" }
    }

    var isBind: Bool { options.split(separator: ",").contains { $0 == "bind" || $0 == "rbind" } }

    private var fields: [String] { [source, path, type, options, dump, pass].map(Self.escaped) }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "\\": escaped += "\\134"
            case " ": escaped += "\\040"
            case "&": escaped += "\\046"
            default: escaped.append(character)
            }
        }
    }

    /// Puts the line into the table, or takes it out. True when it changed; `backup` is then where the old one is kept.
    func write(
        to table: String,
        isThere: Bool,
        _ backup: inout String,
        _ arguments: ModuleArguments,
        _ context: ModuleContext
    ) throws -> Bool {
        var text = try TextLines(table, creates: true, context)
        var isFound = false
        var changed = false
        var kept: [[UInt8]] = []
        for line in text.lines {
            let plain = TextLines.text(line).prefix { $0 != "#" }
            let words = plain.split(whereSeparator: \.isWhitespace).map(String.init)
            let isSwap = words.count > 2 && words[1] == "none" && words[2] == "swap"
            let isMeant =
                (4...6).contains(words.count) && words[1] == fields[1]
                && (!isSwap || source.isEmpty || words[0] == source)
            guard isMeant else {
                kept.append(line)
                continue
            }
            isFound = true
            if isThere, words == fields { kept.append(line) } else { changed = true }
            if isThere, words != fields { kept.append(TextLines.line(fields.joined(separator: " "))) }
        }
        if isThere, !isFound {
            if let last = kept.last, last.last != 0x0A { kept[kept.count - 1].append(0x0A) }
            kept.append(TextLines.line(fields.joined(separator: " ")))
            changed = true
        }
        guard changed else { return false }
        text.lines = kept
        // The table's own mode is none of the task's business.
        var plain = arguments
        for key in ["mode", "owner", "group"] { plain.setValue(key, .none) }
        _ = try text.write("", plain, context)
        backup = text.backup ?? ""
        return true
    }

    static func isMounted(_ path: String, _ files: NodeFiles) -> Bool {
        guard let text = try? files.readText("/proc/self/mountinfo") else { return false }
        return text.split(separator: "\n").contains { line in
            let words = line.split(separator: " ")
            return words.count > 4 && words[4] == Substring(escaped(path)) && path != "/"
        }
    }
}

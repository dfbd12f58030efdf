import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// A job, or a variable, in a user's crontab or in a file of `/etc/cron.d`.
    static let cron = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let name = try arguments.requiredText("name")
        let isPresent = try arguments.choice("state", of: ["present", "absent"], or: "present") == "present"
        var table = try CronTable(arguments, context)
        let job = try arguments.text("job")
        if isPresent {
            guard job != nil else {
                throw ModuleFailure("You must specify 'job' to install a new cron job or variable")
            }
            if table.file != nil, table.user == nil {
                throw ModuleFailure("To use cron_file=... parameter you must specify user=... as well")
            }
        }
        var changed: Bool
        if try arguments.flag("env", or: false) {
            changed = try table.setVariable(name, isPresent ? job : nil, arguments)
        } else if isPresent {
            changed = table.setJob(
                name,
                try CronTable.line(job ?? "", arguments, user: table.file == nil ? nil : table.user)
            )
        } else {
            changed = table.removeJob(name)
            if changed, let file = table.file, table.isEmpty {
                _ = try context.changes.remove(file)
                return ["changed": true, "cron_file": arguments["cron_file"] ?? .none, "state": "absent", "diff": [:]]
            }
        }
        if !changed, let last = table.original.last, last != 0x0A { changed = true }
        var fields: Fields = [
            "changed": .bool(changed), "jobs": .list(table.jobs.map { .string($0) }),
            "envs": .list(table.variables.map { .string($0) }),
        ]
        if table.file != nil { fields["cron_file"] = arguments["cron_file"] }
        guard changed else { return fields }
        fields["diff"] = context.diff(of: table.file ?? "crontab", from: table.original, to: table.octets)
        try table.write(arguments, context)
        return fields
    }
}

/// The lines of a crontab (crontab(5)); a job has a comment before it that names it.
private struct CronTable {
    private static let mark = "#Ansible: "
    let file: String?
    let user: String?
    let original: [UInt8]
    private var lines: [String]

    init(_ arguments: ModuleArguments, _ context: ModuleContext) throws {
        user = try arguments.text("user")
        file = try arguments.text("cron_file").map { $0.hasPrefix("/") ? $0 : "/etc/cron.d/" + $0 }
        if let file {
            guard file != "/etc/crontab" else {
                throw ModuleFailure("Will not manage /etc/crontab via cron_file, see documentation.")
            }
            original = try context.files.status(file, followingLinks: true) == nil ? [] : context.files.read(file)
        } else {
            let result = try context.run(["crontab"] + (user.map { ["-u", $0] } ?? []) + ["-l"])
            guard result.status <= 1 else { throw ModuleFailure("Unable to read crontab") }
            original = result.status == 0 ? result.output : []
        }
        lines = String(decoding: original, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        if lines.last == "" { lines.removeLast() }
    }

    var isEmpty: Bool { lines.allSatisfy { trimmed($0).isEmpty } }
    var jobs: [String] {
        lines.filter { $0.hasPrefix(Self.mark) }.map { String($0.dropFirst(Self.mark.count)) }
    }
    var variables: [String] {
        lines.compactMap { line in
            guard let equals = line.firstIndex(of: "="), equals > line.startIndex,
                !line[..<equals].contains(where: \.isWhitespace)
            else { return nil }
            return String(line[..<equals])
        }
    }
    var octets: [UInt8] { Array(lines.map { $0 + "\n" }.joined().utf8) }

    /// A job's line: when, as whom, and what.
    static func line(_ job: String, _ arguments: ModuleArguments, user: String?) throws -> String {
        var job = job
        while let last = job.last, last.isNewline { job.removeLast() }
        while let first = job.first, first.isNewline { job.removeFirst() }
        let prefix = try arguments.flag("disabled", or: false) ? "#" : ""
        let times = try ["minute", "hour", "day", "month", "weekday"].map { try arguments.text($0) ?? "*" }
        let whom = user.map { [$0] } ?? []
        if let special = try arguments.text("special_time") {
            guard times.allSatisfy({ $0 == "*" }) else {
                throw ModuleFailure("You cannot combine special_time with any of the time or day/date parameters.")
            }
            return prefix + (["@\(special)"] + whom + [job]).joined(separator: " ")
        }
        return prefix + (times + whom + [job]).joined(separator: " ")
    }

    mutating func setJob(_ name: String, _ line: String) -> Bool {
        if let place = lines.firstIndex(of: Self.mark + name), place + 1 < lines.count {
            guard lines[place + 1] != line else { return false }
            lines[place + 1] = line
            return true
        }
        if let place = lines.firstIndex(of: line) {
            // The same job without a name gets one.
            guard place == 0 || !lines[place - 1].hasPrefix(Self.mark) else {
                lines += [Self.mark + name, line]
                return true
            }
            lines.insert(Self.mark + name, at: place)
            return true
        }
        lines += [Self.mark + name, line]
        return true
    }

    mutating func removeJob(_ name: String) -> Bool {
        var removed = false
        while let place = lines.firstIndex(of: Self.mark + name) {
            lines.removeSubrange(place...min(place + 1, lines.count - 1))
            removed = true
        }
        return removed
    }

    mutating func setVariable(_ name: String, _ value: String?, _ arguments: ModuleArguments) throws -> Bool {
        guard !name.contains(" ") else { throw ModuleFailure("Invalid name for environment variable") }
        let place = lines.firstIndex { $0.hasPrefix(name + "=") }
        guard let value else {
            if place != nil { lines.removeAll { $0.hasPrefix(name + "=") } }
            return place != nil
        }
        let line = "\(name)=\"\(value)\""
        if let place {
            guard lines[place] != line else { return false }
            lines[place] = line
            return true
        }
        let after = try arguments.text("insertafter")
        guard let other = try after ?? arguments.text("insertbefore") else {
            lines.insert(line, at: 0)
            return true
        }
        guard let spot = lines.firstIndex(where: { $0.hasPrefix(other + "=") }) else {
            throw ModuleFailure("Variable named '\(other)' not found.")
        }
        lines.insert(line, at: after == nil ? spot : spot + 1)
        return true
    }

    func write(_ arguments: ModuleArguments, _ context: ModuleContext) throws {
        if let file {
            if try arguments.flag("backup", or: false), context.files.exists(file), !context.isCheck {
                _ = try ModuleDefinition.backUp(file, context)
            }
            _ = try context.changes.write(octets, to: file)
        } else {
            try context.act(["crontab"] + (user.map { ["-u", $0] } ?? []) + ["-"], input: octets)
        }
    }
}

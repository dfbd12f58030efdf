import Jinja
import OrderedCollections

/// What of a file's attributes a change makes different, before and after, as Ansible's `diff` tells it.
struct AttributesDiff {
    private(set) var before: Fields = [:]
    private(set) var after: Fields = [:]

    var value: Value { ["before": .dict(before), "after": .dict(after)] }

    mutating func note(_ key: String, _ old: Value, _ new: Value?) {
        before[key] = old
        after[key] = new
    }

    /// Notes mode, owner and group that are wanted and are not so.
    mutating func note(_ wanted: FileChanges.Attributes, mode: UInt32, user: UInt32, group: UInt32, isFolder: Bool) {
        let new = wanted.mode?.applied(to: mode, isDirectory: isFolder)
        if let new, new != mode {
            note("mode", .string(resultText(ofMode: mode)), .string(resultText(ofMode: new)))
        }
        if let number = wanted.user, number != user { note("owner", .int(Int(user)), .int(Int(number))) }
        if let number = wanted.group, number != group { note("group", .int(Int(group)), .int(Int(number))) }
    }

    mutating func note(_ wanted: FileChanges.Attributes, beside now: FileStatus) {
        note(wanted, mode: now.mode, user: now.user, group: now.group, isFolder: now.kind == .directory)
    }
}

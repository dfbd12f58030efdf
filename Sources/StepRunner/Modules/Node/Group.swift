import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// A group of users, by groupadd and its kin.
    static let group = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let name = try arguments.requiredText("name")
        let state = try arguments.choice("state", of: ["present", "absent"], or: "present")
        let isSystem = try arguments.flag("system", or: false)
        let number = try arguments.integer("gid")
        let now = accountFields(of: name, in: "/etc/group", context.files).flatMap { Int($0[2]) }
        var changed = false
        var words: [String] = []
        if let number {
            words += ["-g", "\(number)"]
            if try arguments.flag("non_unique", or: false) { words.append("-o") }
        }
        switch (state, now) {
        case ("absent", .some):
            try context.act(["groupdel"] + (arguments.flag("force", or: false) ? ["-f"] : []) + [name])
            changed = true
        case ("absent", nil): break
        case (_, nil):
            try context.act(["groupadd"] + words + (isSystem ? ["-r"] : []) + [name])
            changed = true
        case (_, let old?):
            if let number, number != old {
                try context.act(["groupmod"] + words + [name])
                changed = true
            }
        }
        var fields: Fields = ["changed": .bool(changed), "name": .string(name), "state": .string(state)]
        if state == "present" {
            fields["system"] = .bool(isSystem)
            let number = accountFields(of: name, in: "/etc/group", context.files).flatMap { Int($0[2]) } ?? number
            fields["gid"] = number.map { .int($0) }
        }
        return fields
    }
}

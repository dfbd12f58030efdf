import Jinja
import OrderedCollections

extension ModuleDefinition {
    private static let isGentle: @Sendable (ModuleArguments) -> Bool = {
        (try? $0.flag("force", or: false)) == false
    }

    /// A file system on a device. What is on it is never overwritten unless `force` says so.
    static let filesystem = ModuleDefinition(
        isRepeatable: isGentle,
        actsOutsideFiles: true
    ) { arguments, context in
        let device = try arguments.requiredText("dev")
        let state = try arguments.choice("state", of: ["present", "absent"], or: "present")
        guard try context.files.status(device, followingLinks: true) != nil else {
            guard state == "absent" else { throw ModuleFailure("Device \(device) not found.") }
            return ["changed": false, "msg": .string("Device \(device) not found.")]
        }
        let place = context.files.place(device)
        let found = try context.run(["blkid", "-c", "/dev/null", "-o", "value", "-s", "TYPE", place])
        let now = trimmed(found.outputText)
        if state == "absent" {
            if !now.isEmpty { try context.act(["wipefs", "--all", place]) }
            return ["changed": .bool(!now.isEmpty)]
        }
        let type = try arguments.requiredText("fstype")
        let force = try arguments.flag("force", or: false)
        if now == type, !force { return ["changed": false] }
        if !now.isEmpty, !force {
            throw ModuleFailure("'\(device)' is already used as \(now), use force=true to overwrite")
        }
        var options = shellWords(try arguments.text("opts") ?? "", keepingQuotes: false)
        if force { options.append(type.hasPrefix("ext") ? "-F" : "-f") }
        let program = type == "swap" ? "mkswap" : "mkfs.\(type)"
        try context.act([program] + options + [place])
        return ["changed": true]
    }
}

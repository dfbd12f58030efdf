import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// An image of podman's: pulled, built, pushed or removed.
    static let podmanImage = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let name = try arguments.requiredText("name")
        let state = try arguments.choice("state", of: ["present", "absent", "build"], or: "present")
        let tag = try arguments.text("tag") ?? "latest"
        let last = lastPart(of: name)
        let image = last.contains(":") || name.contains("@") ? name : "\(name):\(tag)"
        func inspected() throws -> Value? {
            let result = try context.run(["podman", "image", "inspect", image])
            guard result.status == 0 else { return nil }
            return try? Value(json: result.outputText)
        }
        let before = try inspected()
        var actions: [String] = []
        if state == "absent" {
            if before != nil {
                let force = try arguments.flag("force", or: false) ? ["--force"] : []
                try context.act(["podman", "image", "rm"] + force + [image])
                actions.append("Removed image \(name)")
            }
        } else {
            let force = try arguments.flag("force", or: false)
            let verifies = try arguments.flag("validate_certs") == false ? ["--tls-verify=false"] : []
            let file = try arguments.text("auth_file").map { ["--authfile", $0] } ?? []
            if let path = try arguments.text("path") {
                if before == nil || force || state == "build" {
                    try context.act(
                        ["podman", "build", "--tag", image] + buildOptions(arguments) + [context.files.place(path)]
                    )
                    actions.append("Built image \(image) from \(path)")
                }
            } else if before == nil || force, try arguments.flag("pull", or: true) {
                var words = ["podman", "pull", "--quiet"] + verifies + file
                if let user = try arguments.text("username") {
                    words += ["--creds", "\(user):\(try arguments.text("password") ?? "")"]
                }
                words += PodmanLine.words(arguments["pull_extra_args"])
                if let arch = try arguments.text("arch") { words += ["--arch", arch] }
                try context.act(words + [image])
                actions.append("Pulled image \(image)")
            }
            if try arguments.flag("push", or: false) {
                let target = arguments["push_args"]?["dest"]?.description
                try context.act(["podman", "push"] + verifies + file + [image] + (target.map { [$0] } ?? []))
                actions.append("Pushed image \(image)")
            }
        }
        let after = try inspected()
        // What was pulled again and is the same is no change.
        let isSame = !actions.isEmpty && !context.isCheck && before != nil && idOf(before) == idOf(after)
        let changed = !actions.isEmpty && !(isSame && actions == ["Pulled image \(image)"])
        return [
            "changed": .bool(changed), "actions": .list(actions.map { .string($0) }), "image": after ?? .list([]),
        ]
    }

    private static func idOf(_ image: Value?) -> Value? { image?.asList?.first?["Id"] }

    private static func buildOptions(_ arguments: ModuleArguments) throws -> [String] {
        guard let build = arguments["build"] else { return [] }
        var words: [String] = []
        if let file = build["file"], !file.isNone { words += ["--file", file.description] }
        if build["cache"] == false { words.append("--no-cache") }
        for (name, value) in build["annotation"]?.asDict ?? [:] {
            words += ["--annotation", "\(name)=\(value.description)"]
        }
        for volume in build["volume"]?.asList ?? [] { words += ["--volume", volume.description] }
        return words + PodmanLine.words(build["extra_args"])
    }

    /// A volume of podman's.
    static let podmanVolume = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let name = try arguments.requiredText("name")
        let isPresent = try arguments.choice("state", of: ["present", "absent"], or: "present") == "present"
        func inspected() throws -> Value? {
            let result = try context.run(["podman", "volume", "inspect", name])
            guard result.status == 0 else { return nil }
            return try? Value(json: result.outputText).asList?.first
        }
        let before = try inspected()
        var actions: [String] = []
        if isPresent {
            let labels = arguments["label"]?.asDict ?? [:]
            let isOther =
                try before.map { found in
                    if try arguments.flag("recreate", or: false) { return true }
                    if let driver = try arguments.text("driver"), found["Driver"]?.asString != driver { return true }
                    return labels.contains { found["Labels"]?[$0.key]?.description != $0.value.description }
                } ?? true
            if isOther {
                if before != nil { try context.act(["podman", "volume", "rm", "--force", name]) }
                var words = ["podman", "volume", "create"]
                if let driver = try arguments.text("driver") { words += ["--driver", driver] }
                for (key, value) in labels { words += ["--label", "\(key)=\(value.description)"] }
                for option in arguments.list("options") { words += ["--opt", option.description] }
                try context.act(words + [name])
                actions.append("\(before == nil ? "created" : "recreated") \(name)")
            }
        } else if before != nil {
            try context.act(["podman", "volume", "rm", "--force", name])
            actions.append("deleted \(name)")
        }
        return [
            "changed": .bool(!actions.isEmpty), "actions": .list(actions.map { .string($0) }),
            "volume": try isPresent ? inspected() ?? [:] : [:],
        ]
    }
}

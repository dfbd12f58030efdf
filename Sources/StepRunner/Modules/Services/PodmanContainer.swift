import Crypto
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// A container of podman's; for `podman_container` and, with docker's names, `docker_container`.
    ///
    /// It carries a digest of how it was asked for: one that was asked for otherwise is made anew.
    static let podmanContainer = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let name = try arguments.requiredText("name")
        let states = ["absent", "present", "created", "stopped", "started", "healthy"]
        let state = try arguments.choice("state", of: states, or: "started")
        let line = try PodmanLine(name, arguments)
        let now = try FoundContainer(name, context)
        var actions: [String] = []
        var output = CommandResult(status: 0)
        var context = context
        context.environment.merge(line.environment) { $1 }
        let isOther =
            try now.map { found in
                if try arguments.flag("recreate", or: false) { return true }
                guard let image = line.image else { return false }
                if found.digest != line.digest { return true }
                guard try arguments.flag("image_strict", or: false) else { return false }
                let wanted = try context.run(["podman", "image", "inspect", "--format", "{{.Id}}", image]).outputText
                return trimmed(wanted) != found.imageID
            } ?? true
        switch state {
        case "absent":
            if now != nil {
                let volumes = try arguments.flag("delete_volumes", or: false) ? ["--volumes"] : []
                try context.act(["podman", "rm", "--force"] + volumes + [name])
                actions.append("deleted \(name)")
            }
        case "stopped":
            if now == nil, line.image != nil {
                try context.act(try line.words("create"))
                actions.append("created \(name)")
            } else if now?.isRunning == true {
                try context.act(["podman", "stop", name])
                actions.append("stopped \(name)")
            }
        default:
            guard now != nil || line.image != nil else {
                throw ModuleFailure("Cannot start container when image is not specified!")
            }
            let starts = state == "started" || state == "healthy"
            if isOther {
                if now != nil { try context.act(["podman", "rm", "--force", name]) }
                if try arguments.text("pull").map({ ["always", "true", "True"].contains($0) }) ?? false {
                    try context.act(["podman", "pull", line.image ?? ""])
                }
                output = try context.act(try line.words(starts ? "run" : "create"))
                actions.append("\(now == nil ? starts ? "started" : "created" : "recreated") \(name)")
            } else if starts, now?.isRunning != true {
                output = try context.act(["podman", "start", name])
                actions.append("started \(name)")
            } else if try arguments.flag("force_restart", or: false) {
                try context.act(["podman", "restart", name])
                actions.append("restarted \(name)")
            }
        }
        var fields: Fields = [
            "changed": .bool(!actions.isEmpty), "actions": .list(actions.map { .string($0) }),
            "stdout": .string(output.outputText), "stdout_lines": lines(of: output.outputText),
            "stderr": .string(output.errorText), "stderr_lines": lines(of: output.errorText),
        ]
        fields["container"] = state == "absent" ? [:] : try FoundContainer(name, context)?.all ?? [:]
        return fields
    }
}

/// A container that is there.
private struct FoundContainer {
    var all: Value
    var digest: String? { all["Config"]?["Labels"]?["rackwright.task"]?.asString }
    var imageID: String? { all["Image"]?.asString }
    var isRunning: Bool { all["State"]?["Running"] == true }

    init?(_ name: String, _ context: ModuleContext) throws {
        let result = try context.run(["podman", "container", "inspect", name])
        guard result.status == 0, let first = try? Value(json: result.outputText).asList?.first else { return nil }
        all = first
    }
}

/// The command line by which podman makes the container that a task asks for.
struct PodmanLine {
    let name: String
    let image: String?
    /// Values that are not for the list of processes: they reach podman by its own environment.
    let environment: [String: String]
    let digest: String
    private let options: [String]
    private let command: [String]
    private let isDetached: Bool

    init(_ name: String, _ arguments: ModuleArguments) throws {
        self.name = name
        image = try arguments.text("image")
        isDetached = try arguments.flag("detach", or: true)
        var reader = ContainerOptions(arguments)
        try reader.read()
        environment = reader.environment
        options = reader.words
        command = Self.words(arguments["command"])
        var hash = SHA256()
        let values = environment.sorted { $0.key < $1.key }.map { $0.key + "=" + $0.value }
        for part in [image ?? ""] + options + command + values {
            hash.update(data: Array((part + "\0").utf8))
        }
        digest = hexadecimal(hash.finalize())
    }

    func words(_ verb: String) throws -> [String] {
        guard let image else { throw ModuleFailure("the container \(name) needs an image") }
        let detach = verb == "run" && isDetached ? ["--detach"] : []
        return ["podman", verb, "--name", name, "--label", "rackwright.task=\(digest)"] + detach + options + [image]
            + command
    }

    static func words(_ value: Value?) -> [String] {
        guard let value else { return [] }
        return value.asList?.map(\.description) ?? shellWords(value.description, keepingQuotes: false)
    }
}

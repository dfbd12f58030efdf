import AgentAPI
import Crypto
import FoundationEssentials
import Jinja
import OrderedCollections

/// Starts, replaces and removes a node's containers; what was last started is kept in the state folder.
struct Containers {
    let stateFolder: String
    let files: NodeFiles
    let executor: any CommandExecutor
    let clock: any StepClock

    private var folder: String { stateFolder + "/containers" }
    private var agentFiles: FileChanges { FileChanges(files: NodeFiles(root: "")) { _ in } }
    private var nodeFiles: FileChanges { FileChanges(files: files) { _ in } }

    /// The container as it was last started; nil when it never was.
    func record(of name: String) throws -> ContainerRecord? {
        let path = "\(folder)/\(name).json"
        let agent = NodeFiles(root: "")
        guard try agent.status(path) != nil else { return nil }
        return try JSONDecoder().decode(ContainerRecord.self, from: Data(agent.read(path)))
    }

    /// All containers that were started and not removed, by name.
    func records() throws -> [ContainerRecord] {
        let agent = NodeFiles(root: "")
        guard try agent.status(folder) != nil else { return [] }
        return try agent.names(in: folder).sorted().filter { $0.hasSuffix(".json") }.compactMap {
            try record(of: String($0.dropLast(5)))
        }
    }

    /// Whether it is as it should be: the same definition, known to have been started, and, when it stays up, running;
    /// where it may end, it must not have failed.
    func isCurrent(_ wanted: ContainerRecord) throws -> Bool {
        guard let record = try record(of: wanted.definition.name), record.hash == wanted.hash,
            record.isChanging != true
        else { return false }
        guard wanted.definition.detach else { return true }
        let mayEnd = ["no", "on-failure"].contains(wanted.definition.restart)
        let verb = mayEnd ? "is-failed" : "is-active"
        let unit = SystemdUnit.name(of: wanted.definition.name)
        return (try run(["systemctl", verb, "--quiet", unit]).status == 0) != mayEnd
    }

    /// Throws where something that others made bears the name of a container that was never started here, as it would be
    /// replaced.
    func refuseForeign(_ definition: ContainerDefinition) throws {
        if definition.target != nil { return }
        if let record = try record(of: definition.name), record.definition.target == nil { return }
        let kind = definition.isPod == true ? ["pod", "ps"] : ["ps", "--all"]
        let name = definition.name.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "[.]")
        let list = ["podman"] + kind + ["--quiet", "--filter", "name=^\(name)$"]
        guard try !run(list).output.isEmpty, try run(list + ["--filter", "label=rackwright.service"]).output.isEmpty
        else { return }
        throw ModuleFailure(
            "the node has a \(kind[0] == "pod" ? "pod" : "container") \(definition.name) already that is not of the "
                + "catalogue: remove it, or give one of the two another name"
        )
    }

    /// Starts it, in place of what ran under its name; its image is on the node. Answers what a one-shot printed.
    func start(_ record: ContainerRecord) throws -> String {
        let definition = record.definition
        try write(record, isChanging: true)
        var output = ""
        if definition.detach {
            let unit = SystemdUnit(record)
            _ = try nodeFiles.makeDirectory(StepRunner.folder(of: unit.path))
            let environment = ContainerEnvironment(definition)
            let environmentPath = ContainerEnvironment.path(of: definition.name)
            if !environment.inherited.isEmpty {
                _ = try nodeFiles.write(
                    Array(environment.text.utf8),
                    to: environmentPath,
                    FileChanges.Attributes(mode: FileMode(bits: 0o600))
                )
            }
            // Its command may hold secrets.
            _ = try nodeFiles.write(
                Array(unit.text.utf8),
                to: unit.path,
                FileChanges.Attributes(mode: FileMode(bits: 0o600))
            )
            if environment.inherited.isEmpty { _ = try nodeFiles.remove(environmentPath) }
            try runSuccessfully(["systemctl", "daemon-reload"], definition.name)
            try runSuccessfully(["systemctl", "enable", unit.name], definition.name)
            if definition.isPod == true {
                // They would start again with it, before what runs first in it has run.
                for member in try records() where member.definition.pod == definition.name && member.definition.detach {
                    try runSuccessfully(
                        ["systemctl", "stop", SystemdUnit.name(of: member.definition.name)],
                        definition.name
                    )
                }
            }
            let result = try run(["systemctl", "restart", unit.name])
            if result.status != 0 {
                let log = try run(["journalctl", "--no-pager", "--output=cat", "--lines=20", "--unit", unit.name])
                throw ModuleFailure(
                    "the container \(definition.name) did not start: \(result.lastWords)",
                    fields: ["stdout": .string(log.outputText), "rc": .int(result.status)]
                )
            }
        } else {
            let result = try run(
                PodmanCommand.once(record),
                environment: ContainerEnvironment(definition).inherited,
                timeout: 3600
            )
            output = result.lastWords
            guard !result.timedOut, (definition.exitCodes ?? [0]).contains(result.status) else {
                throw ModuleFailure(
                    "the container \(definition.name) ended with \(result.status)"
                        + (result.timedOut ? ", after it did not end in time" : ""),
                    fields: ["stdout": .string(result.outputText), "stderr": .string(result.errorText)]
                )
            }
        }
        try write(record, isChanging: nil)
        return output
    }

    /// Stops and forgets a container.
    func remove(_ name: String) throws {
        // Nothing is done to a container before it is noted.
        guard try NodeFiles(root: "").status("\(folder)/\(name).json") != nil else { return }
        let record = try? record(of: name)
        if record?.definition.target != nil {
            // A command left nothing behind, and what runs under its name is not ours.
            _ = try agentFiles.remove("\(folder)/\(name).json")
            return
        }
        if let record { try write(record, isChanging: true) }
        _ = try run(["systemctl", "disable", "--now", SystemdUnit.name(of: name)])
        _ = try nodeFiles.remove(SystemdUnit.path(of: name))
        _ = try nodeFiles.remove(ContainerEnvironment.path(of: name))
        try runSuccessfully(["systemctl", "daemon-reload"], name)
        let kind = record?.definition.isPod == true ? ["pod"] : []
        try runSuccessfully(["podman"] + kind + ["rm", "--force", "--ignore", name], name)
        _ = try agentFiles.remove("\(folder)/\(name).json")
    }

    /// SHA-256 over the definition and the contents of the files that it sees.
    static func hash(_ definition: ContainerDefinition, seeing contents: [(path: String, octets: [UInt8])]) throws
        -> String
    {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var hash = SHA256()
        hash.update(data: try encoder.encode(definition))
        for file in contents {
            hash.update(data: Array("\0\(file.path)\0\(file.octets.count)\0".utf8))
            hash.update(data: file.octets)
        }
        return hexadecimal(hash.finalize())
    }

    /// Notes a container as it was noted before.
    func keep(_ record: ContainerRecord) throws {
        try write(record, isChanging: record.isChanging)
    }

    private func write(_ record: ContainerRecord, isChanging: Bool?) throws {
        var record = record
        record.isChanging = isChanging
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let octets = try [UInt8](encoder.encode(record))
        _ = try agentFiles.makeDirectory(folder)
        try agentFiles.replace(
            "\(folder)/\(record.definition.name).json",
            with: octets,
            mode: 0o600,
            user: nil,
            group: nil
        )
    }

    func run(_ arguments: [String], environment: [String: String] = [:], timeout: Double = 960) throws
        -> CommandResult
    {
        try executor.run(Command(arguments: arguments, environment: environment, timeout: timeout))
    }

    private func runSuccessfully(_ arguments: [String], _ container: String) throws {
        let result = try run(arguments)
        guard result.status == 0 else {
            throw ModuleFailure(
                "\(arguments.joined(separator: " ")) for the container \(container) ended with \(result.status): "
                    + result.lastWords
            )
        }
    }
}

extension ContainerDefinition {
    /// With every string rendered.
    func rendered(_ variables: Fields) throws -> Self {
        var copy = self
        copy.name = try Rendering.text(name, variables)
        copy.image = try Rendering.text(image, variables)
        copy.command = try command.map { try Rendering.text($0, variables) }
        copy.environment = try environment.mapValues { try Rendering.text($0, variables) }
        copy.net = try net.map { try Rendering.text($0, variables) }
        copy.volumes = try volumes.map { try Rendering.text($0, variables) }
        copy.ports = try ports.map { try Rendering.text($0, variables) }
        copy.user = try user.map { try Rendering.text($0, variables) }
        copy.options = try options.map { try $0.map { try Rendering.text($0, variables) } }
        copy.target = try target.map { try Rendering.text($0, variables) }
        copy.pod = try pod.map { try Rendering.text($0, variables) }
        copy.after = try after.map { try $0.map { try Rendering.text($0, variables) } }
        copy.healthcheck = try healthcheck.map { try $0.rendered(variables) }
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
        guard let first = copy.name.first, first.isLetter || first.isNumber, copy.name.allSatisfy(allowed.contains)
        else {
            throw ModuleFailure("'\(copy.name)' is not a name for a container")
        }
        return copy
    }
}

extension HealthCheck {
    /// With every string rendered.
    func rendered(_ variables: Fields) throws -> Self {
        var copy = self
        switch probe {
        case .http(let url, let contains):
            copy.probe = .http(
                url: try Rendering.text(url, variables),
                contains: try contains.map { try Rendering.text($0, variables) }
            )
        case .command(let words): copy.probe = .command(try words.map { try Rendering.text($0, variables) })
        case .tcp(let host, let port): copy.probe = .tcp(host: try Rendering.text(host, variables), port: port)
        }
        return copy
    }
}

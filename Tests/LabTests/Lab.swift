import Foundation
import Logging
import OperatorAPI
import TestSupport
import Testing
import VirtualRack

/// All tests that boot machines, one after another: they share two cores and the names of their networks.
@Suite(.serialized, .enabled(if: Lab.artifacts != nil, "RACKWRIGHT_LAB names no folder; run make test"))
struct Machines {}

/// A virtual rack and a controller over it, for one test.
struct Lab {
    /// The folder that `make lab` fills: `ramdisk/` and `debian-12.raw`. Without it there is no machine test.
    static let artifacts = ProcessInfo.processInfo.environment["RACKWRIGHT_LAB"]

    static let namespace = "rwlab"
    static let folder = "/tmp/rwlab"
    var folder: String { Self.folder }
    let rack: VirtualRack
    /// Where the controller runs.
    var controllerNamespace = Self.namespace
    /// Whether operators' commands run where the controller does; else on the host, over the rack's uplink.
    var commandsRunBesideController = false
    let programs = Fixture.checkout + "/.build/debug/"

    init(_ definition: RackDefinition = Self.definition) throws {
        let folder = Self.folder
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        rack = try VirtualRack(
            definition: definition,
            stateFolder: folder + "/rack",
            logger: Logger(label: "lab", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let artifacts = try #require(Self.artifacts)
        try FileManager.default.copyItem(
            atPath: Fixture.checkout + "/controller-config",
            toPath: folder + "/config"
        )
        try edit("controller.yaml") { text in
            text.replacingOccurrences(of: "10.78.0.2", with: "10.79.0.2")
                .replacingOccurrences(of: "/var/lib/rackwright-demo/controller", with: folder + "/controller")
                .replacingOccurrences(of: "/var/lib/rackwright-demo/ramdisk", with: artifacts + "/ramdisk")
        }
    }

    /// Runs a rack for one test, and takes it down whatever comes.
    static func run(_ definition: RackDefinition, _ body: (inout Lab) async throws -> Void) async throws {
        // What a run that was cut off left behind.
        await VirtualRack.remove(definition, stateFolder: folder + "/rack")
        var lab = try Lab(definition)
        do {
            try await lab.rack.start()
            try await body(&lab)
        } catch {
            Issue.record(error)
        }
        await lab.rack.stop()
    }

    /// Makes machines known by a CSV and has their BMCs checked.
    func enroll(_ machines: [RackDefinition.Machine]) async throws {
        var csv = "name,bmc_protocol,bmc_address,bmc_user,bmc_password\n"
        for machine in machines {
            let bmc = machine.bmc
            csv += "\(machine.name),\(bmc.transport),\(bmc.address),\(bmc.username),\(bmc.password)\n"
        }
        try csv.write(toFile: folder + "/nodes.csv", atomically: true, encoding: .utf8)
        try await command("node", "enroll", folder + "/nodes.csv")
        try await command("node", "wait", "--all", "--state", "manageable", "--timeout", "2m", seconds: 150)
    }

    /// Boots the ramdisk on all machines and waits for their inventories.
    func inspectAll(minutes: Int) async throws {
        try await command("node", "inspect", "--all")
        let time = "\(minutes)m"
        let seconds = Double(minutes * 60 + 10)
        try await command("node", "wait", "--all", "--state", "available", "--timeout", time, seconds: seconds)
    }

    /// Changes a file of the configuration.
    func edit(_ file: String, _ change: (String) -> String) throws {
        let url = URL(filePath: folder + "/config/" + file)
        try change(String(contentsOf: url, encoding: .utf8)).write(to: url, atomically: true, encoding: .utf8)
    }

    // MARK: The controller

    /// Starts the controller in the rack's network and waits until it answers.
    func startController() async throws -> RunningProgram {
        let process = try LabProgram().start(
            [
                "/usr/sbin/ip", "netns", "exec", controllerNamespace, programs + "rackwright", "serve", "--config",
                folder + "/config/controller.yaml",
            ],
            output: folder + "/controller.log",
            errors: folder + "/controller.log"
        )
        for _ in 0..<300 where process.isRunning {
            if try await rackwright("node", "list").status == 0 { return process }
            try await Task.sleep(for: .milliseconds(200))
        }
        process.signal(SIGKILL)
        throw Failure(text: "the controller does not answer; its log: \(controllerLog)")
    }

    /// Asks again until the answer has a text.
    func until(_ arguments: String..., says text: String, seconds: Int) async throws {
        for _ in 0..<seconds * 2 {
            if try await run(arguments, seconds: 60).output.contains(text) { return }
            try await Task.sleep(for: .milliseconds(500))
        }
        throw Failure(text: "\(arguments) never said '\(text)'")
    }

    var controllerLog: Substring {
        let text = (try? String(contentsOfFile: folder + "/controller.log", encoding: .utf8)) ?? ""
        return text.suffix(4000)
    }

    /// An operator's command.
    func rackwright(_ arguments: String..., seconds: Double = 60) async throws -> LabProgram.Outcome {
        try await run(arguments, seconds: seconds)
    }

    private func run(_ arguments: [String], seconds: Double) async throws -> LabProgram.Outcome {
        let inside = commandsRunBesideController ? ["/usr/sbin/ip", "netns", "exec", controllerNamespace] : []
        let program = LabProgram(environment: environment)
        return try await program.run(inside + [programs + "rackwright"] + arguments, seconds: seconds)
    }

    /// What operators' commands are told.
    var environment: [String: String] {
        [
            "RACKWRIGHT_CONTROLLER": commandsRunBesideController ? "https://127.0.0.1:8443" : "https://10.79.0.2:8443",
            "RACKWRIGHT_STATE": folder + "/controller",
            "RACKWRIGHT_CA": folder + "/controller/keys/ca.pem",
        ]
    }

    /// An operator's command that must succeed.
    @discardableResult
    func command(_ arguments: String..., seconds: Double = 60) async throws -> String {
        let outcome = try await run(arguments, seconds: seconds)
        guard outcome.status == 0 else {
            throw Failure(
                text: """
                    \(arguments) ended with \(outcome.status); what the controller said before:
                    \(controllerLog)
                    --- \(arguments) ended with \(outcome.status): \(outcome.output)\(outcome.errors)
                    """
            )
        }
        return outcome.output
    }

    func nodes() async throws -> [NodeSummary] {
        try await JSONDecoder().decode([NodeSummary].self, from: Data(command("node", "list", "-o", "json").utf8))
    }

    /// What a container on a node answers.
    func ask(_ node: String, port: Int, path: String) async throws -> String {
        let address = try #require(try await nodes().first { $0.name == node }?.address)
        return try await LabProgram().run([
            "/usr/sbin/ip", "netns", "exec", Self.namespace, "/usr/bin/curl", "-sS", "-m", "10",
            "http://\(address):\(port)\(path)",
        ]).output
    }

    // MARK: Disks

    /// A copy of the root file system of a machine's disk as the machine would find it when it starts: its journal is
    /// replayed. The machine must be off.
    func root(of disk: String) async throws -> String {
        let partition = try await rootPartition(of: disk)
        let copy = disk + ".root"
        let mebibyte = 1 << 20
        try #require(partition.start * 512 % mebibyte == 0)
        let copied = try await LabProgram().run([
            "/usr/bin/dd", "if=\(disk)", "of=\(copy)", "bs=1M", "conv=sparse", "status=none",
            "skip=\(partition.start * 512 / mebibyte)", "count=\(partition.size * 512 / mebibyte)",
        ])
        try #require(copied.status == 0, "\(copied.errors)")
        let replayed = try await LabProgram().run(["/usr/sbin/e2fsck", "-y", "-E", "journal_only", copy])
        try #require(replayed.status <= 1, "\(replayed.output)\(replayed.errors)")
        return copy
    }

    /// A file on a root file system that `root(of:)` made.
    func file(_ path: String, on root: String) async throws -> String {
        try await LabProgram().run(["/usr/sbin/debugfs", "-R", "cat \(path)", root]).output
    }

    /// The sizes of the root partition and of the ext4 file system in it.
    func octetsOfRoot(on disk: String) async throws -> (partition: Int, fileSystem: Int) {
        let root = try await rootPartition(of: disk)
        let start = root.start * 512
        let handle = try FileHandle(forReadingFrom: URL(filePath: disk))
        try handle.seek(toOffset: UInt64(start + 1024))
        let superblock = try #require(try handle.read(upToCount: 64))
        let words = (0..<16).map { index in
            superblock[index * 4..<index * 4 + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        return (root.size * 512, words[1] * (1024 << words[6]))
    }

    private func rootPartition(of disk: String) async throws -> PartitionTable.Partition {
        let table = try await LabProgram().run(["/usr/sbin/sfdisk", "--json", disk]).output
        let partitions = try JSONDecoder().decode(PartitionTable.self, from: Data(table.utf8)).partitiontable.partitions
        return try #require(partitions.last)
    }

    struct PartitionTable: Decodable {
        var partitiontable: Table

        struct Table: Decodable {
            var partitions: [Partition]
        }

        struct Partition: Decodable {
            var start: Int
            var size: Int
        }
    }

    struct Failure: Error, CustomStringConvertible {
        var text: String
        var description: String { text }
    }
}

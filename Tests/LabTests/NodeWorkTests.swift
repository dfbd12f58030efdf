import Foundation
import Jinja
import OrderedCollections
import TestSupport
import Testing
import VirtualRack

extension Machines {
    /// Modules that need a real machine (accounts, units, mounts, the firewall, packages, facts), beside ansible-core on
    /// the same machine: what one of them has done the other finds done, and both register the same.
    @Test(.timeLimit(.minutes(30)))
    func whatModulesDoToANodeIsWhatAnsibleCoreDoes() async throws {
        let artifacts = try #require(Lab.artifacts)
        let bench = try Workbench(image: artifacts + "/services/ansible")
        defer { bench.remove() }
        let definition = RackDefinition(network: Lab.network, machines: [Workshop.machine(tools: bench.disk)])
        try await Lab.run(definition) { lab in
            try lab.setUpWorkshop()
            let controller = try await lab.startController()
            defer { controller.signal(SIGKILL) }
            try await lab.enroll(definition.machines)
            try await lab.command("image", "add", artifacts + "/debian-12.raw", "--name", "debian-12", seconds: 300)
            try await lab.inspectAll(minutes: 10)
            try await lab.command("plan")
            try await lab.command("apply", "1")
            let run = try await lab.rackwright("run", "wait", "--timeout", "20m", seconds: 1210)
            let explained = run.status == 0 ? "" : try await lab.command("explain", "bench")
            #expect(run.status == 0, "\(run.output)\(run.errors)\(explained)")
            for machine in lab.rack.machines { await machine.powerOff() }
            try await compare(lab)
        }
    }

    private func compare(_ lab: Lab) async throws {
        let disk = try #require(lab.rack.machine(named: "bench")?.diskFiles.first)
        let root = try await lab.root(of: disk)
        func results(_ round: String) async throws -> Value {
            try Value(json: try await lab.file("/root/results/\(round).json", on: root))
        }
        for (ours, theirs, changes) in Workshop.pairs {
            let (our, their) = (try await results(ours), try await results(theirs))
            let tasks = try #require(their.asDict)
            #expect(tasks.count == 32)
            for (task, theirs) in tasks {
                let difference = Workshop.difference(task, our[task] ?? .none, theirs)
                #expect(difference.isEmpty, "\(task) in \(ours):\n\(difference.joined(separator: "\n"))")
            }
            let changed = tasks.filter { $0.value["changed"] == true }.map(\.key)
            #expect(
                changes ? changed.count > 10 : changed.isEmpty,
                "what ansible-core changed in \(theirs): \(changed)"
            )
        }
        let restart = try await results("restart")
        #expect(restart["rebooted"] == true && restart["changed"] == true)
    }
}

/// A machine on which everything is done twice, and what is compared.
enum Workshop {
    static func machine(tools: String) -> RackDefinition.Machine {
        RackDefinition.Machine(
            name: "bench",
            firmware: .bios,
            memoryMiB: 1280,
            cpus: 2,
            uuid: "7d1f0a52-00dd-4c1e-9d3a-0000000000dd",
            serial: "LAB-D",
            macs: ["52:54:00:77:0d:01"],
            disks: [
                RackDefinition.Disk(size: 4 << 30, bus: .virtio, serial: "DISK-D"),
                RackDefinition.Disk(size: Workbench.size, bus: .virtio, serial: "TOOLS", file: tools),
            ],
            bmc: RackDefinition.BMC(transport: .redfish, address: "10.77.0.23", username: "admin", password: "pw-bench")
        )
    }

    /// Who does or undoes the tasks, one after the other. What stands together is one service, and one playbook.
    static let turns = [
        ["done-native"], ["again-ansible", "gone-ansible"], ["gone-again-native"], ["done-ansible"],
        ["again-native", "gone-native"], ["gone-again-ansible"],
    ]
    static let pairs = [
        ("done-native", "done-ansible", true), ("again-native", "again-ansible", false),
        ("gone-native", "gone-ansible", true), ("gone-again-native", "gone-again-ansible", false),
    ]

    static func service(_ turns: [String], after: String) -> String {
        let lists = turns.map { turn in
            """
              - include_tasks: node.yaml
                vars: {gone: \(turn.hasPrefix("gone")), round: \(turn)}
                tags: step1
            """
        }
        return """
            name: \(turns[0])
            after: [\(after)]
            runner: \(turns[0].hasSuffix("ansible") ? "ansible" : "native")
            deploy_tasks:

            """ + lists.joined(separator: "\n") + "\n"
    }

    /// Facts that do not change between two looks at a machine.
    private static let facts = [
        "ansible_architecture", "ansible_distribution", "ansible_distribution_file_variety",
        "ansible_distribution_major_version", "ansible_distribution_release",
        "ansible_fips", "ansible_hostname", "ansible_kernel",
        "ansible_machine", "ansible_memtotal_mb", "ansible_nodename", "ansible_os_family", "ansible_pkg_mgr",
        "ansible_processor_cores", "ansible_processor_count", "ansible_processor_vcpus", "ansible_product_name",
        "ansible_product_serial", "ansible_product_uuid", "ansible_service_mgr", "ansible_swaptotal_mb",
        "ansible_system", "ansible_system_vendor", "ansible_default_ipv4", "ansible_all_ipv4_addresses",
        "ansible_virtualization_role", "ansible_virtualization_type", "ansible_user_id", "ansible_cmdline",
    ]
    /// What differs from run to run, is Ansible's own affair, or what only some of its releases say.
    private static let passing: Set<String> = [
        "diff", "invocation", "ansible_facts", "warnings", "deprecations", "atime", "mtime", "ctime", "src", "status",
        "inode", "_ansible_no_log", "failed", "false_condition", "md5sum", "CreatedAt", "skipped", "version",
        "cache_update_time", "secontext",
    ]
    /// What programs print that are not the same ones or that make up numbers, and what newer releases add, by task.
    private static let ownWords: [String: Set<String>] = [
        "stat": ["attr_flags", "attributes", "charset", "mimetype"], "timezone": ["msg"], "units": ["changed", "path"],
        "deb": ["stdout", "stdout_lines", "stderr", "stderr_lines"],
        "volume": ["podman_actions", "stdout", "stdout_lines", "stderr", "stderr_lines"],
        "dnf": ["stdout", "stdout_lines"], "pip": ["cmd", "stderr", "stderr_lines"],
        "debs": ["sources_added", "sources_removed"], "nmcli": ["stdout", "stdout_lines"],
    ]

    static func difference(_ task: String, _ ours: Value, _ theirs: Value) -> [String] {
        if task == "facts" {
            return facts.flatMap { name in
                difference(name, in: ours["ansible_facts"]?[name], theirs["ansible_facts"]?[name])
            }
        }
        return difference(task, in: ours, theirs)
    }

    private static func difference(_ place: String, in ours: Value?, _ theirs: Value?) -> [String] {
        if let ours = ours?.asDict, let theirs = theirs?.asDict {
            let own = ownWords[place.split(separator: ".").first.map(String.init) ?? place] ?? []
            let keys = Set(ours.keys).union(theirs.keys).subtracting(passing).subtracting(own)
            return keys.sorted().flatMap { key in
                difference("\(place).\(key)", in: ours[key], theirs[key])
            }
        }
        if let ours = ours?.asList, let theirs = theirs?.asList, ours.count == theirs.count {
            return zip(ours, theirs).enumerated().flatMap { index, pair in
                difference("\(place)[\(index)]", in: pair.0, pair.1)
            }
        }
        func shown(_ value: Value?) -> String { value.map { $0.json() } ?? "nothing" }
        return ours == theirs ? [] : ["  \(place): ours \(shown(ours)), ansible-core's \(shown(theirs))"]
    }
}

extension Lab {
    /// A catalogue whose one role does and undoes the same tasks, by the agent and by ansible-core.
    func setUpWorkshop() throws {
        let config = folder + "/config"
        for part in ["roles", "services", "pods", "runbooks", "templates", "rules", "tasks", "parameters.yaml"] {
            try? FileManager.default.removeItem(atPath: "\(config)/\(part)")
        }
        for part in ["roles", "services", "tasks"] {
            try FileManager.default.copyItem(
                atPath: "\(Fixture.checkout)/Tests/LabTests/Workshop/\(part)",
                toPath: "\(config)/\(part)"
            )
        }
        var last = "tools"
        for turns in Workshop.turns {
            try Workshop.service(turns, after: last).write(
                toFile: "\(config)/services/\(turns[0]).yaml",
                atomically: true,
                encoding: .utf8
            )
            last = turns[0]
        }
        try edit("services/restart.yaml") { $0 + "after: [\(last)]\n" }
        let services = (Workshop.turns.map { $0[0] } + ["restart"]).joined(separator: ", ")
        try edit("roles/workbench.yaml") { $0.replacingOccurrences(of: "[tools]", with: "[tools, \(services)]") }
    }
}

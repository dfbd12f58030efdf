import Foundation
import OperatorAPI
import TestSupport
import Testing
import VirtualRack

extension Machines {
    /// The whole job on two real machines: BIOS behind IPMI, UEFI behind Redfish.
    @Test(.timeLimit(.minutes(40)))
    func twoMachinesAreRecognisedImagedConfiguredAndUpgraded() async throws {
        try await Lab.run(Lab.definition) { lab in
            try await walk(lab)
            for machine in lab.rack.machines { await machine.powerOff() }
            try await readDisks(lab)
        }
    }

    private func walk(_ lab: Lab) async throws {
        var controller = try await lab.startController()
        defer { controller.signal(SIGKILL) }
        try await enroll(lab)
        try await inspect(lab)
        try await refuse(lab)
        try await breakAChunk(lab)
        try await deploy(lab)
        let tiers = try await lab.askTiers()
        #expect(try await lab.command("plan").contains("nothing to do"))
        try await upgrade(lab, &controller)
        try await askWorkers(lab)
        #expect(try await lab.askTiers() == tiers, "the database and the application run since they were deployed")
        try await badUpgrade(lab)
        try await lookAround(lab)
        controller.signal(SIGTERM)
        let status = try await controller.ended(within: .seconds(20))
        #expect(status == 0, "the controller ends when it is asked to")
    }

    fileprivate func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    // MARK: Stations

    private func enroll(_ lab: Lab) async throws {
        let csv = lab.folder + "/nodes.csv"
        try write("name,bmc_protocol,bmc_adress,bmc_user,bmc_password\nalpha,ipmi,10.77.0.21,admin,x\n", to: csv)
        let wrongColumn = try await lab.rackwright("node", "enroll", csv)
        #expect(wrongColumn.status != 0)
        #expect(wrongColumn.errors.contains("nodes.csv:1: unknown column 'bmc_adress'"))

        let header = "name,bmc_protocol,bmc_address,bmc_user,bmc_password,rack,unit\n"
        try write(header + "alpha,ipmi,10.77.0.21,admin,not-it,r1,1\n", to: csv)
        try await lab.command("node", "enroll", csv)
        let refused = try await lab.rackwright(
            "node",
            "wait",
            "--all",
            "--state",
            "manageable",
            "--timeout",
            "2m",
            seconds: 150
        )
        #expect(refused.status != 0, "a wrong BMC password is not let pass")
        let explained = try await lab.command("explain", "alpha")
        #expect(explained.contains("10.77.0.21"), "the failure names the BMC: \(explained)")
        #expect(!explained.contains("not-it"))
        try await lab.command("node", "abort", "alpha")
        try await lab.command("node", "delete", "alpha")

        try write(
            header + "alpha,ipmi,10.77.0.21,admin,pw-alpha,r1,1\nbeta,redfish,10.77.0.22,admin,pw-beta,r1,2\n",
            to: csv
        )
        try await lab.command("node", "enroll", csv)
        try await lab.command("node", "wait", "--all", "--state", "manageable", "--timeout", "2m", seconds: 150)
        let store = try FileManager.default.contentsOfDirectory(atPath: lab.folder + "/controller")
            .filter { $0.hasPrefix("rackwright.sqlite") }
            .reduce(into: Data()) { $0 += try Data(contentsOf: URL(filePath: "\(lab.folder)/controller/\($1)")) }
        #expect(store.range(of: Data("10.77.0.22".utf8)) != nil, "the store is what is looked at")
        for password in ["pw-alpha", "pw-beta"] {
            #expect(store.range(of: Data(password.utf8)) == nil, "BMC passwords are sealed at rest")
        }
        let token = try await lab.command("token", "create", "--name", "second")
        #expect(token.contains("rw_"))
    }

    private func inspect(_ lab: Lab) async throws {
        let artifacts = try #require(Lab.artifacts)
        try await lab.command("image", "add", artifacts + "/debian-12.raw", "--name", "debian-12", seconds: 300)
        try DemoContainers.write(to: lab.folder + "/containers")
        for service in ["directory", "web"] {
            for version in 1...3 {
                let layout = "\(lab.folder)/containers/\(service)-\(version)"
                try await lab.command("container", "add", layout, "--name", "\(service):\(version)")
            }
        }
        try await lab.bringTiers()
        try await lab.command("node", "inspect", "--all")
        try await lab.command("node", "wait", "--all", "--state", "available", "--timeout", "15m", seconds: 910)
        let beta = try await lab.command("inventory", "show", "beta", "-o", "json")
        #expect(beta.contains("DISK-B") && beta.contains("SMALL-B") && beta.contains("52:54:00:77:0b:01"))
        #expect(beta.contains("uefi") && beta.contains("LAB-B"))
        let alpha = try await lab.command("inventory", "show", "alpha", "-o", "json")
        #expect(alpha.contains("DISK-A") && alpha.contains("bios"))
    }

    /// Plans that cannot be: why, and in which file.
    private func refuse(_ lab: Lab) async throws {
        try lab.edit("roles/worker.yaml") {
            $0.replacingOccurrences(of: "size >= 2 * GB\"]", with: "size >= 200 * GB\"]")
        }
        let tooSmall = try await lab.command("match")
        #expect(
            tooSmall.contains("DISK-B") && tooSmall.contains("size >= 200 * GB"),
            "why beta cannot be a worker: \(tooSmall)"
        )
        let refused = try await lab.rackwright("plan")
        #expect(refused.status != 0 && refused.errors.contains("role 'worker' lacks 1 node"), "\(refused.errors)")
        try lab.edit("roles/worker.yaml") {
            $0.replacingOccurrences(of: "size >= 200 * GB\"]", with: "size >= 2 * GB\"], rooot: 1")
        }
        let unknownKey = try await lab.rackwright("plan")
        #expect(unknownKey.errors.contains("roles/worker.yaml:"), "the error names the file: \(unknownKey.errors)")
        try lab.edit("roles/worker.yaml") { $0.replacingOccurrences(of: "], rooot: 1", with: "]") }
    }

    /// A chunk that is damaged in the store is found before it is written; both nodes say so and go on when it is mended.
    private func breakAChunk(_ lab: Lab) async throws {
        let folder = lab.folder + "/controller/images/chunks"
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".zst") }.sorted()
        let name = try #require(names.first)
        let chunk = URL(filePath: folder + "/" + name)
        let good = try Data(contentsOf: chunk)
        var bad = good
        bad[bad.count / 2] ^= 1
        try bad.write(to: chunk)

        let plan = try await lab.command("plan")
        #expect(plan.contains("alpha as control") && plan.contains("beta as worker"), "\(plan)")
        try await lab.command("apply", "1")
        try await lab.command("node", "wait", "--all", "--state", "failed", "--timeout", "10m", seconds: 610)
        for node in ["alpha", "beta"] {
            let explained = try await lab.command("explain", node)
            #expect(explained.contains("debian-12") && explained.contains("chunk"), "\(explained)")
        }
        try good.write(to: chunk)
        try await lab.command("node", "abort", "alpha")
        try await lab.command("node", "abort", "beta")
    }

    private func deploy(_ lab: Lab) async throws {
        try await lab.command("plan")
        try await lab.command("apply", "2")
        try await lab.command(
            "node",
            "wait",
            "--all",
            "--state",
            "active",
            "--any-failure",
            "--timeout",
            "20m",
            seconds: 1210
        )
        try await lab.command("run", "wait", "--timeout", "1m", seconds: 70)
        #expect(try await lab.ask("alpha", port: 8081, path: "/version") == "v1\n")
        #expect(try await lab.ask("beta", port: 8080, path: "/version") == "v1\n")
    }

    /// Version 2, with the controller killed and started again in the middle.
    private func upgrade(_ lab: Lab, _ controller: inout RunningProgram) async throws {
        try lab.edit("parameters.yaml") { $0.replacingOccurrences(of: "\"1\"", with: "\"2\"") }
        try await lab.command("plan")
        try await lab.command("apply", "3")
        try await lab.until("timeline", "beta", says: "note the upgrade changed", seconds: 120)
        #expect(try await lab.command("run", "show", "run-3").contains("running"), "the upgrade is under way")
        controller.signal(SIGKILL)
        try await Task.sleep(for: .seconds(3))
        controller = try await lab.startController()
        try await lab.command("run", "wait", "--timeout", "10m", seconds: 610)
        #expect(try await lab.ask("alpha", port: 8081, path: "/version") == "v2\n")
        #expect(try await lab.ask("beta", port: 8080, path: "/version") == "v2\n")
        let nodes = try await lab.nodes()
        #expect(nodes.map(\.generation) == [3, 3])
        #expect(nodes.map(\.role) == ["control", "worker"])
    }

    /// The shipped runbook on the one worker, which stays what it was; then one that fails.
    private func askWorkers(_ lab: Lab) async throws {
        let shown = try await lab.command("runbook", "show", "check-workers")
        #expect(shown.contains("every unit is up"), "\(shown)")
        let run = try await lab.command(
            "runbook",
            "run",
            "check-workers",
            "--wait",
            "--timeout",
            "5m",
            seconds: 310
        )
        #expect(run.contains("succeeded") && run.contains("beta") && !run.contains("alpha"), "\(run)")
        let timeline = try await lab.command("timeline", "beta")
        #expect(timeline.contains("run-4: first runs the runbook check-workers"), "\(timeline)")
        try await lab.until("timeline", "beta", says: "rackwright-web.service", seconds: 60)
        #expect(try await lab.nodes().map(\.generation) == [3, 4])
        #expect(try await lab.command("plan").contains("nothing to do"))

        let wanting = try await lab.rackwright(
            "runbook",
            "run",
            "check-workers",
            "--set",
            "expected=[\"rackwright-nothing.service\"]",
            "--wait",
            "--timeout",
            "5m",
            seconds: 310
        )
        #expect(wanting.status != 0 && wanting.errors.contains("there is no unit rackwright-nothing.service"))
        let beta = try #require(try await lab.nodes().last)
        #expect(beta.state == "active" && beta.generation == 4, "nothing was changed, and it does its work on")
        #expect(try await lab.command("plan").contains("nothing to do"))
    }

    /// Version 3 of web has no `/healthz`: the node rolls back by itself.
    private func badUpgrade(_ lab: Lab) async throws {
        try lab.edit("parameters.yaml") { text in
            text.replacingOccurrences(of: "web:\n  version: \"2\"", with: "web:\n  version: \"3\"")
        }
        let plan = try await lab.command("plan")
        #expect(plan.contains("upgrade beta") && !plan.contains("upgrade alpha"), "\(plan)")
        try await lab.command("apply", "6")
        let run = try await lab.rackwright("run", "wait", "--timeout", "10m", seconds: 610)
        #expect(run.status != 0, "the run stops: \(run.output)")
        #expect(try await lab.command("run", "show", "run-6").contains("failed"))
        #expect(try await lab.ask("beta", port: 8080, path: "/version") == "v2\n", "version 2 answers again")
        let beta = try #require(try await lab.nodes().last)
        #expect(beta.state == "active" && beta.generation == 4)
        let explained = try await lab.command("explain", "beta")
        #expect(explained.contains("healthz") && explained.contains("web"), "\(explained)")
    }

    private func lookAround(_ lab: Lab) async throws {
        let timeline = try await lab.command("timeline", "beta")
        for station in ["DISCOVER", "snponly.efi", "vmlinuz", "inventory", "web: done", "rolled back"] {
            #expect(timeline.contains(station), "the timeline lacks \(station)")
        }
        #expect(!timeline.contains("kernel loaded from"), "beta started its disk by a reset")
        #expect(try await lab.command("timeline", "alpha").contains("kernel loaded from"), "alpha started it by kexec")
    }

    /// What is really on the disks.
    private func readDisks(_ lab: Lab) async throws {
        let alpha = try #require(lab.rack.machine(named: "alpha"))
        let beta = try #require(lab.rack.machine(named: "beta"))
        let disk = try #require(beta.diskFiles.last)
        let files = try await lab.root(of: disk)
        #expect(try await lab.file("/etc/hostname", on: files) == "beta\n")
        let web = try await lab.file("/etc/rackwright-demo/web.conf", on: files)
        #expect(web.contains("node = beta") && web.contains("role = worker") && web.contains("version = 2"), "\(web)")
        #expect(try await lab.file("/var/lib/rackwright-demo/directory-version", on: files) == "v1\n")
        let upgrades = try await lab.file("/var/lib/rackwright-demo/upgrades", on: files)
        #expect(upgrades.hasPrefix("web 2 generation 3\n"), "the upgrade was done: \(upgrades)")
        #expect(upgrades.split(separator: "\n").count { $0 == "web 2 generation 3" } == 1, "and once: \(upgrades)")
        let root = try #require(alpha.diskFiles.first)
        let filesOfAlpha = try await lab.root(of: root)
        let upgradesOfAlpha = try await lab.file("/var/lib/rackwright-demo/upgrades", on: filesOfAlpha)
        #expect(upgradesOfAlpha == "directory 2 generation 3\n")
        for (file, size) in [(root, 3 << 30), (disk, 4 << 30)] {
            let verified = try await LabProgram().run(["/usr/sbin/sgdisk", "--verify", file])
            #expect(verified.output.contains("No problems found"), "the table fits the disk: \(verified.output)")
            let octets = try await lab.octetsOfRoot(on: file)
            #expect(octets.fileSystem > size - 200 << 20, "the root fills the disk: \(octets)")
            #expect(octets.partition - octets.fileSystem < 1 << 20, "the file system fills its partition: \(octets)")
        }
        let other = try #require(beta.diskFiles.first)
        let blank = try FileHandle(forReadingFrom: URL(filePath: other)).read(upToCount: 1 << 20)
        #expect(blank?.allSatisfy { $0 == 0 } == true, "the other disk of beta is untouched")
    }
}

import Foundation
import OperatorAPI
import TestSupport
import Testing
import VirtualRack

extension Machines {
    /// Machines behind BMCs that others wrote, which really boot by them.
    @Test(
        .enabled(
            if: ForeignBMCs.environment != nil,
            "virtualbmc and sushy-emulator cannot be had from the package index"
        ),
        .timeLimit(.minutes(15))
    )
    func machinesBehindForeignBMCsAreBootedAndRead() async throws {
        try await Lab.run(RackDefinition(network: Lab.network, machines: [])) { lab in
            let controller = try await lab.startController()
            defer { controller.signal(SIGKILL) }
            let foreign = try await ForeignBMCs(in: lab)
            defer { foreign.stop() }
            var csv = "name,bmc_protocol,bmc_address,bmc_user,bmc_password,mac\n"
            for machine in ForeignBMCs.machines {
                csv += "\(machine.name),\(machine.transport),\(machine.address),admin,secret,\(machine.mac)\n"
            }
            try csv.write(toFile: lab.folder + "/nodes.csv", atomically: true, encoding: .utf8)
            try await lab.command("node", "enroll", lab.folder + "/nodes.csv")
            try await lab.command(
                "node",
                "wait",
                "--all",
                "--state",
                "manageable",
                "--timeout",
                "2m",
                seconds: 150
            )
            do {
                try await bootFromTheDrive(lab)
                try await inspect(lab)
            } catch {
                throw Lab.Failure(text: "\(error)\n\(foreign.log)")
            }
            for machine in ForeignBMCs.machines.prefix(2) {
                let shown = try await lab.command("inventory", "show", machine.name)
                #expect(shown.contains(machine.mac), "\(shown)")
                let timeline = try await lab.command("timeline", machine.name)
                #expect(timeline.contains("boot device asked for: pxe, once"), "\(timeline)")
            }
            // As the BMCs tell it, which are asked within a minute.
            for _ in 0..<90 where try await lab.nodes().contains(where: { $0.power != "on" }) {
                try await Task.sleep(for: .seconds(1))
            }
            let nodes = try await lab.nodes()
            #expect(nodes.map(\.power) == ["on", "on", "on"], "\(nodes)")
            try await lab.command("bmc", "power", "sushy-2", "off", seconds: 150)
            #expect(try await lab.command("bmc", "power", "sushy-2").contains("the power is off"))
        }
    }

    /// A machine whose card has no boot code asks for an address all the same: the image in its drive does.
    private func bootFromTheDrive(_ lab: Lab) async throws {
        let inserted = try await lab.command(
            "bmc",
            "media",
            "sushy-2",
            "--insert",
            ForeignBMCs.image,
            "--boot-once",
            seconds: 150
        )
        #expect(inserted.contains("cd"), "\(inserted)")
        try await lab.command("bmc", "power", "sushy-2", "on", seconds: 150)
        try await lab.until("timeline", "sushy-2", says: "stage iPXE", seconds: 120)
        let media = try await lab.command("bmc", "media", "sushy-2")
        #expect(media.contains("iso"), "\(media)")
    }

    private func inspect(_ lab: Lab) async throws {
        let names = ForeignBMCs.machines.prefix(2).map(\.name)
        for name in names { try await lab.command("node", "inspect", name) }
        for name in names {
            try await lab.command("node", "wait", name, "--state", "available", "--timeout", "6m", seconds: 370)
        }
    }
}

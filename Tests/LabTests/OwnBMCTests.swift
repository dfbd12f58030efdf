import Foundation
import Logging
import TestSupport
import Testing
import VirtualRack

extension Machines {
    /// A machine whose IPMI BMC is VirtualRack's own, from the first character that its firmware writes.
    @Test(.timeLimit(.minutes(10)))
    func machinesThatAreSwitchedAndWatchedByTheirOwnIPMIBMC() async throws {
        var machine = Lab.machine("own", 1, firmware: .bios)
        machine.memoryMiB = 256
        machine.bmc = RackDefinition.BMC(
            transport: .ipmi,
            implementation: .own,
            address: "10.77.0.31",
            username: "admin",
            password: "pw-own"
        )
        let network = RackDefinition.Network(namespace: Lab.namespace)
        let folder = "/tmp/rwown"
        try? FileManager.default.removeItem(atPath: folder)
        let rack = try VirtualRack(
            definition: RackDefinition(network: network, machines: [machine]),
            stateFolder: folder,
            logger: Logger(label: "rack")
        )
        try await rack.start()
        do {
            try await watch(rack, folder: folder)
        } catch {
            await rack.stop()
            throw error
        }
        await rack.stop()
    }

    /// The controller knows, questions and boots a machine through an IPMI BMC that is slow and loses answers.
    @Test(.timeLimit(.minutes(15)))
    func machinesThatAreInspectedThroughASlowIPMIBMC() async throws {
        var machine = Lab.machine("own", 1, firmware: .bios)
        // With a part of each kind, which the same inspection has to tell of.
        machine.addParts()
        machine.bmc = RackDefinition.BMC(
            transport: .ipmi,
            implementation: .own,
            address: "10.77.0.31",
            username: "admin",
            password: "pw-own",
            faults: [.slowAnswers(.milliseconds(1200)), .lostAnswers(every: 9)]
        )
        try await Lab.run(RackDefinition(network: Lab.network, machines: [machine])) { lab in
            let controller = try await lab.startController()
            defer { controller.signal(SIGKILL) }
            try await lab.enroll([machine])
            let switches = try lab.speakLLDP()
            defer { switches.signal(SIGKILL) }
            try await lab.inspectAll(minutes: 10)
            try await lab.lookAtParts(of: "own")
            try await lab.burnIn("own")
            let inventory = try await lab.command("inventory", "show", "own", "-o", "json")
            #expect(inventory.contains(machine.serial))
            let timeline = try await lab.command("timeline", "own")
            #expect(timeline.contains("IPMI 2.0, cipher suite 17"), "\(timeline)")
            lab.rack.machine(named: "own")?.faults.clear()
            let sensors = try await lab.command("bmc", "sensors", "own")
            #expect(sensors.contains("CPU Temp") && sensors.contains("12V"), "\(sensors)")
            let parts = try await lab.command("bmc", "fru", "own")
            #expect(parts.contains(machine.serial) && parts.contains("B-\(machine.serial)"), "\(parts)")
            let events = try await lab.command("bmc", "sel", "own")
            #expect(events.contains("Log Area Cleared") && events.contains("Power Off, ended"), "\(events)")
        }
    }

    private func watch(_ rack: VirtualRack, folder: String) async throws {
        let machine = try #require(rack.machine(named: "own"))
        let program = LabProgram(environment: ["IPMI_PASSWORD": "pw-own", "HOME": folder])
        let inside = ["ip", "netns", "exec", Lab.namespace]
        func ipmitool(_ words: String...) async throws -> String {
            let words = ["ipmitool", "-I", "lanplus", "-H", "10.77.0.31", "-U", "admin", "-E", "-C", "17"] + words
            return try await program.run(inside + words).output
        }
        #expect(try await ipmitool("chassis", "power", "status") == "Chassis Power is off\n")
        let ping = try await program.run(inside + ["rmcpping", "-c", "1", "10.77.0.31"])
        #expect(ping.output.contains("1 pongs received"), "\(ping.output)\(ping.errors)")

        // The console is there before the machine has power; Ctrl-B stops iPXE at its prompt.
        let console = Task {
            let activate = "ipmitool -I lanplus -H 10.77.0.31 -U admin -E -C 17 sol activate"
            let typing =
                "for i in $(seq 60); do sleep 0.5; printf '\\002'; done; printf '\\r'; sleep 2; printf '\\r~.'; sleep 1"
            let command = "(\(typing)) | script --quiet --echo never --command '\(activate)' /dev/null"
            return try await program.run(inside + ["bash", "-c", command], seconds: 120).output
        }
        try await Task.sleep(for: .seconds(3))
        #expect(try await ipmitool("chassis", "power", "on") == "Chassis Power Control: Up/On\n")
        let shown = try await console.value
        #expect(shown.contains("SOL Session operational"), "\(shown)")
        #expect(shown.contains("SeaBIOS"), "\(shown)")
        #expect(shown.contains("iPXE>"), "what was typed reached the machine: \(shown)")
        let log = try String(decoding: Data(contentsOf: URL(filePath: machine.serialLog)), as: UTF8.self)
        #expect(log.contains("start 1, boot order") && log.contains("SeaBIOS") && log.contains("iPXE>"))

        // FreeIPMI's console on the same BMC.
        let settings = "\(folder)/freeipmi.conf"
        try "username admin\npassword pw-own\n".write(toFile: settings, atomically: true, encoding: .utf8)
        let typing = "sleep 3; printf 'show version\\r'; sleep 3; printf '&.'; sleep 1"
        let other = "ipmiconsole --config-file \(settings) -h 10.77.0.31 -I 17"
        let command = "(\(typing)) | script --quiet --echo never --command '\(other)' /dev/null"
        let answered = try await program.run(inside + ["bash", "-c", command], seconds: 60)
        #expect(answered.output.contains("builtin/version"), "\(answered.output)\(answered.errors)")

        let path = "/machines/own/faults"
        let said = try await VirtualRack.ask(stateFolder: folder, path: path, body: "wrong-power-state for 600s")
        #expect(said == "wrong-power-state\n")
        #expect(try await ipmitool("chassis", "power", "status") == "Chassis Power is off\n")
        #expect(try await VirtualRack.ask(stateFolder: folder, path: path, body: "clear") == "")
        #expect(try await ipmitool("chassis", "power", "status") == "Chassis Power is on\n")
        #expect(try await VirtualRack.ask(stateFolder: folder, path: path, body: "melted").contains("not understood"))

        _ = try await ipmitool("chassis", "bootdev", "pxe")
        #expect(await machine.bootOverride == BootOverride(target: .network, duration: .once))
        _ = try await ipmitool("chassis", "power", "reset")
        for _ in 0..<100 {
            if await machine.starts == 2 { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(await machine.starts == 2)
        #expect(await machine.bootOverride == .disabled)
        _ = try await ipmitool("chassis", "power", "off")
        for _ in 0..<100 {
            if await machine.power == .off { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(try await ipmitool("chassis", "power", "status") == "Chassis Power is off\n")
    }
}

import Foundation
import TestSupport
import Testing
import VirtualRack

extension Machines {
    /// A machine's console by serial over LAN, with cipher suite 17: what the kernel says, and what it does when told.
    @Test(.timeLimit(.minutes(10)))
    func aMachinesConsoleIsRecordedAndAnswersWhatIsTyped() async throws {
        var machine = Lab.machine("delta", 4, firmware: .bios)
        machine.bmc.transport = .ipmi
        machine.bmc.implementation = .own
        try await Lab.run(RackDefinition(network: Lab.network, machines: [machine])) { lab in
            let controller = try await lab.startController()
            defer { controller.signal(SIGKILL) }
            try await lab.enroll([machine])
            let timeline = try await lab.command("timeline", "delta")
            #expect(timeline.contains("IPMI 2.0, cipher suite 17"), "\(timeline)")
            try await lab.command("console", "delta", "--record", "on")
            try await lab.inspectAll(minutes: 5)
            let recorded = try await lab.command("console", "delta", "--log", "--limit", "1000000")
            #expect(recorded.contains("Linux version"), "\(recorded.suffix(2000))")

            // A break and a letter: the kernel says what else it may be asked (Documentation/admin-guide/sysrq.rst).
            let words = "(sleep 2; printf '~B'; sleep 0.5; printf h; sleep 3) | \(lab.programs)rackwright console delta"
            let typed = try await LabProgram(environment: lab.environment).run(["/bin/sh", "-c", words], seconds: 60)
            #expect(typed.status == 0, "\(typed.errors)")
            #expect(typed.output.contains("sysrq: HELP"), "\(typed.output)\(typed.errors)")
            #expect(typed.errors.contains("attached to delta"))
            #expect(try await lab.command("console", "delta", "--log").contains("sysrq: HELP"))
        }
    }
}

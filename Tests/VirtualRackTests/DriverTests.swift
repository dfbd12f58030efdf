import BMC
import BMCIPMI
import IPMI
import Testing

@testable import VirtualRack

/// Rackwright's own driver and gate against the BMC, in health and with every fault.
@Suite(.timeLimit(.minutes(5)))
struct DriverTests {
    private func gate(
        _ bmc: LoopbackBMC,
        attempts: Int = 1,
        patience: Duration...,
        password: String = LoopbackBMC.password
    ) -> BMCGate {
        // On loopback nothing is lost: who waits for long asks once, however busy the machine is.
        let connector = IPMIConnector(patience: patience.isEmpty ? [.seconds(20)] : patience)
        return BMCGate(
            endpoint: BMCEndpoint(
                protocol: .ipmi,
                address: "127.0.0.1",
                port: bmc.port,
                username: "admin",
                password: Secret(password)
            ),
            policy: BMCPolicy(
                attempts: attempts,
                pause: .milliseconds(50),
                powerDeadline: .seconds(1),
                powerPoll: .milliseconds(50)
            ),
            connect: { try await connector.connect($0) }
        )
    }

    private func expect(
        _ kind: BMCError.Kind,
        at place: SourceLocation = #_sourceLocation,
        from body: () async throws -> Void
    ) async {
        do {
            try await body()
            Issue.record("it succeeded and should be \(kind)", sourceLocation: place)
        } catch {
            #expect((error as? BMCError)?.kind == kind, "\(error)", sourceLocation: place)
        }
    }

    // MARK: In health

    @Test(arguments: ["short-1A", "twenty-octets-Long-1"])
    func aNewPasswordIsTakenAndTheOldOneIsNoGoodAnyMore(password: String) async throws {
        try await LoopbackBMC.with { bmc async throws in
            try await gate(bmc).setPassword(Secret(password))
            await expect(.wrongCredentials) { _ = try await gate(bmc).powerState() }
            #expect(try await gate(bmc, password: password).powerState() == .off)
            await expect(.refused) {
                try await gate(bmc, password: password).setPassword(Secret("more-than-twenty-octets"))
            }
        }
    }

    @Test(arguments: CipherSuite.allCases)
    func everythingIsReadAndDone(suite: CipherSuite) async throws {
        try await LoopbackBMC.with(suites: [suite]) { bmc async throws in
            let gate = gate(bmc)
            let identity = try await gate.identify()
            #expect(identity.interface == "IPMI 2.0, cipher suite \(suite.rawValue)")
            #expect(identity.uuid == bmc.definition.uuid)
            #expect(try await gate.ensurePower(.on).changed)
            #expect(bmc.machine.power == .on)
            let wanted = BootSetting(device: .pxe, persistence: .continuous, mode: .uefi)
            let outcome = try await gate.ensureBootDevice(wanted)
            #expect(outcome.warnings.isEmpty, "\(outcome.warnings)")
            #expect(bmc.machine.bootOverride == BootOverride(target: .network, duration: .continuous))
            try await gate.restart()
            try await eventually { bmc.machine.now.resets == 1 }
            #expect(bmc.machine.now.lastOrder == .networkFirst)

            let sensors = try await gate.sensors()
            #expect(sensors.remarks.isEmpty)
            #expect(Set(["CPU Temp", "Fan 1", "12V", "PS 1"]).isSubset(of: sensors.sensors.map(\.name)))
            let parts = try await gate.inventory()
            #expect(parts.map(\.serialNumber) == [bmc.definition.serial], "\(parts)")
            let log = try await gate.eventLog(limit: 10)
            #expect(log.total == 2)
            try await gate.clearEventLog()
            #expect(try await gate.eventLog(limit: 10).total == 0)
        }
    }

    /// Each login is closed: there are more of them than sessions.
    @Test func manyLoginsInARowFindAFreeSession() async throws {
        try await LoopbackBMC.with { bmc async throws in
            let gate = gate(bmc)
            for _ in 0..<12 { #expect(try await gate.powerState() == .off) }
        }
    }

    @Test func aWrongPasswordIsToldApartFromSilence() async throws {
        try await LoopbackBMC.with { bmc async throws in
            let wrong = gate(bmc, password: "not-it")
            await expect(.wrongCredentials) { _ = try await wrong.powerState() }
            await expect(.gateShut) { _ = try await wrong.powerState() }
        }
    }

    // MARK: With faults

    @Test func aSlowBMCIsWaitedFor() async throws {
        try await LoopbackBMC.with { bmc async throws in
            bmc.faults.set(.slowAnswers(.milliseconds(600)))
            let patient = gate(bmc, patience: .milliseconds(400), .milliseconds(1000))
            #expect(try await patient.powerState() == .off, "each answer comes after the second sending")
            bmc.faults.set(.slowAnswers(.seconds(30)))
            await expect(.timeout) { _ = try await gate(bmc, patience: .milliseconds(50)).powerState() }
        }
    }

    @Test func anOrderThatIsRepeatedBecauseItsAnswerWasLateIsCarriedOutOnce() async throws {
        try await LoopbackBMC.with { bmc async throws in
            await bmc.machine.powerOn()
            bmc.faults.set(.slowAnswers(.milliseconds(600)))
            try await gate(bmc, patience: .milliseconds(400), .milliseconds(1000)).restart()
            try await eventually { bmc.machine.now.resets > 0 }
            #expect(bmc.machine.now.resets == 1)
        }
    }

    @Test func lostAnswersAreAskedForAgain() async throws {
        try await LoopbackBMC.with { bmc async throws in
            bmc.faults.set(.lostAnswers(every: 2))
            let hasty = gate(bmc, patience: .milliseconds(300))
            #expect(try await hasty.ensurePower(.on).changed)
            #expect(bmc.machine.now.starts == 1)
            #expect(try await hasty.sensors().sensors.count > 5)
            bmc.faults.set(.lostAnswers(every: 1))
            await expect(.timeout) { _ = try await gate(bmc, patience: .milliseconds(50)).powerState() }
        }
    }

    @Test func aBusyBMCIsBusyAndNotWrong() async throws {
        try await LoopbackBMC.with { bmc async throws in
            bmc.faults.set(.unavailable)
            let gate = gate(bmc)
            await expect(.busy) { _ = try await gate.powerState() }
            bmc.faults.clear()
            #expect(try await gate.powerState() == .off, "the gate did not shut")
        }
    }

    @Test func aBMCThatIsBusyForATimeIsWaitedFor() async throws {
        try await LoopbackBMC.with { bmc async throws in
            #expect(bmc.faults.order("unavailable for 0.6s", at: .now))
            #expect(try await gate(bmc).powerState() == .off)
        }
    }

    @Test func aSessionThatIsDroppedIsATimeoutAndTheNextLoginWorks() async throws {
        try await LoopbackBMC.with { bmc async throws in
            bmc.faults.set(.droppedSession)
            await expect(.timeout) { _ = try await gate(bmc, patience: .milliseconds(250)).powerState() }
            #expect(bmc.faults.inForce(at: .now).isEmpty, "it happens once")
            bmc.faults.set(.droppedSession)
            #expect(try await gate(bmc, attempts: 2, patience: .milliseconds(400)).powerState() == .off)
        }
    }

    @Test func aPowerStateThatIsToldWronglyIsNotTakenForSuccess() async throws {
        try await LoopbackBMC.with { bmc async throws in
            await bmc.machine.powerOn()
            bmc.faults.set(.wrongPowerState)
            let gate = gate(bmc)
            #expect(try await gate.powerState() == .off)
            await expect(.notObserved) { _ = try await gate.ensurePower(.on) }
        }
    }

    @Test func anIgnoredBootOverrideIsWarnedOf() async throws {
        try await LoopbackBMC.with { bmc async throws in
            bmc.faults.set(.ignoredBootOverride)
            let outcome = try await gate(bmc).ensureBootDevice(
                BootSetting(device: .pxe, persistence: .once, mode: .uefi)
            )
            #expect(outcome.warnings.contains { $0.contains("reads back as") }, "\(outcome)")
            #expect(bmc.machine.bootOverride == .disabled)
        }
    }

    @Test func aBMCWithoutAFreeSessionIsBusy() async throws {
        try await LoopbackBMC.with { bmc async throws in
            bmc.faults.set(.outOfSessions)
            await expect(.busy) { _ = try await gate(bmc).powerState() }
        }
    }

    @Test func aUserThatIsLockedOutIsRefusedWithTheRightPasswordToo() async throws {
        try await LoopbackBMC.with { bmc async throws in
            bmc.faults.set(.lockOut(after: 2))
            for _ in 0..<2 {
                await expect(.wrongCredentials) { _ = try await gate(bmc, password: "not-it").powerState() }
            }
            await expect(.wrongCredentials) { _ = try await gate(bmc).powerState() }
            bmc.faults.clear("lock-out")
            #expect(try await gate(bmc).powerState() == .off)
        }
    }
}

import BMC
import BMCRedfish
import Foundation
import Testing

@testable import VirtualRack

/// Our own driver beside a BMC with faults: each has its verdict.
struct DriverFaultTests {
    private func withGate(
        certificate: BMCCertificate? = nil,
        policy: BMCPolicy = BMCPolicy(attempts: 1, powerPoll: .milliseconds(50)),
        _ body: (BMCGate, LoopbackBMC, BMCEndpoint) async throws -> Void
    ) async throws {
        try await withService { service, port in
            let endpoint = BMCEndpoint(
                protocol: .redfish,
                address: "127.0.0.1",
                port: port,
                username: "admin",
                password: Secret("secret"),
                certificate: certificate ?? .caFile(service.certificateFile)
            )
            try await body(Self.gate(endpoint, policy), service, endpoint)
        }
    }

    private static func gate(
        _ endpoint: BMCEndpoint,
        _ policy: BMCPolicy = BMCPolicy(attempts: 1, powerPoll: .milliseconds(50))
    ) -> BMCGate {
        BMCGate(endpoint: endpoint, policy: policy) { try await RedfishConnector().connect($0) }
    }

    private func expectOff(_ gate: BMCGate) async throws {
        let power = try await gate.powerState()
        #expect(power == .off)
    }

    private static func kind(_ body: () async throws -> Void) async -> BMCError.Kind? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? BMCError)?.kind
        }
    }

    @Test func withoutFaultsEverythingGoes() async throws {
        try await withGate { gate, service, _ in
            let identity = try await gate.identify()
            #expect(identity.uuid == uefiMachine.uuid)
            #expect(identity.serialNumber == uefiMachine.serial)
            #expect(try await gate.ensurePower(.on) == .init(changed: true))
            #expect(await service.machine.power == .on)
            let boot = try await gate.ensureBootDevice(BootSetting(device: .pxe, persistence: .once))
            #expect(boot.warnings == [])
            try await gate.restart()
            #expect(await service.machine.history.map(\.order) == [.diskFirst, .networkFirst])
            #expect(try await gate.ensurePower(.off, gracefully: true) == .init(changed: true))
            #expect(await service.bmc.state.sessions.isEmpty, "each operation logs out")
        }
    }

    @Test func readingsPartsAndTheLogAreThoseOfTheMachine() async throws {
        try await withGate { gate, _, _ in
            _ = try await gate.ensurePower(.on)
            let sensors = try await gate.sensors()
            #expect(sensors.sensors.contains { $0.name == "Inlet" && $0.value == 22.5 })
            let parts = try await gate.inventory()
            #expect(parts.contains { $0.serialNumber == "VD2" })
            let log = try await gate.eventLog(limit: 10)
            #expect(log.events.map(\.text) == ["The machine started, for the 1. time."])
            try await gate.clearEventLog()
            #expect(try await gate.eventLog(limit: 10).events.isEmpty)
        }
    }

    @Test func aSlowBMCIsWaitedForUntilTheDeadline() async throws {
        try await withGate { gate, service, _ in
            service.machine.faults.set(.slowAnswers(.milliseconds(200)))
            try await expectOff(gate)
        }
        try await withGate(policy: BMCPolicy(attempts: 1, deadline: .milliseconds(500))) { gate, service, _ in
            service.machine.faults.set(.slowAnswers(.seconds(2)))
            #expect(await Self.kind { _ = try await gate.powerState() } == .timeout)
        }
    }

    @Test func anUnavailableServiceIsBusyAndAskedAgain() async throws {
        try await withGate { gate, service, _ in
            service.machine.faults.set(.unavailable)
            #expect(await Self.kind { _ = try await gate.powerState() } == .busy)
        }
        let policy = BMCPolicy(attempts: 8, pause: .milliseconds(100))
        try await withGate(policy: policy) { gate, service, _ in
            service.machine.faults.set(.unavailable, until: .now + .milliseconds(300))
            try await expectOff(gate)
        }
    }

    @Test func aPowerStateThatIsWrongForATimeIsWaitedOut() async throws {
        try await withGate { gate, service, _ in
            try await gate.restart()
            #expect(await service.machine.power == .on)
            // The BMC says "off" to a machine that is on, so it is asked to start it, which changes nothing.
            service.machine.faults.set(.wrongPowerState, until: .now + .seconds(2))
            #expect(try await gate.ensurePower(.on).changed)
            #expect(await service.machine.history.count == 1)
        }
        let policy = BMCPolicy(attempts: 1, powerDeadline: .milliseconds(300), powerPoll: .milliseconds(50))
        try await withGate(policy: policy) { gate, service, _ in
            await service.machine.powerOn()
            service.machine.faults.set(.wrongPowerState)
            #expect(await Self.kind { _ = try await gate.ensurePower(.on) } == .notObserved)
        }
    }

    @Test func anIgnoredBootOverrideIsAWarning() async throws {
        try await withGate { gate, service, _ in
            service.machine.faults.set(.ignoredBootOverride)
            let outcome = try await gate.ensureBootDevice(BootSetting(device: .pxe, persistence: .once))
            #expect(outcome.found.device == BootDevice.none)
            #expect(outcome.warnings.contains { $0.contains("reads back") })
            #expect(await service.machine.firmware.bootOverride == .disabled)
        }
    }

    @Test func aSessionThatEndsInTheMiddleIsOpenedAnew() async throws {
        try await withGate { gate, service, _ in
            service.machine.faults.set(.droppedSession)
            try await expectOff(gate)
            #expect(service.machine.faults.inForce(at: .now).isEmpty, "the fault was met")
        }
    }

    @Test func withoutAFreeSessionThePasswordGoesAlong() async throws {
        try await withGate { gate, service, _ in
            service.machine.faults.set(.outOfSessions)
            let identity = try await gate.identify()
            #expect(identity.remarks.contains { $0.contains("no session") })
        }
    }

    @Test func aLostAnswerIsNoAnswer() async throws {
        try await withGate { gate, service, _ in
            service.machine.faults.set(.lostAnswers(every: 1))
            let kind = await Self.kind { _ = try await gate.powerState() }
            #expect([.unreachable, .timeout, .protocolError].contains(kind))
        }
        let policy = BMCPolicy(attempts: 6, pause: .milliseconds(10))
        try await withGate(policy: policy) { gate, service, _ in
            service.machine.faults.set(.lostAnswers(every: 5))
            try await expectOff(gate)
        }
    }

    @Test func aLockedOutAccountShutsTheGate() async throws {
        try await withGate { gate, service, endpoint in
            service.machine.faults.set(.lockOut(after: 1))
            var wrong = endpoint
            wrong.password = Secret("wrong")
            #expect(await Self.kind { _ = try await Self.gate(wrong).identify() } == .wrongCredentials)
            #expect(await Self.kind { _ = try await gate.identify() } == .wrongCredentials)
            #expect(await Self.kind { _ = try await gate.identify() } == .gateShut)
            service.machine.faults.clear("lock-out")
            await gate.reopen()
            let identity = try await gate.identify()
            #expect(identity.uuid == uefiMachine.uuid)
        }
    }

    @Test func anExpiredCertificateIsNotTrusted() async throws {
        try await withGate { gate, service, _ in
            try await expectOff(gate)
            service.machine.faults.set(.expiredCertificate)
            #expect(await Self.kind { _ = try await gate.powerState() } == .untrusted)
            service.machine.faults.clear()
            try await expectOff(gate)
        }
    }

    @Test func aCertificateThatChangedAfterItWasPinnedIsNotTrusted() async throws {
        try await withGate(certificate: .firstUse) { gate, service, endpoint in
            let seen = try #require(try await gate.identify().certificateSHA256)
            var pinned = endpoint
            pinned.certificate = .pinned(seen)
            let pinnedGate = Self.gate(pinned)
            try await expectOff(pinnedGate)
            service.machine.faults.set(.changedCertificate)
            #expect(await Self.kind { _ = try await pinnedGate.powerState() } == .untrusted)
            #expect(try await gate.identify().certificateSHA256 != seen)
            service.machine.faults.clear()
            try await expectOff(pinnedGate)
        }
    }
}

import BMC
import BMCIPMI
import Testing

/// The driver and the gate against OpenIPMI's simulator, which does cipher suite 3 and refuses 17.
@Suite(.enabled(if: Simulator.isInstalled), .serialized, .timeLimit(.minutes(5)))
struct IPMIDriverTests {
    private func gate(_ simulator: Simulator, password: String = "secret") -> BMCGate {
        let connector = IPMIConnector(patience: [.milliseconds(500)])
        return BMCGate(
            endpoint: endpoint(simulator, password: password),
            policy: BMCPolicy(attempts: 10, powerPoll: .milliseconds(100)),
            connect: { try await connector.connect($0) }
        )
    }

    private func endpoint(_ simulator: Simulator, password: String) -> BMCEndpoint {
        BMCEndpoint(
            protocol: .ipmi,
            address: "127.0.0.1",
            port: simulator.port,
            username: "admin",
            password: Secret(password)
        )
    }

    @Test func aMachineIsSwitchedAndItsBootDeviceSet() async throws {
        let simulator = try Simulator()
        defer { simulator.end() }
        let gate = gate(simulator)

        let identity = try await gate.identify()
        #expect(identity.interface == "IPMI 2.0, cipher suite 3")
        #expect(try await gate.powerState() == .off)
        #expect(try await gate.ensurePower(.on).changed)
        #expect(simulator.told("power") == "1")
        #expect(try await gate.powerState() == .on)
        #expect(try await gate.ensurePower(.on).changed == false)
        try await gate.restart()
        #expect(simulator.told("reset") == "1")

        let outcome = try await gate.ensureBootDevice(BootSetting(device: .pxe, persistence: .once, mode: .legacy))
        #expect(simulator.told("boot") == "pxe")
        // The simulator keeps the device and drops the bit that makes the flags valid.
        #expect(outcome.warnings.first?.contains("\"pxe, once, legacy\" and are marked invalid") == true)

        #expect(try await gate.ensurePower(.off).changed)
        #expect(simulator.told("power") == "0")

        let error = await #expect(throws: BMCError.self) {
            _ = try await gate.ensureBootDevice(BootSetting(device: .httpBoot))
        }
        #expect(error?.kind == .refused)
    }

    @Test func aWrongPasswordShutsTheGateAndTheRightOneOpensIt() async throws {
        let simulator = try Simulator()
        defer { simulator.end() }
        let gate = gate(simulator)
        #expect(try await gate.powerState() == .off)

        await gate.update(endpoint(simulator, password: "wrong"))
        let error = await #expect(throws: BMCError.self) { _ = try await gate.powerState() }
        #expect(error?.kind == .wrongCredentials)
        let second = await #expect(throws: BMCError.self) { _ = try await gate.powerState() }
        #expect(second?.kind == .gateShut)
        #expect(!"\(error as Any) \(second as Any)".contains("wrong\""))

        await gate.update(endpoint(simulator, password: "secret"))
        #expect(try await gate.powerState() == .off)
    }

    @Test func anUnknownUserIsWrongCredentials() async throws {
        let simulator = try Simulator()
        defer { simulator.end() }
        let gate = gate(simulator)
        _ = try await gate.powerState()
        var stranger = endpoint(simulator, password: "secret")
        stranger.username = "stranger"
        await gate.update(stranger)
        let error = await #expect(throws: BMCError.self) { _ = try await gate.powerState() }
        #expect(error?.kind == .wrongCredentials)
    }

    /// More logins than the simulator has sessions: each must be closed.
    @Test func manyLoginsInARowFindAFreeSession() async throws {
        let simulator = try Simulator()
        defer { simulator.end() }
        let gate = gate(simulator)
        for _ in 0..<40 {
            #expect(try await gate.powerState() == .off)
        }
    }

    @Test func nobodyThereIsATimeoutOrUnreachable() async throws {
        let simulator = try Simulator()
        simulator.end()
        let connector = IPMIConnector(patience: [.milliseconds(50)])
        let error = await #expect(throws: BMCError.self) {
            _ = try await connector.connect(endpoint(simulator, password: "secret"))
        }
        #expect([.timeout, .unreachable].contains(error?.kind))
    }
}

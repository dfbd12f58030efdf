import BMC
import BMCIPMI
import Foundation
import Testing

/// A machine's console by way of the gate, with OpenIPMI's simulator and a machine that answers in capitals.
@Suite(.enabled(if: Simulator.isInstalled), .serialized, .timeLimit(.minutes(5)))
struct GateConsoleTests {
    private func gate(_ simulator: Simulator, password: String = "secret") -> BMCGate {
        let connector = IPMIConnector(patience: [.milliseconds(300)])
        return BMCGate(
            endpoint: BMCEndpoint(
                protocol: .ipmi,
                address: "127.0.0.1",
                port: simulator.port,
                username: "admin",
                password: Secret(password)
            )
        ) { try await connector.connect($0) }
    }

    /// The simulator takes a moment to be there.
    private func wait(for simulator: Simulator) async throws {
        for _ in 0..<100 {
            if (try? await gate(simulator).glance(within: .seconds(5))) != nil { return }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// What comes until the console has written something, or is over.
    private func read(_ console: any BMCConsole, until wanted: String) async -> [BMCConsoleEvent] {
        var events: [BMCConsoleEvent] = []
        for await event in console.events {
            events.append(event)
            if text(events).contains(wanted) { break }
        }
        return events
    }

    private func text(_ events: [BMCConsoleEvent]) -> String {
        String(
            decoding: events.flatMap { event -> [UInt8] in
                guard case .output(let octets) = event else { return [] }
                return octets
            },
            as: UTF8.self
        )
    }

    @Test func aConsoleGoesOnBesideOperationsAndEndsCleanly() async throws {
        let machine = try SerialMachine()
        defer { machine.end() }
        let simulator = try Simulator(serial: machine.port)
        defer { simulator.end() }
        try await wait(for: simulator)
        let gate = gate(simulator)
        let console = try await gate.console()
        await console.type(Array("hello there\r".utf8))
        #expect(text(await read(console, until: "HELLO THERE")).contains("HELLO THERE"))
        #expect(try await gate.powerState() == .off)
        await console.type(Array("still here\r".utf8))
        #expect(text(await read(console, until: "STILL HERE")).contains("STILL HERE"))
        await console.detach()
        #expect(await read(console, until: "never").last == .end(nil))
        let again = try await gate.console()
        await again.type(Array("back\r".utf8))
        let events = await read(again, until: "BACK")
        #expect(text(events).contains("BACK"))
        #expect(!events.contains { if case .note = $0 { true } else { false } }, "nobody had to be thrown out")
        await again.detach()
    }

    @Test func whoIsThrownOutIsTold() async throws {
        let machine = try SerialMachine()
        defer { machine.end() }
        let simulator = try Simulator(serial: machine.port)
        defer { simulator.end() }
        try await wait(for: simulator)
        let first = try await gate(simulator).console()
        let second = try await gate(simulator).console()
        await second.type(Array("mine\r".utf8))
        let events = await read(second, until: "MINE")
        #expect(text(events).contains("MINE"))
        #expect(events.contains(.note("another session had the console: it was ended")))
        await first.detach()
        await second.detach()
    }

    @Test func withoutAConsoleTheReasonIsSaid() async throws {
        let simulator = try Simulator()
        defer { simulator.end() }
        try await wait(for: simulator)
        let error = await #expect(throws: BMCError.self) { _ = try await gate(simulator).console() }
        #expect(error?.kind == .refused)
        #expect(error.map { "\($0)" }?.contains("serial over LAN") == true)
    }

    @Test func wrongCredentialsShutTheGateForConsolesToo() async throws {
        let simulator = try Simulator()
        defer { simulator.end() }
        try await wait(for: simulator)
        let gate = gate(simulator, password: "mistyped")
        for kind in [BMCError.Kind.wrongCredentials, .gateShut] {
            let error = await #expect(throws: BMCError.self) { _ = try await gate.console() }
            #expect(error?.kind == kind)
        }
    }
}

import Foundation
import Testing

@testable import IPMI

/// Serial over LAN with OpenIPMI's simulator, whose machine's serial port is a TCP connection.
@Suite(.enabled(if: Simulator.isInstalled), .serialized, .timeLimit(.minutes(5)))
struct SerialConsoleTests {
    private func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }

    private func open(_ simulator: Simulator) throws -> SerialConsole {
        let console = try retrying { try SerialConsole(port: simulator.port) }
        try console.handle(.attach)
        try console.run { $0.isAttached || $0.ending != nil }
        #expect(console.isAttached)
        return console
    }

    /// The simulator takes a moment to be there.
    private func retrying(_ body: () throws -> SerialConsole) throws -> SerialConsole {
        for _ in 0..<50 {
            do { return try body() } catch { Thread.sleep(forTimeInterval: 0.1) }
        }
        return try body()
    }

    @Test func whatIsTypedReachesTheMachineAndItsWordsTheScreen() throws {
        let machine = try SerialMachine()
        defer { machine.end() }
        let simulator = try Simulator(serial: machine.port)
        defer { simulator.end() }
        let console = try open(simulator)
        // More than the simulator takes at once: 32 octets.
        let typed = (0..<20).map { "line \($0) of what is typed\r" }.joined()
        try console.handle(.typed(Array(typed.utf8)))
        let wanted = typed.uppercased()
        try console.run { text($0.screen).contains(wanted) }
        #expect(text(console.screen).hasSuffix(wanted), "nothing twice, nothing lost")
        try console.handle(.sendBreak)
        try console.handle(.typed(Array("after".utf8)))
        try console.run { text($0.screen).hasSuffix("AFTER") }
        try console.handle(.detach)
        try console.run { $0.ending != nil }
        #expect(console.ending == .detached)
        console.logOut()
    }

    @Test func aConsoleThatAnotherSessionHasIsTakenOver() throws {
        let machine = try SerialMachine()
        defer { machine.end() }
        let simulator = try Simulator(serial: machine.port)
        defer { simulator.end() }
        let first = try open(simulator)
        let second = try open(simulator)
        #expect(second.notes == [.tookOver])
        try second.handle(.typed(Array("mine".utf8)))
        try second.run { text($0.screen).hasSuffix("MINE") }
        try second.handle(.detach)
        try second.run { $0.ending != nil }
        first.logOut()
        second.logOut()
    }
}

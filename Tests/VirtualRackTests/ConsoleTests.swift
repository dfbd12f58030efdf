import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import VirtualRack

/// Serial over LAN between `ipmitool` on a terminal and a machine's serial port.
@Suite(.timeLimit(.minutes(5)))
struct ConsoleTests {
    @Test(arguments: [3, 17])
    func whatIsTypedReachesTheMachineAndItsWordsTheTerminal(suite: Int) async throws {
        try await LoopbackBMC.with { bmc in
            let serial = try SerialPort(path: bmc.serialSocket)
            defer { serial.end() }
            let terminal = try Terminal(bmc, suite, "sol", "activate")
            defer { terminal.end() }
            try await terminal.expect("SOL Session operational")
            serial.write("login: ")
            try await terminal.expect("login: ")
            terminal.type("operator\r")
            try await eventually { serial.text == "operator\r" }
            // More than a packet holds, many times over.
            let lines = (0..<400).map { "line \($0) of the machine's start\r\n" }.joined()
            serial.write(lines)
            try await terminal.expect("line 399 of the machine's start")
            #expect(terminal.text.contains(lines), "nothing twice, nothing lost, in order")

            let second = try Terminal(bmc, suite, "sol", "activate")
            defer { second.end() }
            try await second.expect("SOL payload already active on another session")

            terminal.type("\r~B")
            try await eventually { bmc.machine.now.breaks == 1 }
            terminal.type("\r~.")
            try await terminal.expectEnd()
            let after = try await bmc.ipmitool(suite, "sol", "deactivate")
            #expect(after.text.contains("already de-activated"), "\(after.text)")
        }
    }
}

/// Waits, at most twenty seconds, until something is so.
func eventually(_ isSo: () async throws -> Bool, at place: SourceLocation = #_sourceLocation) async throws {
    for _ in 0..<200 {
        if try await isSo() { return }
        try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("it did not come about within twenty seconds", sourceLocation: place)
}

/// The machine's end of the serial port.
final class SerialPort: Sendable {
    private let descriptor: Int32
    private let heard = Mutex<[UInt8]>([])

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name.prefix($0.count - 1)) }
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0 else { throw POSIXError(.ECONNREFUSED) }
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
                guard count > 0 else { return }
                heard.withLock { $0 += buffer[..<count] }
            }
        }
    }

    var text: String { heard.withLock { String(decoding: $0, as: UTF8.self) } }

    func write(_ text: String) {
        let octets = Array(text.utf8)
        var start = 0
        while start < octets.count {
            let sent = unsafe octets[start...].withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return }
            start += sent
        }
    }

    /// Wakes the thread that reads.
    func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

/// `ipmitool` on a terminal of its own, as `script` gives one.
final class Terminal: Sendable {
    private let program: RunningProgram

    init(_ bmc: LoopbackBMC, _ suite: Int, _ words: String...) throws {
        let command = (["ipmitool"] + bmc.ipmitoolWords(suite) + words).joined(separator: " ")
        program = try RunningProgram(
            [
                "/usr/bin/timeout", "-s", "KILL", "60", "script", "--quiet", "--echo", "never", "--command", command,
                "/dev/null",
            ],
            environment: ProcessInfo.processInfo.environment.merging(["IPMI_PASSWORD": LoopbackBMC.password]) { $1 },
            input: .typed,
            output: .kept
        )
    }

    var text: String { program.output }

    func type(_ text: String) { program.type(text) }

    func expect(_ words: String, at place: SourceLocation = #_sourceLocation) async throws {
        try await eventually({ text.contains(words) }, at: place)
        if !text.contains(words) { Issue.record("the terminal shows: \(text)", sourceLocation: place) }
    }

    func expectEnd(at place: SourceLocation = #_sourceLocation) async throws {
        try await eventually({ !program.isRunning }, at: place)
    }

    func end() { program.end() }
}

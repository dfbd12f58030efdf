import BMC
import BMCIPMI
import Foundation
import Glibc
import IPMI
import Logging
import Octets

@testable import VirtualRack

/// The BMC of a made-up machine on a free port of loopback.
struct LoopbackBMC {
    static let password = "Vr-pass-1234567"

    let machine = MadeUpMachine()
    let faults = BMCFaults()
    let definition: RackDefinition.Machine
    let description: IPMIMachine
    let port: Int
    let folder: URL
    private let bmc: IPMIBMC

    var serialSocket: String { folder.appending(path: "serial.sock").path }

    init(limits: BMCSessions.Limits = BMCSessions.Limits()) async throws {
        definition = RackDefinition.Machine(
            name: "alpha",
            firmware: .uefi,
            uuid: "6f1c3a52-8f0e-4d4b-9c57-2f2d3f6f8a11",
            serial: "VR-0001",
            macs: ["52:54:00:12:34:56"],
            disks: [],
            bmc: .init(
                transport: .ipmi,
                implementation: .own,
                address: "127.0.0.1",
                username: "admin",
                password: Self.password
            )
        )
        let descriptor = try NamespaceSocket.open(namespace: nil, address: 0x7F00_0001, port: 0)
        port = try Self.port(of: descriptor)
        description = try IPMIMachine(definition, on: .init(namespace: "none"), port: UInt16(port))
        folder = FileManager.default.temporaryDirectory.appending(path: "bmc-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        bmc = IPMIBMC(
            machine: machine,
            description: description,
            faults: faults,
            limits: limits,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await bmc.start(on: descriptor, serialSocket: folder.appending(path: "serial.sock").path)
    }

    private static func port(of descriptor: Int32) throws -> Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        guard code == 0 else { throw POSIXError(.EBADF) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    func end() async {
        await bmc.stop()
        try? FileManager.default.removeItem(at: folder)
    }

    /// With a BMC of its own, which is ended afterwards.
    static func with(
        limits: BMCSessions.Limits = BMCSessions.Limits(),
        _ body: (LoopbackBMC) async throws -> Void
    ) async throws {
        let bmc = try await LoopbackBMC(limits: limits)
        do {
            try await body(bmc)
        } catch {
            await bmc.end()
            throw error
        }
        await bmc.end()
    }

    // MARK: Clients

    /// What a foreign client printed, and how it ended. Passwords stand in a file or the environment.
    struct Printed {
        var text: String
        var status: Int32

        /// The value of a line `NAME : value`.
        subscript(name: String) -> String? {
            for line in text.split(separator: "\n") {
                let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                if parts.count == 2, parts[0] == name { return parts[1] }
            }
            return nil
        }

        /// The lines of a table, each cut at the bars.
        var rows: [[String]] {
            text.split(separator: "\n").map { line in
                line.split(separator: "|", omittingEmptySubsequences: false)
                    .map { $0.trimmingCharacters(in: .whitespaces) }
            }
        }
    }

    /// `ipmitool` in lanplus mode with a cipher suite.
    func ipmitool(_ suite: Int, _ words: String..., user: String = "admin", password: String? = nil)
        async throws -> Printed
    {
        try await run(
            "/usr/bin/ipmitool",
            [
                "-I", "lanplus", "-H", "127.0.0.1", "-p", "\(port)", "-U", user, "-E", "-C", "\(suite)", "-N", "2",
                "-R", "2",
            ] + words,
            environment: ["IPMI_PASSWORD": password ?? Self.password]
        )
    }

    /// A program of FreeIPMI by RMCP+ with a cipher suite.
    func freeIPMI(_ program: String, _ suite: Int, _ words: String..., password: String? = nil)
        async throws -> Printed
    {
        let file = folder.appending(path: "freeipmi.conf")
        try """
        username admin
        password \(password ?? Self.password)
        driver-type LAN_2_0
        cipher-suite-id \(suite)
        session-timeout 10000
        retransmission-timeout 1000

        """.write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        return try await run(
            "/usr/sbin/\(program)",
            ["--config-file", file.path, "-h", "127.0.0.1:\(port)"] + words,
            environment: ["HOME": folder.path]
        )
    }

    /// On a thread of its own: the BMC needs those that tests share.
    private func run(_ path: String, _ words: [String], environment: [String: String]) async throws -> Printed {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try Self.run(path, words, environment) })
            }
        }
    }

    private static func run(_ path: String, _ words: [String], _ environment: [String: String]) throws -> Printed {
        let process = Process()
        // Ended even where the test is killed.
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments = ["-s", "KILL", "60", path] + words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Printed(text: text, status: process.terminationStatus)
    }
}

import Foundation
import TestSupport

/// Programs of other people that talk to the BMC.
extension LoopbackBMC {
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
    func ipmitool(_ suite: Int, _ words: String...) async throws -> Printed { try await ipmitool(suite, words: words) }

    func ipmitool(
        _ suite: Int,
        words: [String],
        user: String = "admin",
        password: String = Self.password
    ) async throws -> Printed {
        try await run("/usr/bin/ipmitool", ipmitoolWords(suite, user: user) + words, ["IPMI_PASSWORD": password])
    }

    /// The password comes from the environment.
    func ipmitoolWords(_ suite: Int, user: String = "admin") -> [String] {
        [
            "-I", "lanplus", "-H", "127.0.0.1", "-p", "\(port)", "-U", user, "-E", "-C", "\(suite)", "-N", "2", "-R",
            "2",
        ]
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
            ["HOME": folder.path]
        )
    }

    /// Without holding up a thread: the BMC needs those that tests share.
    func run(_ path: String, _ words: [String], _ environment: [String: String]) async throws -> Printed {
        let program = try RunningProgram(
            // Ended even where the test is killed.
            ["/usr/bin/timeout", "-s", "KILL", "60", path] + words,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
            output: .kept
        )
        guard let status = try await program.ended(within: .seconds(90)) else { throw StillRunning(program: path) }
        return Printed(text: program.output, status: status)
    }

    struct StillRunning: Error {
        var program: String
    }
}

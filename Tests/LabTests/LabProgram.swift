import Foundation

/// Runs a program to its end, or in the background; output goes to files, so nothing blocks on a full pipe.
struct LabProgram {
    /// What a program that ended left.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    var environment: [String: String] = [:]

    /// Before a program's words: it hears all signals. Children of a test inherit blocked ones, so that a daemon would not
    /// hear that it shall end, and a client's alarm would never ring.
    static let unblocked = [
        "/usr/bin/perl", "-MPOSIX", "-e", "sigprocmask(SIG_SETMASK, POSIX::SigSet->new); exec @ARGV",
    ]

    /// Runs `arguments` (the first is a path) and waits at most `seconds`; then it is killed and status is -1.
    func run(_ arguments: [String], seconds: Double = 60) async throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rackwright-lab-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = folder.appending(path: "output").path
        let errors = folder.appending(path: "errors").path
        let process = try start(arguments, output: output, errors: errors)
        let end = Date() + seconds
        while process.isRunning {
            if Date() > end {
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                return Outcome(status: -1, output: text(output), errors: text(errors) + "killed after \(seconds) s")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        return Outcome(status: process.terminationStatus, output: text(output), errors: text(errors))
    }

    /// Starts a program in the background.
    func start(_ arguments: [String], output: String, errors: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try handle(output)
        process.standardError = try handle(errors)
        try process.run()
        return process
    }

    private func handle(_ path: String) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.seekToEnd()
        return handle
    }

    private func text(_ path: String) -> String {
        (try? String(contentsOf: URL(filePath: path), encoding: .utf8)) ?? ""
    }
}

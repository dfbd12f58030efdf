import Foundation
import TestSupport

@testable import VirtualRack

/// Foreign Redfish clients in a virtual environment of their own, made by `.ci/redfish-clients` where the package index
/// can be reached.
struct RedfishClients: Sendable {
    /// Nil where there is none and none can be had.
    static let shared: RedfishClients? = find()

    let environment: String

    private static func find() -> RedfishClients? {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments = ["300", Fixture.checkout + "/.ci/redfish-clients"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let text = (try? output.fileHandleForReading.readToEnd()) ?? nil
        process.waitUntilExit()
        guard process.terminationStatus == 0, let text else { return nil }
        return RedfishClients(
            environment: String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        )
    }

    /// Runs one of the scripts beside this file, and reads what it says in JSON.
    func run(_ script: String, _ arguments: [String], password: String) async throws -> JSON {
        let path = Fixture.checkout + "/Tests/VirtualRedfishTests/Clients/\(script)"
        var command = Command(words: ["timeout", "120", environment + "/bin/python3", path] + arguments)
        command.input = password
        let output = try await command.run()
        guard let document = JSON(octets: Array(output.utf8)) else {
            throw CommandError(command: script, status: "no JSON", output: output)
        }
        return document
    }
}

import Foundation
import TestSupport

@testable import VirtualRack

/// Foreign Redfish clients in a virtual environment of their own, where the package index can be reached.
struct RedfishClients: Sendable {
    /// Nil where there is none and none can be had.
    static let shared = Python.environment("redfish").map { RedfishClients(environment: $0) }

    let environment: String

    /// Runs one of the scripts beside this file, and reads what it says in JSON.
    func run(_ script: String, _ arguments: [String], password: String) async throws -> JSON {
        let path = Fixture.checkout + "/Tests/VirtualRedfishTests/Clients/\(script)"
        var command = Command(words: ["timeout", "120", environment + "/bin/python3", "-B", path] + arguments)
        command.input = password
        let output = try await command.run()
        guard let document = JSON(octets: Array(output.utf8)) else {
            throw CommandError(command: script, status: "no JSON", output: output)
        }
        return document
    }
}

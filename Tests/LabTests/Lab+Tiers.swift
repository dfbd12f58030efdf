import Foundation
import Testing

/// The catalogue's three-tier service: PostgreSQL and HAProxy on `alpha`, the application between them on `beta`.
extension Lab {
    /// Gives the controller its images and secrets; without them there is no plan for the roles.
    func bringTiers() async throws {
        let artifacts = try #require(Self.artifacts)
        for tier in ["database", "application", "proxy"] {
            let layout = "\(artifacts)/services/\(tier)"
            try await command("container", "add", layout, "--name", "\(tier):1", seconds: 120)
        }
        let file = folder + "/password"
        try "pass'word of %the \"application\"\n".write(toFile: file, atomically: true, encoding: .utf8)
        for name in ["database.password", "application.database_password"] {
            try await command("secret", "set", name, "--file", file)
        }
    }

    /// What comes through the proxy: the database's row, and since when the application and the database are up.
    func askTiers() async throws -> String {
        let answer = try await ask("alpha", port: 8088, path: "/")
        #expect(answer.hasPrefix("three tiers and one answer\napplication on beta since "), "\(answer)")
        #expect(answer.contains("\ndatabase since "), "\(answer)")
        return answer
    }
}

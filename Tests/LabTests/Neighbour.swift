import Foundation
import TestSupport
import Testing

/// Another machine on the rack's wire: a network namespace with one link to the rack's bridge.
struct Neighbour {
    let name: String
    static let interface = "eth0"

    /// Makes it; what a test that was cut off left of it is removed first.
    ///
    /// - Parameter address: with its prefix length; nil for a machine that has to ask for one.
    init(_ name: String, address: String? = nil, mac: String? = nil) async throws {
        self.name = name
        await remove()
        let peer = "nb-" + name.suffix(8)
        try await Self.ip("netns", "add", name)
        try await Self.ip(
            [
                "link", "add", peer, "netns", Lab.namespace, "type", "veth", "peer", "name", Self.interface, "netns",
                name,
            ]
        )
        if let mac { try await Self.ip("-n", name, "link", "set", Self.interface, "address", mac) }
        try await Self.ip("-n", Lab.namespace, "link", "set", peer, "master", "br0", "up")
        try await Self.ip("-n", name, "link", "set", "lo", "up")
        try await Self.ip("-n", name, "link", "set", Self.interface, "up")
        if let address { try await Self.ip("-n", name, "address", "add", address, "dev", Self.interface) }
    }

    func remove() async {
        _ = try? await LabProgram().run(["/usr/sbin/ip", "netns", "delete", name])
    }

    /// Runs a program there to its end.
    func run(_ words: [String], seconds: Double = 60) async throws -> LabProgram.Outcome {
        try await LabProgram().run(
            ["/usr/sbin/ip", "netns", "exec", name] + words,
            seconds: seconds
        )
    }

    /// Starts a program there, which must stay in the foreground; it ends with `end`.
    func start(_ words: [String], log: String) throws -> RunningProgram {
        try Self.start(words, in: name, log: log)
    }

    static func start(_ words: [String], in namespace: String, log: String) throws -> RunningProgram {
        try LabProgram().start(["/usr/sbin/ip", "netns", "exec", namespace] + words, output: log, errors: log)
    }

    static func ip(_ words: String...) async throws { try await ip(words) }

    static func ip(_ words: [String]) async throws {
        let outcome = try await LabProgram().run(["/usr/sbin/ip"] + words)
        try #require(outcome.status == 0, "ip \(words.joined(separator: " ")): \(outcome.errors)")
    }
}

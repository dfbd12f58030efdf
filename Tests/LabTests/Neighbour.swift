import Foundation
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
            LabProgram.unblocked + ["/usr/sbin/ip", "netns", "exec", name] + words,
            seconds: seconds
        )
    }

    /// Starts a program there, which must stay in the foreground; it ends with `stop`.
    func start(_ words: [String], log: String) throws -> Process {
        try Self.start(words, in: name, log: log)
    }

    static func start(_ words: [String], in namespace: String, log: String) throws -> Process {
        try LabProgram().start(
            ["/usr/bin/perl", "-MPOSIX", "-e", parent, "/usr/sbin/ip", "netns", "exec", namespace] + words,
            output: log,
            errors: log
        )
    }

    /// Stays between us and a daemon: those close what they inherit, which Foundation takes for their end, and then it
    /// waits for that one process for ever. Ends its child when it is told to end.
    private static let parent = """
        sigprocmask(SIG_SETMASK, POSIX::SigSet->new); my $child = fork; if (!$child) { exec @ARGV; exit 127 }
        $SIG{TERM} = sub { kill 9, $child }; 1 while waitpid($child, 0) != $child; exit($? >> 8)
        """

    static func stop(_ process: Process) {
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
    }

    static func ip(_ words: String...) async throws { try await ip(words) }

    static func ip(_ words: [String]) async throws {
        let outcome = try await LabProgram().run(["/usr/sbin/ip"] + words)
        try #require(outcome.status == 0, "ip \(words.joined(separator: " ")): \(outcome.errors)")
    }
}

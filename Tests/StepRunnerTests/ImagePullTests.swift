import AgentAPI
import Jinja
import OrderedCollections
import Synchronization
import Testing

@testable import StepRunner

@Suite struct ImagePullTests {
    private static let pinned = "10.77.0.1:8443/web@sha256:\(String(repeating: "0a", count: 32))"
    private static let refused =
        "Error: initializing source docker://10.77.0.1:8443/web:1: pinging container registry 10.77.0.1:8443: "
        + "Get \"https://10.77.0.1:8443/v2/\": dial tcp 10.77.0.1:8443: connect: connection refused"
    private static let unknown =
        "Error: initializing source docker://10.77.0.1:8443/web:1: reading manifest 1 in 10.77.0.1:8443/web: "
        + "manifest unknown"

    /// A node whose podman says each of `errors` in turn, the last again and again, and then, without any, pulls.
    private func bench(_ errors: [String?], has image: Bool = false) throws -> Bench {
        let left = Mutex(errors)
        return try Bench { words in
            if words.starts(with: ["podman", "image", "exists"]) { return CommandResult(status: image ? 0 : 1) }
            guard words.starts(with: ["podman", "pull"]) else { return CommandResult(status: 0) }
            let error = left.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? nil }
            return error.map { CommandResult(status: 125, errors: Array("\($0)\n".utf8)) } ?? CommandResult(status: 0)
        }
    }

    private func run(_ bench: Bench, _ image: String = "10.77.0.1:8443/web:1") async -> InstructionReport.Failure? {
        let container = ContainerDefinition(name: "web", image: image)
        let step = BundleStep(number: 3, service: "web", work: .containers([container]))
        return await bench.run(bundle("p", [step])).failure
    }

    private func pulls(_ bench: Bench) -> Int { bench.commands.lines.count { $0.hasPrefix("podman pull") } }

    @Test func anImageThatTheNodeHasByItsDigestIsNotPulled() async throws {
        let bench = try bench([Self.refused], has: true)
        #expect(await run(bench, Self.pinned) == nil)
        #expect(bench.commands.lines.first == "podman image exists \(Self.pinned)")
        #expect(pulls(bench) == 0)
    }

    @Test func anImageThatTheNodeHasNotIsPulledAndATagAlways() async throws {
        let bench = try bench([nil])
        #expect(await run(bench, Self.pinned) == nil)
        #expect(pulls(bench) == 1)
        let tagged = try self.bench([nil], has: true)
        #expect(await run(tagged) == nil)
        #expect(pulls(tagged) == 1)
    }

    @Test func whatWillBeStartedIsPulledWhileAGateIsClosed() async throws {
        let bench = try bench([Self.unknown, nil])
        let asked = Mutex(0)
        let tagged = ContainerDefinition(name: "tagged", image: "10.77.0.1:8443/web:1")
        let pinned = ContainerDefinition(name: "web", image: Self.pinned)
        let steps = [
            BundleStep(number: 0, service: "web", work: .gate(services: ["db"])),
            BundleStep(number: 2, service: "web", work: .containers([pinned, tagged])),
        ]
        let pullsBefore = Mutex(0)
        let outcome = await bench.runner(gate: { _ in
            let count = asked.withLock {
                $0 += 1
                return $0
            }
            if count == 4 { pullsBefore.withLock { $0 = pulls(bench) } }
            return GateAnswer(open: count >= 4, waitingFor: [])
        }).run(bundle("p", steps))
        #expect(outcome.failure == nil, "what cannot be pulled yet is pulled later: \(outcome)")
        #expect(pullsBefore.withLock { $0 } == 1, "a tag may mean something else later")
        #expect(bench.events.allSatisfy { $0.state != .failed })
    }

    @Test func aRegistryThatIsAwayIsWaitedForAndThatIsToldOnce() async throws {
        let bench = try bench(Array(repeating: Self.refused, count: 40) + [nil])
        #expect(await run(bench) == nil)
        #expect(pulls(bench) == 41)
        let waits = bench.events.filter { $0.state == .waiting }
        #expect(waits.map(\.subject) == ["container web"])
        #expect(waits.first?.output == "the registry is away: \(Self.refused)")
    }

    @Test func aRegistryThatStaysAwayFailsTheStepWithItsLastWords() async throws {
        let bench = try bench([Self.refused])
        let failure = await run(bench)
        #expect(failure?.reason.contains("pulling the image 10.77.0.1:8443/web:1: Error: initializing") == true)
        #expect(failure?.reason.contains("connection refused") == true)
        #expect((2200...2300).contains(bench.clock.now()), "twenty minutes have passed")
    }

    @Test func aRegistryThatDoesNotHaveItIsAskedThreeTimes() async throws {
        let bench = try bench([Self.unknown])
        #expect(await run(bench)?.reason.hasSuffix("manifest unknown") == true)
        #expect(pulls(bench) == 3)
        #expect(bench.clock.now() == 1004)
        #expect(bench.commands.lines.count == 3, "the container was not touched")
    }

    @Test(arguments: [
        refused, "Error: Get \"https://r/v2/\": dial tcp 10.0.0.1:443: i/o timeout",
        "Error: reading manifest 1 in r/web: received unexpected HTTP status: 503 Service Unavailable",
        "Error: Get \"https://r/v2/\": net/http: TLS handshake timeout", "Error: copying blob: unexpected EOF",
        "Error: pinging container registry r: Get \"https://r/v2/\": EOF",
        "time=\"…\" level=warning msg=\"Failed, retrying in 1s ... (1/3). Error: not found\"\nError: read: connection reset",
    ])
    func whatSaysThatTheRegistryIsAwayIsKnown(words: String) {
        #expect(Containers.isAbsence(words))
    }

    @Test(arguments: [
        unknown, "Error: denied: requested access to the resource is denied\nunauthorized: authentication required",
        "Error: tls: failed to verify certificate: x509: certificate signed by unknown authority",
        "WARN[0000] Failed, retrying in 1s ... (1/3). Error: connection refused\nError: reading manifest: manifest unknown",
        "Error: writing blob: no space left on device", "",
    ])
    func whatTheRegistryAnswersIsNoAbsence(words: String) {
        #expect(!Containers.isAbsence(words))
    }
}

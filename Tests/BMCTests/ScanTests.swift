import BMC
import BMCIPMI
import BMCRedfish
import Foundation
import Synchronization
import Testing

/// The search for BMCs, at recorded Redfish services and OpenIPMI's simulator on loopback.
@Suite(
    .serialized,
    .enabled(if: Simulator.isInstalled && !RecordedService.archives.isEmpty),
    .timeLimit(.minutes(5))
)
struct ScanTests {
    private static let ipmi = IPMIConnector(patience: [.milliseconds(500)])
    private let gates = BMCGates(policy: BMCPolicy(attempts: 2)) { endpoint in
        switch endpoint.protocol {
        case .ipmi: try await Self.ipmi.connect(endpoint)
        case .redfish: try await RedfishConnector().connect(endpoint)
        case .webhook, .manual: ManualDriver()
        }
    }

    private func dell() async throws -> GuardedService {
        let archive = try #require(RecordedService.archives.first { $0.contains("dell-idrac9-r750") })
        return GuardedService(try await RecordedService.load(archive))
    }

    /// Pauses take no time.
    private func scan(
        _ addresses: [String] = ["127.0.0.1"],
        _ credentials: [BMCCredential] = [],
        redfish: HTTPServer? = nil,
        ipmi: Simulator? = nil,
        again: Bool = false,
        attempts: Int = 1,
        owner: String? = nil
    ) async throws -> [BMCFinding] {
        var options = BMCScan.Options()
        options.redfishPort = try redfish?.port ?? freePort(Int32(SOCK_STREAM.rawValue))
        options.ipmiPort = try ipmi?.port ?? freePort(Int32(SOCK_DGRAM.rawValue))
        options.allowsPlainHTTP = true
        options.again = again
        options.attempts = attempts
        let scan = BMCScan(
            options: options,
            credentials: credentials,
            gates: gates,
            timing: BMCTiming(now: { .zero }, sleep: { _ in }, jitter: { 0 }),
            look: { wanted, address, port in
                switch wanted {
                case .redfish: try await RedfishConnector.look(at: address, port: port, allowsPlainHTTP: true)
                case .ipmi: try await Self.ipmi.look(at: address, port: port, patience: .milliseconds(300))
                case .webhook, .manual: nil
                }
            },
            owner: { _ in owner }
        )
        let found = Mutex<[BMCFinding]>([])
        let progress = Mutex<Set<Int>>([])
        await scan.run(addresses) { finding in
            found.withLock { $0.append(finding) }
        } progress: { done in
            progress.withLock { _ = $0.insert(done) }
        }
        #expect(progress.withLock { $0 } == Set(1...addresses.count))
        return found.withLock { $0 }.sorted { $0.address < $1.address }
    }

    private func login(_ name: String, _ password: String, vendor: String? = nil, _ ranges: String...) throws
        -> BMCCredential
    {
        BMCCredential(
            name: name,
            username: "admin",
            password: Secret(password),
            vendor: vendor,
            ranges: try ranges.map { try AddressRange($0) }
        )
    }

    @Test func aRedfishServiceTellsWhatItIsWithoutALogin() async throws {
        let service = try await dell()
        let server = try HTTPServer(answer: service.answer)
        defer { server.end() }
        let found = try await scan((1...6).map { "127.0.0.\($0)" }, redfish: server)
        #expect(found.map(\.address) == ["127.0.0.1"])
        let presence = try #require(found.first?.presences.first)
        // As the recording has it.
        #expect(presence.vendor == "Dell")
        #expect(presence.product == "Integrated Dell Remote Access Controller")
        #expect(presence.serialNumber == "F54P1G3")
        #expect(presence.version == "1.13.1")
        #expect(service.tried.isEmpty)
    }

    @Test func aSimulatorTellsThatItSpeaksIPMI() async throws {
        let simulator = try Simulator()
        defer { simulator.end() }
        var found: [BMCFinding] = []
        for _ in 0..<10 where found.isEmpty { found = try await scan(ipmi: simulator) }
        let presence = try #require(found.first?.presences.first)
        #expect(presence.protocol == .ipmi)
        #expect(presence.version == "2.0")
    }

    @Test func aWebServerThatIsNoBMCIsNotOne() async throws {
        let server = try HTTPServer { _ in .init(body: "<html>hello</html>") }
        defer { server.end() }
        #expect(try await scan(redfish: server).isEmpty)
        let other = try HTTPServer { _ in .init(status: 401, body: "who are you?") }
        defer { other.end() }
        #expect(try await scan(redfish: other).isEmpty)
    }

    @Test func aBMCIsLeftInPeaceAfterARefusal() async throws {
        let service = try await dell()
        let server = try HTTPServer(answer: service.answer)
        defer { server.end() }
        let logins = [try login("first", "no"), try login("second", "right")]
        let found = try await scan(["127.0.0.1"], logins, redfish: server)
        #expect(found.first?.accepted == nil)
        #expect(found.first?.refused == ["first"])
        #expect(found.first?.untried == ["second"])
        #expect(service.tried == ["no"])

        // What was refused once is known, and counts, in the next search as well.
        let second = try await scan(["127.0.0.1"], logins, redfish: server, attempts: 2)
        #expect(second.first?.accepted?.credential == "second")
        #expect(second.first?.accepted?.identity.manufacturer == "Dell Inc.")
        #expect(service.tried == ["no", "right"])

        let again = try await scan(["127.0.0.1"], logins, redfish: server, again: true)
        #expect(again.first?.refused == ["first"])
        #expect(service.tried == ["no", "right", "no"])
    }

    @Test func oneLoginIsNeverTriedTwice() async throws {
        let service = try await dell()
        let server = try HTTPServer(answer: service.answer)
        defer { server.end() }
        let logins = [try login("a", "no"), try login("the same", "no"), try login("b", "right")]
        let found = try await scan(["127.0.0.1"], logins, redfish: server, attempts: 5)
        #expect(found.first?.accepted?.credential == "b")
        #expect(service.tried == ["no", "right"])
    }

    @Test func aLoginIsTriedWhereItsMakerAndRangeAre() async throws {
        let service = try await dell()
        let server = try HTTPServer(answer: service.answer)
        defer { server.end() }
        let logins = [
            try login("hpe", "no", vendor: "hpe"), try login("elsewhere", "no", "10.0.0.0/24"),
            try login("dell", "right", vendor: "DELL", "127.0.0.0/24"),
        ]
        let found = try await scan(["127.0.0.1"], logins, redfish: server)
        #expect(found.first?.accepted?.credential == "dell")
        #expect(service.tried == ["right"])
    }

    @Test func aSignOfALockEndsAllTriesOfThatLogin() async throws {
        let service = try await dell()
        service.set { $0.refusal = "The account is locked for 300 seconds." }
        let server = try HTTPServer(answer: service.answer)
        defer { server.end() }
        let logins = [try login("a", "no"), try login("b", "nor this"), try login("c", "right")]
        let found = try await scan(["127.0.0.1"], logins, redfish: server, attempts: 10)
        #expect(found.first?.refused == ["a"])
        #expect(found.first?.untried == ["b", "c"])
        #expect(found.first?.remarks.first?.contains("locked") == true)
        #expect(service.tried == ["no"])
    }

    @Test func nothingIsTriedAtABMCOfANode() async throws {
        let service = try await dell()
        let server = try HTTPServer(answer: service.answer)
        defer { server.end() }
        let found = try await scan(["127.0.0.1"], [try login("a", "right")], redfish: server, owner: "node-7")
        #expect(found.first?.node == "node-7")
        #expect(found.first?.accepted == nil)
        #expect(service.tried.isEmpty)
    }

    @Test func aBMCOfIPMIAloneTakesItsLogin() async throws {
        let simulator = try Simulator()
        defer { simulator.end() }
        var found: [BMCFinding] = []
        for _ in 0..<10 where found.isEmpty {
            found = try await scan(["127.0.0.1"], [try login("a", "secret")], ipmi: simulator)
        }
        #expect(found.first?.accepted?.protocol == .ipmi)
        #expect(found.first?.accepted?.power == .off)
        let refused = try await scan(["127.0.0.1"], [try login("b", "wrong")], ipmi: simulator)
        #expect(refused.first?.refused == ["b"])
    }

    @Test func theGatesOwnLoginIsNotTouched() async throws {
        let service = try await dell()
        let server = try HTTPServer(answer: service.answer)
        defer { server.end() }
        let own = BMCEndpoint(
            protocol: .redfish,
            address: "127.0.0.1",
            port: server.port,
            username: "admin",
            password: Secret("right"),
            allowsPlainHTTP: true
        )
        let gate = await gates.gate(for: own)
        _ = try await scan(["127.0.0.1"], [try login("a", "no")], redfish: server)
        #expect(await gate.endpoint == own)
        #expect(await gate.shutBecause == nil)
        #expect(try await gate.identify().manufacturer == "Dell Inc.")
    }

    @Test func aSearchThatIsCancelledEndsAtOnce() async throws {
        let scan = BMCScan(
            options: BMCScan.Options(),
            credentials: [],
            gates: gates,
            look: { _, _, _ in
                try await Task.sleep(for: .seconds(3600))
                return nil
            },
            owner: { _ in nil }
        )
        let task = Task { await scan.run((1...200).map { "10.0.0.\($0)" }, found: { _ in }, progress: { _ in }) }
        task.cancel()
        await task.value
    }
}

import BMC
import BMCIPMI
import BMCRedfish
import Foundation
import Redfish
import Testing

/// What recorded BMCs can do, and recordings that are made of them by the real probe.
@Suite(.serialized, .enabled(if: !RecordedService.archives.isEmpty), .timeLimit(.minutes(10)))
struct ProbeTests {
    private func service(_ name: String) async throws -> RecordedService {
        try await RecordedService.load(try #require(RecordedService.archives.first { $0.contains(name) }))
    }

    private func probe(_ service: RecordedService, recording limit: Int? = nil) async throws -> BMCProbe {
        try await withRedfishGate(answer: service.answer) { gate, _ in try await gate.probe(recording: limit) }
    }

    /// What was looked up in the recordings by hand.
    @Test func whatADellCanDoIsSaid() async throws {
        let found = try await probe(try await service("dell-idrac9-r750")).capabilities
        #expect(found.system == "/redfish/v1/Systems/System.Embedded.1: is the service's only one")
        #expect(found.manager == "15G Monolithic 6.00.30.00")
        let actions = ["on: On", "force-off: ForceOff", "graceful-shutdown: GracefulShutdown", "reset: ForceRestart"]
        #expect(found.powerActions == actions)
        #expect(found.bootDevices == ["pxe", "disk", "http-boot"])
        #expect(found.bootModes == ["UEFI"])
        func feature(_ name: String) -> BMCCapabilities.Feature? { found.features.first { $0.name == name } }
        #expect(feature("sensors")?.detail == "33")
        #expect(feature("parts")?.detail == "31")
        #expect(feature("BIOS settings")?.isOffered == true)
        #expect(feature("firmware update")?.detail.contains("SimpleUpdate") == true)
        #expect(feature("virtual media")?.isOffered == true)
        #expect(found.login == "basic authentication, no session can be had")
        #expect(found.security == nil)
    }

    @Test(arguments: [
        "trees/dell-idrac9-r750", "trees/hpe-ilo6", "trees/supermicro", "trees/openbmc", "trees/intel",
    ])
    func aRecordingTellsNobodyWhoseItIsAndAnswersAlike(name: String) async throws {
        let original = try await service(name)
        let first = try await probe(original, recording: 100)
        let octets = try #require(first.recording)
        let text = String(decoding: octets, as: UTF8.self)
        for identifier in Self.identifiers(in: original) {
            let isThere = text.range(of: identifier, options: .caseInsensitive) != nil
            #expect(!isThere, "\(identifier) is in the recording")
        }

        let replayed = try RecordedService(name: "replayed", recording: octets)
        let second = try await probe(replayed).capabilities
        #expect(second.powerActions == first.capabilities.powerActions)
        #expect(second.bootDevices == first.capabilities.bootDevices)
        #expect(second.bootModes == first.capabilities.bootModes)
        #expect(second.bootPersistence == first.capabilities.bootPersistence)
        let plain: (BMCProbe) -> [BMCCapabilities.Feature] = { probe in
            // Why something cannot be read may name where it would be.
            probe.capabilities.features.map { .init($0.name, $0.isOffered, $0.detail.contains("/") ? "" : $0.detail) }
        }
        #expect(plain(BMCProbe(capabilities: second)) == plain(first))
        #expect(second.manager == first.capabilities.manager)
        #expect(second.power == first.capabilities.power)
        #expect(second.identity.model == first.capabilities.identity.model)
        #expect(second.identity.firmware == first.capabilities.identity.firmware)
        #expect((second.identity.uuid == nil) == (first.capabilities.identity.uuid == nil))

        // Every link that led somewhere leads there still.
        let recording = try RedfishRecording(reading: octets)
        #expect(recording.documents.count < 700)
        var whole = 0
        for document in recording.documents.values {
            whole += RedfishRecording.links(in: document).count { recording.documents[$0] != nil }
        }
        #expect(whole >= recording.documents.count - 1)
    }

    /// Found by other means than the disguise finds them.
    private static func identifiers(in service: RecordedService) -> Set<String> {
        let names =
            "SerialNumber|UUID|AssetTag|HostName|FQDN|MACAddress|PermanentMACAddress|ServiceTag|PartSerialNumber"
        let patterns = [
            "\"(?:\(names))\" *: *\"([^\"]+)\"", "\\b((?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2})\\b",
            "\\b([0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})\\b",
            "\"(?:Address|Gateway|IPAddress)\" *: *\"((?:[0-9]{1,3}\\.){3}[0-9]{1,3})\"",
        ]
        var found: Set<String> = []
        for text in service.texts {
            for pattern in patterns {
                guard let expression = try? NSRegularExpression(pattern: pattern) else { continue }
                let all = NSRange(text.startIndex..., in: text)
                for match in expression.matches(in: text, range: all) {
                    guard let range = Range(match.range(at: 1), in: text) else { continue }
                    found.insert(text[range].trimmingCharacters(in: .whitespaces))
                }
            }
        }
        return found.filter { text in
            let signs = Set(text.lowercased().filter { $0.isLetter || $0.isNumber })
            // Masks and addresses of nobody; what says that there is nothing.
            let isNobodys = ["255.", "0.", "127.", "224."].contains { text.hasPrefix($0) }
            return signs.count > 2 && text.count >= 6 && text.contains(where: \.isNumber) && !isNobodys
        }
    }

    @Test func whatASimulatedBMCCanDoIsSaid() async throws {
        let simulator = try Simulator()
        defer { simulator.end() }
        let connector = IPMIConnector(patience: [.milliseconds(500)])
        let endpoint = BMCEndpoint(
            protocol: .ipmi,
            address: "127.0.0.1",
            port: simulator.port,
            username: "admin",
            password: Secret("secret")
        )
        let gate = BMCGate(endpoint: endpoint, policy: BMCPolicy(attempts: 10)) { try await connector.connect($0) }
        let found = try await gate.probe().capabilities
        #expect(found.login == "RMCP+ session, cipher suite 3")
        #expect(found.power == .off)
        #expect(found.features.first { $0.name == "virtual media" }?.isOffered == false)
        let suites = try #require(found.features.first { $0.name == "cipher suites" })
        #expect(suites.isOffered == nil || suites.detail.contains("3"))
        #expect(try await gate.probe().recording == nil)
    }

    @Test func aSecuredConnectionIsDescribed() async throws {
        let service = try await service("openbmc")
        let server = try HTTPServer(answer: service.answer)
        defer { server.end() }
        let front = try TLSFront(before: server.port)
        defer { front.end() }
        let endpoint = BMCEndpoint(
            protocol: .redfish,
            address: "127.0.0.1",
            port: front.port,
            username: "admin",
            password: Secret("secret")
        )
        let gates = BMCGates(policy: BMCPolicy(attempts: 50, pause: .milliseconds(50))) {
            try await RedfishConnector().connect($0)
        }
        let security = try #require(try await gates.gate(for: endpoint).probe().capabilities.security)
        #expect(security.certificateSHA256 == front.fingerprint)
        #expect(security.version == "TLS 1.3" || security.version == "TLS 1.2")
        let days = ((security.certificateExpires ?? 0) - Date().timeIntervalSince1970) / 86_400
        #expect((1.9...2.1).contains(days), "openssl was told to make it for two days")
        // By a login on the side as well.
        #expect(try await gates.probe(endpoint).capabilities.security == security)
    }
}

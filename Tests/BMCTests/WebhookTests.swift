import BMC
import BMCWebhook
import Crypto
import Foundation
import Synchronization
import TestSupport
import Testing

/// Orders by signed HTTP requests, at a real server that verifies the signature.
@Suite(.timeLimit(.minutes(2)))
struct WebhookTests {
    /// A lab's power switch: it knows the secret and does what is signed with it.
    private final class Switch: Sendable {
        struct State {
            var power = "off"
            var orders: [[String: String]] = []
            var ids: Set<String> = []
            var tellsPower = true
            var answersWithPower = false
            var setsBoot = true
            var status: Int?
        }
        let state = Mutex(State())

        func answer(_ request: HTTPServer.Request) -> HTTPServer.Answer {
            let query = request.path.split(separator: "?", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
            let signed = request.method == "GET" ? Array(query.utf8) : request.body
            let key = SymmetricKey(data: Data("the secret".utf8))
            let given = request.headers["x-rackwright-signature"] ?? ""
            let code = stride(from: 7, to: given.count, by: 2).compactMap { offset -> UInt8? in
                let start = given.index(given.startIndex, offsetBy: offset)
                return UInt8(given[start...].prefix(2), radix: 16)
            }
            guard given.hasPrefix("sha256="),
                HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: key)
            else { return .init(status: 401) }
            return state.withLock { state in
                if let status = state.status { return .init(status: status) }
                let power = "{\"power\": \"\(state.power)\"}"
                guard request.method == "POST" else {
                    return state.tellsPower ? .init(body: power) : .init(status: 404)
                }
                let json = (try? JSONSerialization.jsonObject(with: Data(request.body))) as? [String: Any] ?? [:]
                let order = json.mapValues { "\($0)" }
                guard order["action"] != "boot-device" || state.setsBoot else { return .init(status: 501) }
                state.orders.append(order)
                state.ids.insert(order["id"] ?? "")
                switch order["action"] {
                case "on", "reset": state.power = "on"
                case "force-off": state.power = "off"
                default: break
                }
                return .init(status: 204, body: state.answersWithPower ? "{\"power\": \"\(state.power)\"}" : "")
            }
        }
    }

    private let plug = Switch()

    private func withGate(secret: String = "the secret", _ body: (BMCGate) async throws -> Void) async throws {
        let server = try HTTPServer(answer: plug.answer)
        defer { server.end() }
        let connector = WebhookConnector { 1_800_000_000.9 }
        let endpoint = BMCEndpoint(
            protocol: .webhook,
            address: "http://127.0.0.1:\(server.port)/power",
            username: "",
            password: Secret(secret),
            system: "node-1"
        )
        let policy = BMCPolicy(attempts: 2, pause: .milliseconds(10), powerPoll: .milliseconds(10))
        try await body(BMCGate(endpoint: endpoint, policy: policy) { try await connector.connect($0) })
    }

    @Test func ordersAreSignedAndCarriedOut() async throws {
        try await withGate { gate in
            #expect(try await gate.powerState() == .off)
            #expect(try await gate.ensurePower(.on) == .init(changed: true, warnings: []))
            #expect(try await gate.powerState() == .on)
            try await gate.restart()
            #expect(try await gate.ensurePower(.off).changed)
            _ = try await gate.ensureBootDevice(BootSetting(device: .pxe, persistence: .once, mode: .uefi))
        }
        let (orders, ids) = plug.state.withLock { ($0.orders, $0.ids) }
        #expect(orders.map { $0["action"] } == ["on", "reset", "force-off", "boot-device"])
        #expect(orders.allSatisfy { $0["node"] == "node-1" && $0["time"] == "1800000000" })
        #expect(ids.count == 4, "each has an id of its own")
        #expect(
            orders.last?["device"] == "pxe" && orders.last?["persistence"] == "once" && orders.last?["mode"] == "uefi"
        )
    }

    @Test func aServiceThatDoesNotTellThePowerIsBelieved() async throws {
        plug.state.withLock { $0.tellsPower = false }
        try await withGate { gate in
            #expect(try await gate.identify().remarks.first == "the service does not say what the power is")
            guard case .unknown = try await gate.powerState() else {
                Issue.record("the power is known")
                return
            }
            let outcome = try await gate.ensurePower(.on)
            #expect(outcome.changed && outcome.warnings.count == 1)
            try await gate.restart()
        }
        let orders = plug.state.withLock { $0.orders }
        #expect(orders.map { $0["action"] } == ["on", "reset"])
    }

    @Test func thePowerInAnAnswerIsTaken() async throws {
        plug.state.withLock { $0.answersWithPower = true }
        try await withGate { gate in
            let outcome = try await gate.ensurePower(.on)
            #expect(outcome == .init(changed: true, warnings: []))
        }
    }

    @Test func aServiceThatSetsNoBootDeviceIsNoFailure() async throws {
        plug.state.withLock { $0.setsBoot = false }
        try await withGate { gate in
            let outcome = try await gate.ensureBootDevice(BootSetting(device: .pxe))
            #expect(outcome.warnings.first?.contains("the firmware's own order") == true)
        }
    }

    @Test func anotherSecretShutsTheGate() async throws {
        try await withGate(secret: "a wrong one") { gate in
            for kind in [BMCError.Kind.wrongCredentials, .gateShut] {
                let error = await #expect(throws: BMCError.self) { try await gate.ensurePower(.on) }
                #expect(error?.kind == kind)
                #expect(error.map { "\($0)" }?.contains("a wrong one") == false)
            }
        }
        #expect(plug.state.withLock { $0.orders.isEmpty })
    }

    @Test(arguments: [(503, BMCError.Kind.busy), (429, .busy), (422, .refused), (302, .refused)])
    func whatIsNotDoneIsAnErrorOfItsKind(status: Int, kind: BMCError.Kind) async throws {
        plug.state.withLock { $0.status = status }
        try await withGate { gate in
            let error = await #expect(throws: BMCError.self) { try await gate.ensurePower(.on) }
            #expect(error?.kind == kind)
            #expect(error.map { "\($0)" }?.contains("webhook http://127.0.0.1") == true)
        }
    }

    /// Another implementation makes the same signature.
    @Test func theSignatureIsTheOneThatOpenSSLMakes() async throws {
        let body = Mutex<HTTPServer.Request?>(nil)
        let server = try HTTPServer { request in
            if request.method == "POST" { body.withLock { $0 = request } }
            return .init(status: request.method == "POST" ? 200 : 404)
        }
        defer { server.end() }
        let endpoint = BMCEndpoint(
            protocol: .webhook,
            address: "http://127.0.0.1:\(server.port)/",
            username: "",
            password: Secret("Jefe"),
            system: "n"
        )
        let gate = BMCGate(endpoint: endpoint) { try await WebhookConnector { 0 }.connect($0) }
        _ = try await gate.ensurePower(.on)
        let request = try #require(body.withLock { $0 })
        let openssl = ["/usr/bin/openssl", "dgst", "-sha256", "-hmac", "Jefe"]
        let text = try Program.run(openssl, input: request.body, errors: .dropped).output
        let code = text.split(separator: " ").last?.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(code?.count == 64)
        #expect(request.headers["x-rackwright-signature"] == "sha256=" + (code ?? ""))
    }

    @Test func aPersonsMachineSaysYesToEverything() async throws {
        let endpoint = BMCEndpoint(protocol: .manual, address: "id", username: "", password: Secret(""))
        let gate = BMCGate(endpoint: endpoint) { _ in ManualDriver() }
        #expect(try await gate.identify().interface == "a person")
        #expect(try await gate.ensurePower(.on).warnings.count == 1)
        #expect(
            try await gate.ensureBootDevice(BootSetting(device: BootDevice.none, persistence: nil)).warnings.isEmpty
        )
        let error = await #expect(throws: BMCError.self) { try await gate.sensors() }
        #expect(error?.kind == .notSupported)
    }
}

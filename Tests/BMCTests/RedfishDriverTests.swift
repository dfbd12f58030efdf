import BMC
import BMCRedfish
import Foundation
import Redfish
import Synchronization
import Testing

/// A Redfish service with one machine and an accelerator's baseboard.
private final class Service: Sendable {
    struct State {
        var power = "Off"
        var boot: [String: JSON] = [
            "BootSourceOverrideEnabled": .string("Disabled"), "BootSourceOverrideTarget": .string("None"),
            "BootSourceOverrideMode": .string("UEFI"),
        ]
        var sessions: Set<String> = []
        var made = 0
        var hasSessions = true
        var wantsTag: String?
        var refusesMode = false
        var password = "secret"
    }
    let state = Mutex(State())

    private static let allowed: JSON = .array(["On", "ForceOff", "ForceRestart"].map(JSON.string))

    func answer(_ request: HTTPServer.Request) -> HTTPServer.Answer {
        state.withLock { state in
            let body = (try? JSON(reading: request.body)) ?? .null
            switch (request.method, request.path) {
            case ("GET", "/redfish/v1/"):
                return ok([
                    "RedfishVersion": .string("1.15.0"), "Systems": link("/redfish/v1/Systems"),
                    "Links": .object(["Sessions": link("/redfish/v1/SessionService/Sessions")]),
                ])
            case ("POST", "/redfish/v1/SessionService/Sessions"):
                guard state.hasSessions else { return .init(status: 405) }
                guard body["Password"].string == state.password else { return .init(status: 401) }
                state.made += 1
                state.sessions.insert("t\(state.made)")
                let place = "/redfish/v1/SessionService/Sessions/t\(state.made)"
                return .init(status: 201, headers: ["X-Auth-Token": "t\(state.made)", "Location": place], body: "{}")
            default: break
            }
            let basic = "Basic " + Data("admin:\(state.password)".utf8).base64EncodedString()
            guard
                state.sessions.contains(request.headers["x-auth-token"] ?? "")
                    || request.headers["authorization"] == basic
            else { return .init(status: 401) }
            switch (request.method, request.path) {
            case ("GET", "/redfish/v1/Systems"):
                return .init(status: 308, headers: ["Location": "/redfish/v1/Systems/"])
            case ("GET", "/redfish/v1/Systems/"):
                return ok(["Members": .array(["HGX_Baseboard_0", "1"].map { link("/redfish/v1/Systems/\($0)") })])
            case ("GET", "/redfish/v1/Systems/HGX_Baseboard_0"): return .init(status: 503)
            case ("GET", "/redfish/v1/Systems/1"):
                return ok(
                    [
                        "Id": .string("1"), "SerialNumber": .string(" S1 "), "PowerState": .string(state.power),
                        "Boot": .object(state.boot),
                        "Actions": .object([
                            "#ComputerSystem.Reset": .object([
                                "target": .string("/redfish/v1/Systems/1/Reset"),
                                "ResetType@Redfish.AllowableValues": Self.allowed,
                            ])
                        ]),
                    ],
                    headers: state.wantsTag.map { ["ETag": "W/\($0)"] } ?? [:]
                )
            case ("POST", "/redfish/v1/Systems/1/Reset"):
                guard let type = body["ResetType"].string, Self.allowed.strings?.contains(type) == true else {
                    return .init(status: 400)
                }
                if type == "On", state.power == "On" { return problem(409, "Base.1.8.ActionNotSupported", "it is on") }
                state.power = type == "ForceOff" ? "Off" : "On"
                return .init(status: 204)
            case ("PATCH", "/redfish/v1/Systems/1"):
                if let tag = state.wantsTag, request.headers["if-match"] != tag { return .init(status: 412) }
                let boot = body["Boot"].object ?? [:]
                if state.refusesMode, boot["BootSourceOverrideMode"] != nil {
                    return problem(200, "Base.1.8.PropertyNotWritable", "the mode cannot be written")
                }
                state.boot.merge(boot) { $1 }
                return .init(status: 200, body: "{}")
            case ("DELETE", let path):
                state.sessions.remove(String(path.split(separator: "/").last ?? ""))
                return .init(status: 204)
            default: return .init(status: 404)
            }
        }
    }

    private func link(_ path: String) -> JSON { .object(["@odata.id": .string(path)]) }

    private func ok(_ members: [String: JSON], headers: [String: String] = [:]) -> HTTPServer.Answer {
        .init(headers: headers, body: String(decoding: JSON.object(members).octets, as: UTF8.self))
    }

    private func problem(_ status: Int, _ id: String, _ text: String) -> HTTPServer.Answer {
        let message = JSON.object(["MessageId": .string(id), "Message": .string(text), "Severity": .string("Warning")])
        let body = JSON.object(["error": .object(["@Message.ExtendedInfo": .array([message])])])
        return .init(status: status, body: String(decoding: body.octets, as: UTF8.self))
    }
}

@Suite(.timeLimit(.minutes(5)))
struct RedfishDriverTests {
    private let service = Service()

    private func withGate(_ body: (BMCGate, BMCEndpoint) async throws -> Void) async throws {
        let policy = BMCPolicy(attempts: 1, powerPoll: .milliseconds(10))
        try await withRedfishGate(policy: policy, answer: { [service] in service.answer($0) }, body)
    }

    @Test func aMachineIsFoundSwitchedAndItsBootDeviceSet() async throws {
        try await withGate { gate, _ in
            let identity = try await gate.identify()
            #expect(identity.serialNumber == "S1")
            #expect(identity.remarks.contains { $0.contains("HGX_Baseboard_0") })
            #expect(try await gate.ensurePower(.on).changed)
            #expect(try await gate.ensurePower(.on).changed == false)
            try await gate.restart()
            let wanted = BootSetting(device: .pxe, persistence: .once, mode: .uefi)
            #expect(try await gate.ensureBootDevice(wanted) == .init(found: wanted))
            #expect(
                try await gate.ensureBootDevice(BootSetting(device: BootDevice.none)).found.device == BootDevice.none
            )
            #expect(
                try await gate.ensurePower(.off, gracefully: true).warnings.count == 1,
                "GracefulShutdown is not offered"
            )
        }
        #expect(service.state.withLock { $0.sessions.isEmpty && $0.made > 0 }, "each session was deleted")
    }

    @Test func aTagIsTriedInItsForms() async throws {
        service.state.withLock { $0.wantsTag = "\"7\"" }
        try await withGate { gate, _ in
            let wanted = BootSetting(device: .disk, persistence: .continuous, mode: .uefi)
            let outcome = try await gate.ensureBootDevice(wanted)
            #expect(outcome.warnings.isEmpty)
        }
    }

    @Test func aModeThatIsRefusedInsideAnAnswerOf200IsLeftOut() async throws {
        service.state.withLock { $0.refusesMode = true }
        try await withGate { gate, _ in
            let wanted = BootSetting(device: .pxe, persistence: .once, mode: .uefi)
            let outcome = try await gate.ensureBootDevice(wanted)
            #expect(outcome.warnings.isEmpty)
            let error = await #expect(throws: BMCError.self) {
                _ = try await gate.ensureBootDevice(BootSetting(device: .pxe, mode: .legacy))
            }
            #expect(error?.kind == .refused)
            #expect(error?.detail.contains("the mode cannot be written") == true)
        }
    }

    @Test func withoutSessionsThePasswordGoesWithEachRequest() async throws {
        service.state.withLock { $0.hasSessions = false }
        try await withGate { gate, _ in
            let power = try await gate.powerState()
            #expect(power == .off)
            service.state.withLock { $0.password = "changed" }
            let error = await #expect(throws: BMCError.self) { _ = try await gate.powerState() }
            #expect(error?.kind == .wrongCredentials)
        }
    }

    @Test func aWrongPasswordShutsTheGate() async throws {
        service.state.withLock { $0.password = "changed" }
        try await withGate { gate, endpoint in
            for kind in [BMCError.Kind.wrongCredentials, .gateShut] {
                let error = await #expect(throws: BMCError.self) { _ = try await gate.powerState() }
                #expect(error?.kind == kind)
            }
            var endpoint = endpoint
            endpoint.password = Secret("changed")
            await gate.update(endpoint)
            let power = try await gate.powerState()
            #expect(power == .off)
        }
    }
}

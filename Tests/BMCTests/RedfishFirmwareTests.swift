import BMC
import Foundation
import Redfish
import Synchronization
import Testing

/// Firmware, and long work that is followed.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct RedfishFirmwareTests {
    /// A service that takes firmware and is at work with it for some looks.
    private final class Service: Sendable {
        struct State {
            var received: [UInt8] = []
            var contentType = ""
            var percent = -1
            var fails = false
            /// Answers nothing while it restarts.
            var silences = 0
            var multipart = true
        }
        let state = Mutex(State())

        func answer(_ request: HTTPServer.Request) -> HTTPServer.Answer {
            state.withLock { state in
                switch (request.method, request.path) {
                case ("GET", "/redfish/v1/"):
                    return .init(body: #"{"UpdateService": {"@odata.id": "/redfish/v1/UpdateService"}}"#)
                case ("GET", "/redfish/v1/UpdateService"):
                    let push = state.multipart ? #""MultipartHttpPushUri": "/upload""# : #""HttpPushUri": "/push""#
                    let action = ##""Actions": {"#UpdateService.SimpleUpdate": {"target": "/simple"}}"##
                    return .init(body: "{\(push), \(action)}")
                case ("POST", "/upload"), ("POST", "/push"), ("POST", "/simple"):
                    state.received = request.body
                    state.contentType = request.headers["content-type"] ?? ""
                    state.percent = 0
                    return .init(status: 202, headers: ["Location": "/monitor", "Retry-After": "1"])
                case ("GET", "/monitor"):
                    if state.silences > 0, state.percent >= 40 {
                        state.silences -= 1
                        return .init(status: 503)
                    }
                    state.percent += 20
                    guard state.percent >= 100 else {
                        return .init(
                            status: 202,
                            body: #"{"TaskState": "Running", "PercentComplete": \#(state.percent)}"#
                        )
                    }
                    let end =
                        state.fails
                        ? #"{"TaskState": "Exception", "Messages": [{"Message": "wrong image"}]}"#
                        : #"{"TaskState": "Completed", "TaskStatus": "OK"}"#
                    return .init(body: end)
                default: return .init(status: 404)
                }
            }
        }
    }
    private let service = Service()

    private func withGate(_ body: (BMCGate) async throws -> Void) async throws {
        let policy = BMCPolicy(attempts: 1, taskPoll: .zero)
        try await withRedfishGate(policy: policy, answer: service.answer) { gate, _ in
            try await body(gate)
        }
    }

    private func withFile(_ octets: Int, _ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "firmware-\(UUID().uuidString).bin").path
        try Data((0..<octets).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    @Test func aFileIsSentAsAFormAndFollowedToItsEnd() async throws {
        try await withFile(700_000) { path in
            try await withGate { gate in
                let most = Mutex<(Int64, Int64)>((0, 0))
                let task = try await gate.startUpdate(.file(path)) { sent, total in most.withLock { $0 = (sent, total) }
                }
                #expect(task.state.phase == .running)
                let sent = most.withLock { $0 }
                #expect(sent.1 > 700_000, "the form is longer than the file")
                #expect(sent.0 == sent.1)
                let percents = Mutex<[Int]>([])
                let end = try await gate.follow(task, within: .seconds(60)) { state in
                    percents.withLock { $0.append(state.percent ?? -1) }
                }
                #expect(end.phase == .done)
                #expect(percents.withLock { $0 } == [20, 40, 60, 80, 100])
            }
            let (received, type) = service.state.withLock { ($0.received, $0.contentType) }
            #expect(type.hasPrefix("multipart/form-data; boundary="))
            let text = String(decoding: received.prefix(600), as: UTF8.self)
            #expect(text.contains("name=\"UpdateParameters\"") && text.contains("{\"Targets\":[]}"))
            #expect(text.contains("name=\"UpdateFile\"; filename=\"firmware-"))
            let file = try Data(contentsOf: URL(filePath: path))
            #expect(received.firstRange(of: [UInt8](file)) != nil, "the octets are those of the file")
        }
    }

    @Test func anOlderServiceGetsTheFileAlone() async throws {
        service.state.withLock { $0.multipart = false }
        try await withFile(1000) { path in
            try await withGate { gate in _ = try await gate.startUpdate(.file(path)) }
            let file = [UInt8](try Data(contentsOf: URL(filePath: path)))
            #expect(service.state.withLock { $0.received } == file)
        }
    }

    @Test func aBMCThatFetchesIsGivenTheAddressAndMayRestart() async throws {
        service.state.withLock { $0.silences = 3 }
        try await withGate { gate in
            let task = try await gate.startUpdate(.address("http://10.0.0.1/bmc.bin"))
            let end = try await gate.follow(task, within: .seconds(60))
            #expect(end.phase == .done)
        }
        let body = try JSON(reading: service.state.withLock { $0.received })
        #expect(body == .object(["ImageURI": .string("http://10.0.0.1/bmc.bin")]))
    }

    @Test func anUpdateThatEndsBadlySaysWhy() async throws {
        service.state.withLock { $0.fails = true }
        try await withGate { gate in
            let task = try await gate.startUpdate(.address("http://10.0.0.1/bmc.bin"))
            let end = try await gate.follow(task, within: .seconds(60))
            #expect(end.phase == .failed)
            #expect(end.messages == ["exception; wrong image"])
        }
    }

    @Test func workThatDoesNotEndIsGivenUp() async throws {
        service.state.withLock { $0.silences = .max }
        try await withGate { gate in
            let task = try await gate.startUpdate(.address("http://10.0.0.1/bmc.bin"))
            let error = await #expect(throws: BMCError.self) { _ = try await gate.follow(task, within: .zero) }
            #expect(error?.kind == .notObserved)
        }
    }

    @Test func aFileThatIsNotThereIsNotSent() async throws {
        try await withGate { gate in
            let error = await #expect(throws: BMCError.self) {
                _ = try await gate.startUpdate(.file("/nowhere/firmware.bin"))
            }
            #expect(error?.description.contains("cannot be read") == true)
        }
        #expect(service.state.withLock { $0.received.isEmpty })
    }

    @Test(
        .enabled(if: !RecordedService.archives.isEmpty),
        arguments: [
            ("dell-idrac9-r750-dpu", "Integrated Dell Remote Access Controller", "6.00.30.00"),
            ("hpe-ilo5-dl325gen10plus", "iLO 5", "2.46"), ("lenovo-xcc-sr670v2", "Firmware:BMC", "42S-2.83"),
        ]
    )
    func recordedFirmwareIsRead(name: String, part: String, version: String) async throws {
        try await withLiveRecording(name) { gate, _ in
            let firmware = try await gate.firmware()
            #expect(
                firmware.contains {
                    $0.isInstalled && $0.name.hasPrefix(part) && $0.version?.contains(version) == true
                },
                "\(firmware.filter { $0.name.contains(part.prefix(6)) })"
            )
        }
    }

    @Test(.enabled(if: !RecordedService.archives.isEmpty)) func aDellsUpdateIsAJob() async throws {
        try await withLiveRecording("dell-idrac9-r750-dpu", .dell) { gate, live in
            let id = "Current-159-1.8.2__BIOS.Setup.1-1"
            let unknown = await #expect(throws: BMCError.self) {
                _ = try await gate.startUpdate(.address("http://10.0.0.1/bios.exe"), targets: ["Nothing"])
            }
            #expect(unknown?.detail == "there is no firmware with the id Nothing")
            let task = try await gate.startUpdate(.address("http://10.0.0.1/bios.exe"), targets: [id])
            #expect(task.state.phase == .running)
            #expect(live.orders.first?.body["Targets"].strings == ["/redfish/v1/UpdateService/FirmwareInventory/" + id])
            #expect(live.orders.first?.body["TransferProtocol"].string == "HTTP")
            live.change(
                try #require(task.task),
                ["TaskState": .string("Completed"), "Message": .string("Job completed successfully.")]
            )
            let end = try await gate.follow(task, within: .seconds(60))
            #expect(end.phase == .done)
            #expect(end.messages == ["Job completed successfully."])
        }
    }
}

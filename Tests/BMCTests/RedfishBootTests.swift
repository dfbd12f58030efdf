import BMC
import Foundation
import Redfish
import Testing

/// What recorded BMCs are told to boot, each insisting on what its maker's BMCs insist on.
@Suite(.serialized, .enabled(if: !RecordedService.archives.isEmpty), .timeLimit(.minutes(10)))
struct RedfishBootTests {
    private let pxe = BootSetting(device: .pxe, persistence: .once, mode: .uefi)

    @Test(arguments: [
        ("dell-idrac9-r750-dpu", LiveRecording.Manner.dell), ("hpe-ilo5-dl325gen10plus", .hpe),
        ("hpe-ilo6-dl360", .hpe), ("lenovo-xcc-sr670v2", .lenovo), ("supermicro-sys821ge-tnhr", .supermicro),
        ("openbmc-stock", .plain),
    ])
    func theNetworkOnceAndBackIsTakenAtTheFirstTry(name: String, manner: LiveRecording.Manner) async throws {
        try await withLiveRecording(name, manner) { gate, live in
            let outcome = try await gate.ensureBootDevice(pxe)
            #expect(outcome.warnings.isEmpty)
            #expect(outcome.found.device == .pxe)
            #expect(outcome.found.persistence == .once)
            #expect(live.orders.count == 1, "the maker's own way is the first")
            #expect(live.refused.isEmpty)
            let none = try await gate.ensureBootDevice(BootSetting(device: BootDevice.none, persistence: nil))
            #expect(none.found.device == BootDevice.none)
            #expect(live.refused.isEmpty)
        }
    }

    @Test func theStrategyIsToldWithItsReason() async throws {
        try await withLiveRecording("hpe-ilo6-dl360") { gate, _ in
            let strategy = try await gate.identify().strategy
            #expect(strategy == BMCStrategy(name: "iLO", reason: "the service root has Oem.Hpe"))
        }
    }

    /// The ladder stands behind the maker's way: a BMC that is not like its maker's others is served too.
    @Test func aBMCThatInsistsOnAnothersWayIsServed() async throws {
        try await withLiveRecording("openbmc-stock", .lenovo) { gate, live in
            // The stock recording has no tags, so give it one.
            live.change("/redfish/v1/Systems/system", ["@odata.etag": .string("\"5\"")])
            let outcome = try await gate.ensureBootDevice(pxe)
            #expect(outcome.warnings.isEmpty)
            #expect(live.refused.count == 1, "without a tag it was refused once")
        }
    }

    @Test func aLenovoKeepsALastingDeviceInItsOrder() async throws {
        try await withLiveRecording("lenovo-xcc-sr670v2", .lenovo) { gate, live in
            let outcome = try await gate.ensureBootDevice(BootSetting(device: .disk, persistence: .continuous))
            #expect(outcome.found.device == .disk)
            #expect(outcome.found.persistence == .continuous)
            #expect(outcome.warnings == ["set by the boot order, which begins with Boot0002"])
            #expect(live.orders.map(\.path) == ["/redfish/v1/Systems/1/Pending"])
        }
    }

    @Test func aDellBootsByHTTPThroughItsWord() async throws {
        try await withLiveRecording("dell-idrac9-r750-dpu", .dell) { gate, live in
            let wanted = BootSetting(device: .httpBoot, persistence: .once, httpURI: "http://10.0.0.1/a.efi")
            let outcome = try await gate.ensureBootDevice(wanted)
            #expect(outcome.found.device == .httpBoot)
            #expect(outcome.warnings.contains { $0.contains("BIOS attribute HttpDev1Uri") })
            #expect(live.orders.first?.body["Boot"]["HttpBootUri"] == .null)
        }
    }

    @Test func aChangeThatIsTakenAndNeverShowsIsWarnedOf() async throws {
        let archive = try #require(RecordedService.archives.first { $0.contains("trees/openbmc") })
        let recording = try await RecordedService.load(archive)
        let answer: @Sendable (HTTPServer.Request) -> HTTPServer.Answer = { request in
            request.method == "PATCH" ? .init(status: 204) : recording.answer(request)
        }
        try await withRedfishGate(answer: answer) { gate, _ in
            let outcome = try await gate.ensureBootDevice(pxe)
            #expect(outcome.warnings.first?.contains("reads back as no override") == true)
        }
    }

    @Test func whatNoWayLeadsToIsRefusedWithWhatIsOffered() async throws {
        try await withLiveRecording("openbmc-stock") { gate, live in
            let error = await #expect(throws: BMCError.self) {
                _ = try await gate.ensureBootDevice(BootSetting(device: .httpBoot))
            }
            #expect(error?.kind == .refused)
            #expect(error?.detail.contains("offers the boot targets None, Pxe, Hdd") == true)
            #expect(live.orders.isEmpty && live.refused.isEmpty, "nothing was tried")
        }
    }
}

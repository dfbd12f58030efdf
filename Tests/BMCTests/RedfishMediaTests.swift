import BMC
import Foundation
import Redfish
import Testing

/// CD drives of recorded BMCs.
@Suite(.serialized, .enabled(if: !RecordedService.archives.isEmpty), .timeLimit(.minutes(10)))
struct RedfishMediaTests {
    private let image = "http://10.20.0.2:8080/install.iso"

    @Test(arguments: [
        ("dell-idrac9-r750-dpu", LiveRecording.Manner.dell), ("dell-idrac9-m640", .dell),
        ("hpe-ilo5-dl325gen10plus", .hpe), ("hpe-ilo6-dl360", .hpe), ("lenovo-xcc-sr670v2", .lenovo),
        ("supermicro-sys821ge-tnhr", .supermicro),
    ])
    func anImageIsInsertedBootedOnceAndEjected(name: String, manner: LiveRecording.Manner) async throws {
        try await withLiveRecording(name, manner) { gate, live in
            #expect(try await gate.media().image == nil)
            let media = try await gate.insertMedia(image)
            #expect(media.image == image)
            #expect(media.remarks.isEmpty)
            #expect(live.refused.isEmpty, "the maker's own way is the first")
            let inserted = try #require(live.orders.last)
            #expect(inserted.body["Image"].string == image)
            #expect(try await gate.media().image == image)
            let before = live.orders.count
            #expect(try await gate.insertMedia(image).image == image)
            #expect(live.orders.count == before, "what is in it already is left there")
            let outcome = try await gate.ensureBootDevice(BootSetting(device: .cd, persistence: .once))
            #expect(outcome.found.device == .cd)
            #expect(outcome.warnings.isEmpty)
            #expect(try await gate.ejectMedia().image == nil)
            #expect(try await gate.media().image == nil)
            let last = live.orders.count
            #expect(try await gate.ejectMedia().image == nil)
            #expect(live.orders.count == last, "an empty drive is left alone")
        }
    }

    @Test func whatWasInTheDriveIsTakenOutFirst() async throws {
        try await withLiveRecording("hpe-ilo6-dl360", .hpe) { gate, live in
            live.change(
                "/redfish/v1/Managers/1/VirtualMedia/2",
                [
                    "Image": .string("http://other/thing.iso"), "Inserted": .bool(true),
                ]
            )
            let media = try await gate.insertMedia(image)
            #expect(media.image == image)
            let actions = live.orders.compactMap { $0.path.split(separator: ".").last }
            #expect(actions == ["EjectMedia", "InsertMedia"])
        }
    }

    @Test func theDriveForFloppiesIsLeftAlone() async throws {
        try await withLiveRecording("hpe-ilo6-dl360", .hpe) { gate, live in
            let stick = live.resource("/redfish/v1/Managers/1/VirtualMedia/1")
            #expect(stick["Inserted"] == .bool(true), "somebody uses it")
            _ = try await gate.ejectMedia()
            #expect(live.resource("/redfish/v1/Managers/1/VirtualMedia/1") == stick)
        }
    }

    @Test func aBMCWithoutADriveSaysSo() async throws {
        try await withLiveRecording("openbmc-stock") { gate, _ in
            let error = await #expect(throws: BMCError.self) { _ = try await gate.insertMedia(image) }
            #expect(error?.kind == .refused)
            #expect(error?.detail.contains("virtual CD drive") == true)
        }
    }

    @Test func anAddressWithAPasswordGoesToNoBMC() async throws {
        try await withLiveRecording("supermicro-sys821ge-tnhr", .supermicro) { gate, live in
            let error = await #expect(throws: BMCError.self) {
                _ = try await gate.insertMedia("http://me:hunter2@10.0.0.1/a.iso")
            }
            #expect(error?.detail.contains("hunter2") == false)
            #expect(live.orders.isEmpty && live.refused.isEmpty)
        }
    }
}

import BMC
import Foundation
import Redfish
import Testing

/// BIOS attributes and Secure Boot of recorded BMCs.
@Suite(.serialized, .enabled(if: !RecordedService.archives.isEmpty), .timeLimit(.minutes(10)))
struct RedfishBIOSTests {
    private let dell = "dell-idrac9-r750-dpu"
    private let dellBIOS = "/redfish/v1/Systems/System.Embedded.1/Bios"

    @Test(arguments: [
        ("dell-idrac9-r750-dpu", 455), ("hpe-ilo6-dl360", 276), ("hpe-ilo5-dl325gen10plus", 236),
        ("lenovo-xcc-sr670v2", 348), ("supermicro-sys821ge-tnhr", 379), ("intel-s2600bpb", 864),
    ])
    func attributesAreReadWithoutPasswords(name: String, count: Int) async throws {
        try await withLiveRecording(name) { gate, _ in
            let bios = try await gate.bios()
            #expect(bios.attributes.keys.allSatisfy { !$0.lowercased().contains("password") })
            #expect((count - 12...count).contains(bios.attributes.count), "without the passwords")
        }
    }

    @Test func aChangeOnADellMakesAJobThatWaits() async throws {
        try await withLiveRecording(dell, .dell) { gate, live in
            let trial = try await gate.setBIOS(["LogicalProc": "Disabled", "BootMode": "Uefi"], isTrial: true)
            let change = BMCBIOSChange(name: "LogicalProc", before: .text("Enabled"), after: .text("Disabled"))
            #expect(trial.changes == [change])
            #expect(live.orders.isEmpty, "a trial changes nothing")
            let outcome = try await gate.setBIOS(["LogicalProc": "Disabled", "BootMode": "Uefi"])
            #expect(outcome.changes == [change])
            #expect(outcome.pending == [change])
            #expect(outcome.remarks.isEmpty)
            #expect(outcome.task?.state.phase == .waitingForReset)
            #expect(outcome.task?.state.messages == ["Task successfully scheduled."])
            let order = try #require(live.orders.first)
            #expect(order.path == dellBIOS + "/Settings")
            #expect(order.body["Attributes"] == .object(["LogicalProc": .string("Disabled")]), "what is so is left out")
            #expect(order.body["@Redfish.SettingsApplyTime"]["ApplyTime"].string == "OnReset")
            #expect(try await gate.bios().pending == [change])
        }
    }

    @Test func theRegistryOfADellRefusesWhatCannotBe() async throws {
        try await withLiveRecording(dell, .dell) { gate, live in
            for (wanted, reason) in [
                (["LogicalProc": "Maybe"], "one of Enabled, Disabled"), (["CpuMinSevAsid": "511"], "at most 510"),
                (["SystemModelName": "Better"], "cannot be written"),
                (["logicalproc": "Enabled"], "there is LogicalProc"),
            ] {
                let error = await #expect(throws: BMCError.self) { _ = try await gate.setBIOS(wanted) }
                #expect(error?.kind == .refused)
                #expect(error?.detail.contains(reason) == true, "\(error?.detail ?? "")")
            }
            #expect(live.orders.isEmpty && live.refused.isEmpty, "nothing was sent")
        }
    }

    @Test func aPasswordIsSetAndToldToNobody() async throws {
        try await withLiveRecording(dell, .dell) { gate, live in
            let outcome = try await gate.setBIOS(["SetupPassword": "hunter2"])
            #expect(outcome.changes == [BMCBIOSChange(name: "SetupPassword", before: nil, after: nil)])
            #expect(live.orders.first?.body["Attributes"]["SetupPassword"].string == "hunter2")
            #expect(!"\(outcome)".contains("hunter2"))
            #expect(!"\(try await gate.bios())".contains("hunter2"))
        }
    }

    @Test func aLenovoTakesAChangeWithItsTag() async throws {
        try await withLiveRecording("lenovo-xcc-sr670v2", .lenovo) { gate, live in
            let name = "DevicesandIOPorts_SerialPortAccessMode"
            let outcome = try await gate.setBIOS([name: "Dedicated"])
            #expect(outcome.pending == [BMCBIOSChange(name: name, before: .text("Shared"), after: .text("Dedicated"))])
            #expect(live.refused.isEmpty)
            #expect(live.orders.map(\.path) == ["/redfish/v1/Systems/1/Bios/Pending"])
        }
    }

    @Test func aBMCWithoutARegistryToReadIsToldSo() async throws {
        try await withLiveRecording("supermicro-sys821ge-tnhr", .supermicro) { gate, live in
            let outcome = try await gate.setBIOS(["AdjacentCachePrefetch_3C57": "Disable"])
            #expect(outcome.remarks.first?.contains("checked by what they are now alone") == true)
            #expect(outcome.pending.map(\.name) == ["AdjacentCachePrefetch_3C57"])
            #expect(live.orders.map(\.path) == ["/redfish/v1/Systems/1/Bios/SD"])
        }
    }

    @Test(arguments: ["dell-idrac9-r750-dpu", "hpe-ilo6-dl360", "supermicro-sys821ge-tnhr"])
    func secureBootIsSwitchedAndSaysFromWhen(name: String) async throws {
        try await withLiveRecording(name) { gate, live in
            let before = try await gate.secureBoot()
            #expect(before.isEnabled == false)
            let after = try await gate.setSecureBoot(true)
            #expect(after.isEnabled == true)
            #expect(after.remarks == ["it is in force from the next restart on"])
            #expect(live.orders.last?.body == .object(["SecureBootEnable": .bool(true)]))
            let count = live.orders.count
            _ = try await gate.setSecureBoot(true)
            #expect(live.orders.count == count, "what is so is left alone")
        }
    }

    @Test func aMachineWithoutSecureBootSaysSo() async throws {
        try await withLiveRecording("openbmc-stock") { gate, _ in
            let error = await #expect(throws: BMCError.self) { _ = try await gate.secureBoot() }
            #expect(error?.detail == "the system has no SecureBoot resource")
        }
    }
}

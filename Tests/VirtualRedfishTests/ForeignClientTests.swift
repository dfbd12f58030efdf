import Foundation
import Testing

@testable import VirtualRack

/// What others' Redfish libraries make of the service, held against what the machine then is.
@Suite(.enabled(if: RedfishClients.shared != nil, "there are no clients, and the package index was not reached"))
struct ForeignClientTests {
    /// OpenStack's library, which Ironic goes by.
    @Test func sushyDrivesTheMachine() async throws {
        let clients = try #require(RedfishClients.shared)
        try await withService { service, port in
            let seen = try await withServer(mediumHandler) { url in
                try await clients.run(
                    "sushy_client.py",
                    ["https://127.0.0.1:\(port)", service.certificateFile, "admin", url + "/medium.iso"],
                    password: "secret"
                )
            }
            let machine = uefiMachine
            #expect(seen["systems"] == ["/redfish/v1/Systems/1"])
            #expect(seen["uuid"]?.text == machine.uuid)
            #expect(seen["memory_gib"]?.number == machine.memoryMiB / 1024)
            #expect(seen["macs"] == .array(machine.macs.map { .string($0) }))
            #expect(seen["drives"] == .array(machine.disks.map { .number(Int($0.size)) }))
            #expect(seen["processors"]?.number == machine.cpus)
            #expect(seen["power"] == ["Off", "On", "Off"])
            #expect(seen["boot"] == ["Pxe", "Once"])
            #expect(seen["boot_after_restart"] == "Disabled")
            #expect(seen["http_boot"] == ["UefiHttp", "http://10.0.0.1/boot.efi"])
            #expect(seen["bios"] == BIOSAttribute.values(FirmwareSettings(machine), machine))
            #expect(seen["bios_registry"] == .array(BIOSAttribute.allCases.map { .string($0.rawValue) }))
            #expect(seen["bios_pending"] == "from-sushy")
            #expect(seen["bios_before_restart"] == "")
            #expect(seen["bios_after_restart"] == "from-sushy")
            #expect(seen["bios_refused"] == 400)
            #expect(seen["secure_boot"] == [false, true])
            #expect(seen["inserted"]?.array?.first == true)
            #expect(seen["inserted"]?.array?.last == "medium.iso")
            #expect(seen["ejected"] == [false, .null])
            #expect(seen["update_is_running"] == true)
            #expect(seen["firmware"]?.array?.map { $0["BIOS"] } == ["1.0.0", "2.5.0"])

            #expect(await service.machine.power == .off)
            let starts = await service.machine.history
            #expect(starts.map(\.order) == [.diskFirst, .networkFirst, .httpFirst, .diskFirst])
            #expect(starts.map(\.settings.assetTag) == ["", "", "from-sushy", "from-sushy"])
            #expect(starts.map(\.secureBoot) == [false, false, false, true])
            #expect(starts.allSatisfy { $0.medium == nil })
        }
    }

    /// DMTF's library and its tools.
    @Test func theLibraryOfDMTFDrivesTheMachine() async throws {
        let clients = try #require(RedfishClients.shared)
        try await withService { service, port in
            let seen = try await withFolder { folder in
                let firmware = folder + "/firmware.bin"
                try Data("rackwright-firmware BMC 3.1.4\n".utf8).write(to: URL(filePath: firmware))
                return try await withServer(mediumHandler) { url in
                    try await clients.run(
                        "redfish_client.py",
                        [
                            "https://127.0.0.1:\(port)", service.certificateFile, "admin", url + "/medium.iso",
                            firmware,
                        ],
                        password: "secret"
                    )
                }
            }
            #expect(seen["session"] == true)
            #expect(seen["systems"] == ["1"])
            #expect(seen["power"] == ["Off", "On", "Off"])
            #expect(seen["boot"] == ["Pxe", "Once"])
            #expect(seen["bios"] == BIOSAttribute.values(FirmwareSettings(uefiMachine), uefiMachine))
            #expect(seen["bios_pending"] == [0, 7])
            #expect(seen["insert_status"] == 204)
            #expect(seen["inserted"]?.array?.first == true)
            #expect(seen["ejected"] == false)
            #expect(seen["update_status"] == 202)
            #expect(seen["firmware"] == ["BMC": "3.1.4", "BIOS": "1.0.0"])
            let names = seen["log"]?.array?.compactMap { $0.text?.split(separator: ".").last.map(String.init) }
            #expect(names == ["MachineStarted", "MediumInserted", "MediumEjected", "FirmwareUpdated"])
            #expect(seen["log_after_clear"] == 0)
            #expect(seen["sensors"]?.array?.contains("Inlet") == true)
            #expect(seen["users"] == ["admin"])
            #expect(seen["second_reads"] == 200)
            #expect(seen["second_resets"] == 403)
            #expect(seen["second_with_new_password"] == 200)
            #expect(seen["users_after"] == ["admin"])

            let firmware = await service.machine.firmware
            #expect(firmware.bootOverride == BootOverride(target: .network, duration: .once))
            #expect(firmware.nextSettings.bootWait == 7)
            #expect(await service.machine.power == .off)
            #expect(await service.bmc.state.sessions.isEmpty, "both clients logged out")
        }
    }
}

import BMC
import BMCRedfish
import Foundation
import Inventory
import Testing

@testable import VirtualRack

/// What our own driver changes by way of the service, held against what the machine then is.
struct DriverChangeTests {
    private func withGate(
        _ machine: RackDefinition.Machine = uefiMachine,
        _ body: (BMCGate, LoopbackBMC) async throws -> Void
    ) async throws {
        try await withService(machine) { service, port in
            let endpoint = BMCEndpoint(
                protocol: .redfish,
                address: "127.0.0.1",
                port: port,
                username: "admin",
                password: Secret("secret"),
                certificate: .caFile(service.certificateFile)
            )
            let policy = BMCPolicy(attempts: 1, powerPoll: .milliseconds(50))
            try await body(
                BMCGate(endpoint: endpoint, policy: policy) { try await RedfishConnector().connect($0) },
                service
            )
        }
    }

    @Test func aMediumIsInsertedBootedOnceAndEjected() async throws {
        try await withGate { gate, service in
            try await withServer(mediumHandler) { url in
                let media = try await gate.insertMedia(url + "/medium.iso")
                #expect(media.image == url + "/medium.iso")
                #expect(media.remarks == [])
                let boot = try await gate.ensureBootDevice(BootSetting(device: .cd, persistence: .once))
                #expect(boot.warnings == [])
                _ = try await gate.ensurePower(.on)
                let start = try #require(await service.machine.history.last)
                #expect(start.order == .cdFirst)
                let file = try #require(start.medium)
                #expect(try Data(contentsOf: URL(filePath: file)).count == 300_000)
                let empty = try await gate.ejectMedia()
                #expect(empty.image == nil)
                #expect(await service.machine.firmware.medium == nil)
            }
        }
    }

    @Test func settingsOfTheFirmwareAreReadTriedAndSet() async throws {
        try await withGate { gate, service in
            let before = try await gate.bios()
            #expect(before.attributes["Ipv4Pxe"] == .text("Enabled"))
            #expect(before.attributes["BootWaitSeconds"] == .number(0))
            let wish = ["Ipv4Pxe": "Disabled", "BootWaitSeconds": "5"]
            let trial = try await gate.setBIOS(wish, isTrial: true)
            #expect(Set(trial.changes.map(\.name)) == Set(wish.keys))
            #expect(
                await service.machine.firmware.nextSettings == FirmwareSettings(uefiMachine),
                "a trial changes nothing"
            )
            let outcome = try await gate.setBIOS(wish)
            #expect(Set(outcome.pending.map(\.name)) == Set(wish.keys))
            _ = try await gate.ensurePower(.on)
            let settings = try #require(await service.machine.history.last).settings
            #expect(!settings.pxe4)
            #expect(settings.bootWait == 5)
            let after = try await gate.bios()
            #expect(after.attributes["Ipv4Pxe"] == .text("Disabled"))
            #expect(after.pending == [])
            await #expect(throws: (any Error).self) { _ = try await gate.setBIOS(["NoSuchThing": "1"]) }
        }
    }

    @Test func secureBootIsSwitchedForTheNextStart() async throws {
        try await withGate { gate, service in
            let set = try await gate.setSecureBoot(true)
            #expect(set.isEnabled == true)
            #expect(set.isInForce == false)
            _ = try await gate.ensurePower(.on)
            #expect(await service.machine.history.last?.secureBoot == true)
            let now = try await gate.secureBoot()
            #expect(now.isInForce == true)
        }
    }

    @Test func firmwareIsUpdatedByFileAndByAddress() async throws {
        try await withGate { gate, _ in
            try await withFolder { folder in
                let file = folder + "/bmc.bin"
                try Data("rackwright-firmware BMC 2.0.1\n".utf8).write(to: URL(filePath: file))
                let pushed = try await gate.startUpdate(.file(file))
                let end = try await gate.follow(pushed, within: .seconds(20))
                #expect(end.phase == .done)
            }
            try await withServer(mediumHandler) { url in
                let fetched = try await gate.startUpdate(.address(url + "/medium.iso.firmware"))
                let end = try await gate.follow(fetched, within: .seconds(20))
                #expect(end.phase == .done)
                let wrong = try await gate.startUpdate(.address(url + "/medium.iso"))
                let failed = try await gate.follow(wrong, within: .seconds(20))
                #expect(failed.phase == .failed)
            }
            let versions = try await gate.firmware().reduce(into: [:]) { $0[$1.id] = $1.version }
            #expect(versions == ["BMC": "2.0.1", "BIOS": "2.5.0"])
        }
    }

    @Test func theHardwareIsKnownBeforeTheMachineEverRan() async throws {
        // QEMU's usual addresses are local ones, which the driver takes for a cable between BMC and host.
        var machine = uefiMachine
        machine.macs = ["3c:ec:ef:77:00:11", "3c:ec:ef:77:00:12"]
        try await withGate(machine) { gate, _ in
            let inventory = try await gate.hardware(at: 0)
            #expect(inventory.disks.map(\.serial).contains("VD2"))
            #expect(Set(inventory.nics.map(\.mac)) == Set(machine.macs))
        }
    }

    @Test func aNewPasswordIsTakenAndTheOldOneIsNoGoodAnyMore() async throws {
        try await withGate { gate, _ in
            try await gate.setPassword(Secret("New-pass-77"))
            var endpoint = await gate.endpoint
            let old = BMCGate(endpoint: endpoint, policy: BMCPolicy(attempts: 1)) {
                try await RedfishConnector().connect($0)
            }
            let error = await #expect(throws: BMCError.self) { _ = try await old.powerState() }
            #expect(error?.kind == .wrongCredentials)
            endpoint.password = Secret("New-pass-77")
            await gate.update(endpoint)
            #expect(try await gate.powerState() == .off)
        }
    }
}

import BMC
import Foundation
import Redfish
import TestSupport
import Testing

/// The table of the README: what each recorded BMC can do for us. It is made here, so it cannot say what is not so.
@Suite(.enabled(if: !RecordedService.archives.isEmpty), .timeLimit(.minutes(10)))
struct CapabilityTableTests {
    @Test func theReadmeSaysOfEachRecordedBMCWhatItCanDo() async throws {
        var table = """
            | recorded BMC | way | power | network once | disk once | UEFI HTTP | virtual CD | BIOS attributes | Secure Boot | firmware | parts | sensors | events |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |

            """
        for archive in RecordedService.archives where archive.contains("/trees/") {
            table += try await row(of: try await RecordedService.load(archive)) + "\n"
        }
        let readme = try String(contentsOfFile: Fixture.checkout + "/README.md", encoding: .utf8)
        let isThere = readme.contains(table)
        #expect(isThere, "the README's table should be\n\(table)")
    }

    private func row(of service: RecordedService) async throws -> String {
        let root = ServiceRoot(service.resource(ServiceRoot.path))
        let systems = ResourceCollection(service.resource(root.systems ?? "")).members.map { path in
            var system = ComputerSystem(service.resource(path), path: path)
            if system.reset?.allowed == nil, let info = system.reset?.actionInfo {
                system.reset?.allowed = ComputerSystem.resetTypes(actionInfo: service.resource(info))
            }
            return system
        }
        guard let system = ComputerSystem.choose(from: systems)?.system else {
            return "| \(service.name) | no system in the recording | | | | | | | | | | | |"
        }
        let power = PowerWish.allCases.filter { (try? system.resetRequest(for: $0)) != nil }
        let strategy = VendorStrategy.choose(
            root: service.resource(ServiceRoot.path),
            manager: service.resource(system.managers.first ?? ""),
            system: service.resource(system.path)
        ).strategy
        let options = ResourceCollection(service.resource(system.boot?.options ?? "")).members.compactMap {
            BootOption(service.resource($0))
        }
        let boots = [BootWish.Target.pxe, .disk, .http].map { target in
            let wish = BootWish(target: target, enabled: .once)
            let patches = try? system.bootPatches(for: wish, strategy: strategy, options: options)
            return patches == nil ? "no" : "yes"
        }
        let words = [
            PowerWish.on: "on", .forceOff: "off", .gracefulOff: "shutdown", .restart: "restart",
        ]
        let read = try await readings(of: service)
        let cells = [strategy.name, power.compactMap { words[$0] }.joined(separator: ", ")] + boots + read
        return "| \(service.name) | " + cells.map { $0.isEmpty ? "none" : $0 }.joined(separator: " | ") + " |"
    }

    private func readings(of service: RecordedService) async throws -> [String] {
        try await withRedfishGate(answer: service.answer) { gate, _ in
            [
                await answer { try await gate.media().image == nil ? "yes" : "yes, full" },
                await count { try await gate.bios().attributes.count },
                await answer { try await gate.secureBoot().isEnabled == true ? "on" : "off" },
                await count { try await gate.firmware().count(where: \.isInstalled) },
                await count { try await gate.inventory().count { $0.remarks.isEmpty || $0.name != "not read" } },
                await count { try await gate.sensors().sensors.count },
                await count { try await gate.eventLog(limit: 1).total },
            ]
        }
    }

    private func answer(_ read: () async throws -> String) async -> String {
        (try? await read()) ?? "no"
    }

    private func count(_ read: () async throws -> Int) async -> String {
        do {
            return "\(try await read())"
        } catch {
            return "refused"
        }
    }
}

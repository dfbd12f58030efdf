import FoundationEssentials
import Inventory
import InventoryDrift
import InventoryImport
import TestSupport
import Testing

struct OutlierTests {
    private func fleet(_ count: Int, _ change: (Int, inout Inventory) -> Void) -> [String: Inventory] {
        var fleet: [String: Inventory] = [:]
        for number in 1...count {
            var machine = Samples.server
            change(number, &machine)
            fleet["node-\(number)"] = machine
        }
        return fleet
    }

    @Test func machinesThatAreAlikeHaveNone() {
        let fleet = fleet(20) { number, machine in
            machine.system.serial = "S\(number)"
            machine.memory.total = 126 << 30 - number << 20
            machine.memory.modules = machine.memory.modules.map {
                Samples.module(1, serial: "\($0.serial ?? "")\(number)")
            }
        }
        #expect(Outliers.found(among: fleet) == [])
    }

    @Test func oneOfTwentyWithSlowerMemoryIsPointedOut() {
        let fleet = fleet(20) { number, machine in
            guard number == 7 else { return }
            for index in machine.memory.modules.indices { machine.memory.modules[index].configuredSpeed = 2133 }
        }
        let outlier = Outlier(
            node: "node-7",
            fact: "memory speed",
            value: "2133 MT/s",
            usual: "2400 MT/s",
            count: 19,
            total: 20
        )
        #expect(Outliers.found(among: fleet) == [outlier])
        #expect(outlier.text == "memory speed is 2133 MT/s; 19 of 20 have 2400 MT/s")
    }

    @Test func aSlowCableIsPointedOutAndCommonDifferencesOfSpeedAreNot() {
        func throughput(_ value: @escaping (Int) -> Int) -> [String: Inventory] {
            fleet(8) { number, machine in
                var nic = Inventory.Health.NIC(name: "eth0", duration: 1)
                nic.throughput = value(number)
                machine.health = Inventory.Health(depth: .quick, nics: [nic])
            }
        }
        let found = Outliers.found(among: throughput { $0 == 3 ? 11_200_000 : 110_000_000 + $0 * 900_000 })
        #expect(found.map(\.text) == ["network throughput is 11.2 MB/s; 7 of 8 have about 114.5 MB/s"])
        #expect(Outliers.found(among: throughput { 80_000_000 + $0 * 5_000_000 }) == [])
        #expect(Outliers.found(among: throughput { $0.isMultiple(of: 2) ? 1_000_000 : 100_000_000 }) == [])
    }

    @Test func whereNothingIsUsualNothingStandsOut() {
        #expect(Outliers.found(among: fleet(2) { number, machine in machine.cpu.cores = number }) == [])
        #expect(Outliers.found(among: fleet(10) { number, machine in machine.cpu.cores = number % 2 }) == [])
        #expect(Outliers.found(among: [:]) == [])
        // One that does not know is not counted.
        let unknown = fleet(4) { number, machine in if number > 2 { machine.cpu.cores = nil } }
        #expect(Outliers.found(among: unknown) == [])
    }

    @Test func whatOthersHaveMoreOf() {
        let fleet = fleet(5) { number, machine in
            if number == 2 { machine.disks.removeFirst() }
            if number == 3 { machine.firmware.version = "2.8.1" }
            if number == 5 { machine.tpm = nil }
        }
        #expect(
            Outliers.found(among: fleet).map { "\($0.node): \($0.text)" } == [
                "node-3: firmware is 2.8.1; 4 of 5 have 2.10.0",
                "node-2: disks is 1.8 TiB; 4 of 5 have 1.8 TiB, 447.1 GiB",
                "node-2: disk models is P4510; 4 of 5 have MZ7KM480, P4510",
                "node-2: disk firmware is P4510 VDV1; 4 of 5 have MZ7KM480 GC57, P4510 VDV1",
            ]
        )
    }

    /// Ten blades that were bought as the same: two came with a quarter of the memory.
    @Test(.enabled(if: Fixture.assets != nil))
    func bladesThatAreNearlyTheSame() throws {
        let folder = "inventories/cardiff-hp-bl460c"
        let files = try FileManager.default.contentsOfDirectory(atPath: #require(Fixture.assets) + "/" + folder)
        var blades: [String: Inventory] = [:]
        for file in files {
            let octets = try Fixture.octets(ofAsset: "\(folder)/\(file)")
            let machine = try #require(try InventoryImport.machines(in: octets).first)
            blades[try #require(machine.inventory.system.serial)] = machine.inventory
        }
        #expect(blades.count == 10)
        #expect(
            Outliers.found(among: blades).map { "\($0.node): \($0.text)" } == [
                "CZ3404YWNN: memory is 32.0 GiB; 8 of 10 have 128.0 GiB",
                "CZ3404YWNT: memory is 32.0 GiB; 8 of 10 have 128.0 GiB",
                "CZ3404YWNN: memory modules is 2 × 16.0 GiB DDR3; 8 of 10 have 8 × 16.0 GiB DDR3",
                "CZ3404YWNT: memory modules is 2 × 16.0 GiB DDR3; 8 of 10 have 8 × 16.0 GiB DDR3",
                "CZ3404YWNN: memory part is 2 × 672612-081; 8 of 10 have 8 × 672612-081",
                "CZ3404YWNT: memory part is 2 × 672612-081; 8 of 10 have 8 × 672612-081",
            ]
        )

        // The same blade before and after six of its modules were taken for another.
        let full = try #require(blades["CZ3404YWPA"])
        var poor = full
        poor.memory = try #require(blades["CZ3404YWNN"]).memory
        let findings = Drift(from: full, to: poor).findings
        #expect(findings.count == 6 && findings.allSatisfy { $0.rule == .memoryLost && $0.severity == .block })
        #expect(findings.first?.text == "memory module PROC 1 DIMM 3 is gone (16.0 GiB DDR3)")
        #expect(Drift(from: full, to: full).findings.isEmpty)
        let back = Drift(from: poor, to: full).findings
        #expect(back.count == 6 && back.allSatisfy { $0.rule == .memoryAdded })
        // Two blades of the same kind differ in what is each one's own.
        let other = try #require(blades["CZ3404YWPE"])
        let paths = Differences(between: full, and: other).list.map(\.path)
        #expect(paths == ["nics[pci-0000:04:00.0].mac", "nics[pci-0000:04:00.1].mac", "system.serial"])
    }
}

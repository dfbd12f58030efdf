import AgentAPI
import FoundationEssentials
import Inventory
import LinuxKernel
import Testing

@testable import AgentCore

/// One after another: work that is given up is so for the whole process.
@Suite(.serialized) struct HealthCheckTests {
    /// The same computation, written once more.
    @Test func theComputationHasTheResultThatIsExpected() {
        var state = ProcessorCheck.seed
        var kept = 1.0
        for _ in 0..<ProcessorCheck.rounds {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            kept = kept * 0.5 + Double(state >> 12) / 4_503_599_627_370_496
        }
        #expect(state ^ kept.bitPattern == ProcessorCheck.result)
        #expect(Workload.compute(seed: ProcessorCheck.seed, rounds: ProcessorCheck.rounds) == ProcessorCheck.result)
    }

    @Test func everyThreadIsTriedAndTheirRatesAreInOrder() throws {
        let processors = Workload.processors
        let result = try #require(ProcessorCheck(processors: processors, seconds: 0.1).run())
        #expect(result.threads == processors.count && result.mismatches == 0)
        let (slowest, middle, fastest) = (result.slowest ?? 0, result.rate ?? 0, result.fastest ?? 0)
        #expect(0 < slowest && slowest <= middle && middle <= fastest)
        #expect(ProcessorCheck(processors: [], seconds: 1).run() == nil)
    }

    @Test func aThreadThatIsMuchSlowerIsNamed() throws {
        func count(_ processor: Int, _ blocks: Int, wrong: Int = 0) -> ProcessorCheck.Count {
            .init(processor: processor, blocks: blocks, mismatches: wrong, seconds: 2)
        }
        let counts = [count(0, 200), count(3, 90, wrong: 2), count(1, 190), count(2, 196), count(9, 0)]
        let result = try #require(ProcessorCheck.judged(counts, within: 2))
        #expect(result.stragglers == [3] && result.mismatches == 2 && result.threads == 5)
        #expect(result.slowest == 45 && result.fastest == 100 && result.rate == 98)
    }

    @Test func memoryThatKeepsWhatItWasGivenHasNoMismatch() throws {
        let result = try #require(MemoryCheck(threads: 2, octets: 16 << 20, seconds: 0.2).run())
        #expect(result.mismatches == 0 && result.threads == 2)
        #expect(result.tested > 0 && result.tested <= 16 << 20 && (result.bandwidth ?? 0) > 0)
        #expect(MemoryCheck(threads: 2, octets: 1 << 20, seconds: 1).run() == nil, "caches would answer")
    }

    @Test func aWordThatChangesIsFound() throws {
        let memory = try #require(PatternMemory(octets: 1 << 16))
        for mask in [0, UInt64.max] {
            memory.fill(0, memory.count, seed: 7, mask: mask)
            #expect(memory.mismatches(0, memory.count, seed: 7, mask: mask) == 0)
            memory.spoil(100)
            memory.spoil(8000)
            #expect(memory.mismatches(0, memory.count, seed: 7, mask: mask) == 2)
            #expect(memory.mismatches(0, memory.count, seed: 7, mask: ~mask) >= memory.count - 2)
        }
        #expect(memory.mismatches(0, memory.count + 1, seed: 7, mask: 0) == memory.count + 1, "beyond its end")
    }

    // MARK: disks

    /// A folder with a file in a disk's place.
    private func withDisk(mebibytes: Int, _ body: (_ folder: String, _ path: String) throws -> Void) throws {
        // Not in a file system of memory, which has no direct I/O.
        let folder = "/var/tmp/rackwright-health-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data((0..<mebibytes << 20).map { UInt8(truncatingIfNeeded: $0 >> 8) })
            .write(to: URL(filePath: folder + "/sda"))
        try body(folder, folder + "/sda")
    }

    @Test func aDiskIsReadAtThreePlacesAndNotWritten() throws {
        try withDisk(mebibytes: 24) { folder, path in
            let before = try Data(contentsOf: URL(filePath: path))
            let check = DiskReadCheck(
                disks: ["sda", "missing"],
                seconds: 0.3,
                deadline: MonotonicClock.now + 10,
                folder: folder
            )
            let results = check.run()
            #expect(results.map(\.name) == ["sda"], "what cannot be opened is not known, and no failure")
            let disk = try #require(results.first)
            #expect(disk.errors == 0 && disk.latency != nil)
            #expect([disk.start, disk.middle, disk.end].allSatisfy { ($0 ?? 0) > 0 })
            #expect((disk.latencyMax ?? 0) >= (disk.latency ?? 0))
            #expect(try Data(contentsOf: URL(filePath: path)) == before)
        }
    }

    @Test func noDiskIsBegunAfterTheDeadline() throws {
        try withDisk(mebibytes: 24) { folder, _ in
            let late = DiskReadCheck(disks: ["sda"], seconds: 1, deadline: MonotonicClock.now - 1, folder: folder)
            #expect(late.run() == [])
        }
    }

    @Test func whatIsWrittenIsReadBack() throws {
        try withDisk(mebibytes: 8) { folder, path in
            let before = try Data(contentsOf: URL(filePath: path))
            let result = try DiskWriteCheck(name: "sda", seconds: 60, folder: folder).run()
            #expect(result.written == 8 << 20 && result.mismatches == 0 && result.errors == 0)
            #expect((result.writing ?? 0) > 0 && (result.start ?? 0) > 0)
            #expect(try Data(contentsOf: URL(filePath: path)) != before)
        }
    }

    @Test func aDiskThatCannotBeWrittenHasFailedAndHoldsUpNoOther() throws {
        let disk = Inventory.Disk(name: "no-such-disk", serial: "S1", size: 1 << 30)
        var health = Inventory.Health(depth: .burnIn, disks: [.init(name: "sdq", errors: 0, duration: 1)])
        health.overwrite([disk], seconds: 1)
        #expect(health.disks?.map(\.name) == ["sdq", "no-such-disk"])
        #expect(health.disks?.last?.errors == 1 && health.disks?.last?.serial == "S1")
        #expect(health.disks?.first?.written == nil, "others are left")
        #expect(health.endedAt != nil)
    }

    @Test func whatIsGivenUpEndsAtOnce() {
        WorkThreads.giveUp()
        defer { WorkThreads.giveUp(false) }
        let began = MonotonicClock.now
        let found = ProcessorCheck(processors: [0], seconds: 60).run()
        #expect(found?.mismatches == 0 && MonotonicClock.now - began < 30)
        #expect(!WorkThreads.mayGoOn(until: began + 1000))
    }

    // MARK: interfaces

    @Test func errorsOfInterfacesAreCountedBetweenTwoMoments() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/rackwright-nics-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func write(_ path: String, _ text: String) throws {
            let place = "\(folder)/\(path)"
            let parent = place.split(separator: "/").dropLast().joined(separator: "/")
            try FileManager.default.createDirectory(atPath: "/" + parent, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: place))
        }
        for name in ["eth0", "eth1"] {
            try write("\(name)/statistics/rx_errors", "10\n")
            try write("\(name)/statistics/tx_errors", "1\n")
        }
        try write("eth0/carrier", "1\n")
        try write("eth0/speed", "1000\n")
        let nics = [Inventory.NIC(name: "eth0", speedMax: 10000), .init(name: "eth1"), .init(name: "eth2")]
        let check = NICCheck(nics: nics, folder: folder)
        try write("eth0/statistics/rx_errors", "14\n")
        try write("eth1/statistics/rx_errors", "2\n")
        #expect(
            check.results(after: 2) == [
                .init(
                    name: "eth0",
                    link: true,
                    speed: 1000,
                    speedMax: 10000,
                    errorsTotal: 15,
                    errors: 4,
                    duration: 2
                ),
                .init(name: "eth1", errorsTotal: 3, duration: 2), .init(name: "eth2", duration: 2),
            ]
        )
    }

    @Test func theFastestOfAnInterfacesModes() {
        #expect(LinkModes.fastest(in: [0x0000_002F]) == 1000)
        #expect(LinkModes.fastest(in: [1 << 12, 1 << 9]) == 10000, "beside a gigabit mode of the second word")
        #expect(LinkModes.fastest(in: [0, 1 << 4]) == 100_000)
        #expect(LinkModes.fastest(in: [1 << 6]) == nil, "autonegotiation is no mode")
        #expect(LinkModes.fastest(in: []) == nil)
    }

    // MARK: together

    @Test func nothingIsTriedOutUnlessAsked() {
        #expect(HealthCheck(depth: .off, inventory: Inventory()) == nil)
    }

    @Test func aQuickCheckEndsInItsTime() throws {
        let result = try #require(HealthCheck(depth: .quick, inventory: Inventory())).run()
        #expect(result.depth == .quick && result.cpu != nil && result.disks == [] && result.nics == [])
        #expect((result.duration ?? 99) < 20)
    }
}

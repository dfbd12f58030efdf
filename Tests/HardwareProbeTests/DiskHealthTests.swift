import Inventory
import TestSupport
import Testing

@testable import HardwareProbe

/// What disks say of their health, in octets made here by the specifications' tables.
struct DiskHealthTests {
    /// NVMe base specification 2.0 figure 207.
    private func nvmeLog(warning: UInt8 = 0, spare: UInt8 = 100, used: UInt8 = 3, mediaErrors: UInt64 = 0) -> [UInt8] {
        var log = MadeOctets(count: 512)
        log.octets[0] = warning
        log.put(308, at: 1, count: 2)
        log.octets[3] = spare
        log.octets[4] = 10
        log.octets[5] = used
        log.put(2_000_000, at: 32, count: 8)
        log.put(3_000_000, at: 48, count: 8)
        log.put(41, at: 112, count: 8)
        log.put(8765, at: 128, count: 8)
        log.put(mediaErrors, at: 160, count: 8)
        return log.octets
    }

    @Test func anNVMeDiskThatIsWell() throws {
        var controller = MadeOctets(count: 4096)
        controller.put(343, at: 266, count: 2)
        let health = try #require(NVMeHealth(nvmeLog(), controller: controller.octets)).health
        #expect(
            health
                == Inventory.DiskHealth(
                    verdict: .ok,
                    wear: 3,
                    spare: 100,
                    powerOnHours: 8765,
                    powerCycles: 41,
                    temperature: 35,
                    temperatureMax: 70,
                    mediaErrors: 0,
                    octetsRead: 1_024_000_000_000,
                    octetsWritten: 1_536_000_000_000
                )
        )
    }

    @Test func anNVMeDiskSaysWhatIsWrongWithIt() throws {
        let readOnly = try #require(NVMeHealth(nvmeLog(warning: 0x0A))).health
        #expect(readOnly.verdict == .failing && readOnly.reasons?.count == 2)
        let hot = try #require(NVMeHealth(nvmeLog(warning: 0x02))).health
        #expect(hot.verdict == .warning)
        let worn = try #require(NVMeHealth(nvmeLog(used: 112))).health
        #expect(worn.verdict == .warning && worn.wear == 112)
        #expect(try #require(NVMeHealth(nvmeLog(mediaErrors: 1))).health.verdict == .warning)
    }

    @Test func anNVMeLogOfZerosOrCutShortTellsNothing() {
        #expect(NVMeHealth([UInt8](repeating: 0, count: 512)) == nil)
        #expect(NVMeHealth(Array(nvmeLog().dropLast())) == nil)
        var huge = MadeOctets(count: 512)
        huge.put([UInt8](repeating: 0xFF, count: 16), at: 128)
        #expect(NVMeHealth(huge.octets)?.health.powerOnHours == nil, "larger than any number of hours")
    }

    // MARK: ATA

    /// ACS-4 table 45: words 27 to 46, 82, 84, 85, 87 and 217.
    private func identity(model: String, rate: UInt64 = 1, smart: Bool = true, logs: Bool = false) -> [UInt8] {
        var identity = MadeOctets(count: 512)
        identity.put(0x0040, at: 0, count: 2)
        let letters = Array(model.utf8) + [UInt8](repeating: 0x20, count: 40 - model.utf8.count)
        for index in stride(from: 0, to: 40, by: 2) {
            identity.put([letters[index + 1], letters[index]], at: 54 + index)
        }
        identity.put(smart ? 1 : 0, at: 164, count: 2)
        identity.put(0x4000 | (logs ? 0x20 : 0), at: 168, count: 2)
        identity.put(smart ? 1 : 0, at: 170, count: 2)
        identity.put(0x4000, at: 174, count: 2)
        identity.put(rate, at: 434, count: 2)
        identity.octets[510] = 0xA5
        identity.sum()
        return identity.octets
    }

    /// Attributes as (number, flags, value, raw).
    private func smart(_ attributes: [(UInt8, UInt8, UInt8, UInt64)]) -> [UInt8] {
        var data = MadeOctets(count: 512)
        data.put(0x10, at: 0, count: 2)
        for (index, (id, flags, value, raw)) in attributes.enumerated() {
            let offset = 2 + index * 12
            data.put([id, flags, 0, value, value], at: offset)
            data.put(raw, at: offset + 5, count: 6)
        }
        data.sum()
        return data.octets
    }

    private func thresholds(_ limits: [(UInt8, UInt8)]) -> [UInt8] {
        var data = MadeOctets(count: 512)
        for (index, (id, limit)) in limits.enumerated() { data.put([id, limit], at: 2 + index * 12) }
        data.sum()
        return data.octets
    }

    private let attributes: [(UInt8, UInt8, UInt8, UInt64)] = [
        (5, 0x33, 100, 7), (9, 0x32, 96, 0x0012_0000_4E20), (12, 0x32, 99, 55), (194, 0x22, 64, 0x002D_0014_0024),
        (197, 0x12, 100, 0), (187, 0x32, 100, 0),
    ]

    @Test func anATADiskByItsAttributes() throws {
        var disk = try #require(ATAHealth(identity: identity(model: "ST4000NM0035", rate: 7200)))
        #expect(disk.rotationRate == 7200 && !disk.isSolid && disk.hasSMART && !disk.hasLogs)
        disk.read(data: smart(attributes))
        disk.read(thresholds: thresholds([(5, 10), (9, 0)]))
        #expect(
            disk.health
                == Inventory.DiskHealth(
                    verdict: .ok,
                    powerOnHours: 20000,
                    powerCycles: 55,
                    temperature: 36,
                    reallocated: 7,
                    pending: 0,
                    mediaErrors: 0
                )
        )
    }

    @Test func anATADiskThatIsAboutToFail() throws {
        var disk = try #require(ATAHealth(identity: identity(model: "ST4000NM0035", rate: 7200)))
        disk.read(data: smart([(5, 0x33, 8, 3000), (197, 0x12, 90, 12)]))
        disk.read(thresholds: thresholds([(5, 10)]))
        let health = try #require(disk.health)
        #expect(health.verdict == .failing && health.pending == 12)
        #expect(health.reasons?.first == "SMART attribute 5 is 8, threshold 10")

        var aged = try #require(ATAHealth(identity: identity(model: "X", rate: 7200)))
        aged.read(data: smart([(9, 0x32, 1, 90000)]))
        aged.read(thresholds: thresholds([(9, 1)]))
        #expect(aged.health?.verdict == .warning, "an attribute of age is no failure")
    }

    /// SAT-3 table 153, and the fixed format of SPC-4 section 4.5.3.
    @Test(arguments: [false, true])
    func theDisksWordStandsInItsSense(isFixed: Bool) throws {
        func sense(_ middle: UInt8, _ high: UInt8) -> [UInt8] {
            var sense = MadeOctets(count: 64)
            if isFixed {
                sense.put([0x70, 0, 1, 0, 0x50, 0, 0, 10, 0, 0, middle, high, 0, 0x1D], at: 0)
            } else {
                sense.put([0x72, 1, 0, 0x1D, 0, 0, 0, 14], at: 0)
                sense.put([0x09, 0x0C, 0, 0, 0, 0, 0, 0, 0, middle, 0, high, 0xA0, 0x50], at: 8)
            }
            return sense.octets
        }
        for (registers, verdict) in [
            ((0x4F, 0xC2), Inventory.DiskHealth.Verdict.ok), ((0xF4, 0x2C), .failing), ((0, 0), nil),
        ] as [((UInt8, UInt8), Inventory.DiskHealth.Verdict?)] {
            var disk = try #require(ATAHealth(identity: identity(model: "X")))
            disk.read(status: sense(registers.0, registers.1))
            #expect(disk.health?.verdict == verdict)
        }
    }

    /// ACS-4 section 9.5: of each statistic the highest octet says whether it is supported and valid.
    @Test func deviceStatisticsGoBeforeAttributes() throws {
        var disk = try #require(ATAHealth(identity: identity(model: "Samsung", logs: true)))
        #expect(disk.hasLogs)
        func page(_ number: UInt8, _ values: [(offset: Int, value: UInt64, flags: UInt8)]) -> [UInt8] {
            var page = MadeOctets(count: 512)
            page.put([1, 0, number], at: 0)
            for (offset, value, flags) in values {
                page.put(value, at: offset, count: 7)
                page.octets[offset + 7] = flags
            }
            return page.octets
        }
        disk.read(data: smart(attributes))
        disk.read(statistics: page(1, [(8, 12, 0xC0), (16, 777, 0xC0), (24, 2048, 0xC0), (40, 4096, 0x80)]))
        disk.read(statistics: page(5, [(8, 0xF6, 0xC0), (88, 70, 0xC0)]))
        disk.read(statistics: page(7, [(8, 9, 0xC0)]))
        let health = try #require(disk.health)
        #expect(health.powerCycles == 12 && health.powerOnHours == 777 && health.wear == 9)
        #expect(health.temperature == -10 && health.temperatureMax == 70)
        #expect(health.octetsWritten == 1_048_576 && health.octetsRead == nil, "read sectors are not valid")
    }

    @Test func theLifeThatIsLeftIsTakenFromMakersWhoCountItSo() throws {
        let value: [(UInt8, UInt8, UInt8, UInt64)] = [(177, 0x13, 93, 120)]
        var known = try #require(ATAHealth(identity: identity(model: "SAMSUNG MZ7LH960HAJR")))
        known.read(data: smart(value))
        #expect(known.health?.wear == 7)
        #expect(known.health?.verdict == nil, "without thresholds nothing shows a failure")
        var unknown = try #require(ATAHealth(identity: identity(model: "Some other SSD")))
        unknown.read(data: smart(value))
        #expect(unknown.health?.wear == nil)
        var spinning = try #require(ATAHealth(identity: identity(model: "SAMSUNG HD103", rate: 7200)))
        spinning.read(data: smart(value))
        #expect(spinning.health?.wear == nil)
    }

    @Test func whatIsNotWholeTellsNothing() throws {
        var broken = identity(model: "X")
        broken[100] ^= 1
        #expect(ATAHealth(identity: broken) == nil)
        #expect(ATAHealth(identity: [UInt8](repeating: 0, count: 512)) == nil)
        var disk = try #require(ATAHealth(identity: identity(model: "X")))
        var data = smart(attributes)
        data[7] ^= 1
        disk.read(data: data)
        #expect(disk.health == nil)
        #expect(try #require(ATAHealth(identity: identity(model: "X", smart: false))).hasSMART == false)
    }

    // MARK: SCSI

    /// SPC-4 section 7.3.2.
    private func log(_ page: UInt8, _ parameters: [(code: UInt16, value: [UInt8])]) -> [UInt8] {
        let body = parameters.flatMap {
            [UInt8($0.code >> 8), UInt8($0.code & 0xFF), 0x03, UInt8($0.value.count)] + $0.value
        }
        return [page, 0, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
    }

    @Test func aSCSIDiskByItsLogPages() throws {
        var disk = SCSIHealth()
        disk.read(log: log(0x0D, [(0, [0, 41]), (1, [0, 65])]))
        disk.read(log: log(0x0E, [(3, [0, 0, 0x27, 0x10]), (4, [0, 0, 0, 60])]))
        disk.read(log: log(0x11, [(1, [0, 0, 0, 12])]))
        disk.read(log: log(0x15, [(0, [0, 0x0D, 0xBB, 0xA0, 0, 0, 0, 0, 0, 0, 0, 0])]))
        disk.read(log: log(0x03, [(0, [0, 1]), (6, [0, 0, 0, 0])]))
        disk.read(log: log(0x02, [(6, [0, 0])]))
        disk.read(log: log(0x2F, [(0, [0, 0, 40, 0])]))
        disk.read(defects: [0, 0x0D, 0, 24])
        #expect(
            disk.health
                == Inventory.DiskHealth(
                    verdict: .ok,
                    wear: 12,
                    powerOnHours: 15000,
                    powerCycles: 60,
                    temperature: 41,
                    temperatureMax: 65,
                    reallocated: 3,
                    mediaErrors: 0
                )
        )
    }

    @Test func aSCSIDiskThatPredictsItsEnd() throws {
        var disk = SCSIHealth()
        disk.read(log: log(0x2F, [(0, [0x5D, 0x10, 0xFF, 0])]))
        #expect(disk.health?.verdict == .failing && disk.health?.temperature == nil)
        var warm = SCSIHealth()
        warm.read(log: log(0x2F, [(0, [0x0B, 0x01, 70, 0])]))
        #expect(warm.health?.verdict == .warning && warm.health?.temperature == 70)
        #expect(SCSIHealth().health == nil)
        var mute = SCSIHealth()
        mute.read(log: log(0x0D, [(0, [0, 0xFF])]))
        #expect(mute.health == nil, "a temperature that cannot be told is none")
    }

    @Test func pagesAndRotation() {
        #expect(SCSIHealth.supportedPages(in: [0, 0, 0, 3, 0, 0x80, 0xB1], isVital: true) == [0, 0x80, 0xB1])
        #expect(SCSIHealth.supportedPages(in: [0, 0, 0, 9, 0, 0x0D], isVital: false) == [0, 0x0D])
        #expect(SCSIHealth.supportedPages(in: [0, 0x83, 0, 1, 0], isVital: true).isEmpty)
        #expect(SCSIHealth.rotationRate(in: [0, 0xB1, 0, 60, 0x27, 0x10]) == 10000)
        #expect(SCSIHealth.rotationRate(in: [0, 0xB1, 0, 60, 0, 1]) == nil, "one that does not spin")
    }

    // MARK: all

    @Test(arguments: 0..<200 as Range<UInt64>)
    func noiseTellsSomethingOrNothing(seed: UInt64) {
        var noise = SeededNoise(seed: seed)
        let octets = noise.octets(Int(noise.next() % 700))
        _ = NVMeHealth(octets, controller: octets)?.health
        var valid = MadeOctets(count: 512)
        valid.put(Array((octets + [UInt8](repeating: 1, count: 512)).prefix(511)), at: 0)
        valid.octets[0] = 0x40
        valid.octets[1] = 0
        valid.sum()
        if var disk = ATAHealth(identity: valid.octets) {
            disk.read(data: valid.octets)
            disk.read(thresholds: valid.octets)
            disk.read(status: octets)
            disk.read(statistics: octets)
            _ = disk.health
        }
        var scsi = SCSIHealth()
        for page in SCSIHealth.pages { scsi.read(log: [page, 0] + octets) }
        scsi.read(defects: octets)
        _ = scsi.health
        _ = SCSIHealth.supportedPages(in: octets, isVital: seed % 2 == 0)
        _ = SCSIHealth.rotationRate(in: octets)
    }

    @Test func aCapturedMachineHasItsDisksAnswersInFiles() throws {
        let machine = try MadeMachine()
        let namespace = "sys/devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1"
        try machine.write("8192", to: "\(namespace)/size")
        try machine.link("sys/block/nvme0n1", to: "../devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1")
        try machine.write([UInt8](repeating: 0, count: 4096), to: "parts/nvme0n1/nvme-controller")
        try machine.write(nvmeLog(), to: "parts/nvme0n1/nvme-health")
        let ata = "sys/devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda"
        try machine.write("8192", to: "\(ata)/size")
        try machine.link("sys/block/sda", to: "../../" + ata)
        try machine.write(identity(model: "ST4000NM0035", rate: 7200), to: "parts/sda/ata-identity")
        try machine.write(smart(attributes), to: "parts/sda/ata-smart-data")
        try machine.write(thresholds([(5, 10)]), to: "parts/sda/ata-smart-thresholds")
        let disks = try HardwareProbe(root: machine.root).collect(now: 0).disks
        #expect(disks.map(\.name) == ["sda", "nvme0n1"])
        #expect(disks.first?.health?.reallocated == 7 && disks.first?.rotationRate == 7200)
        #expect(disks.last?.health?.verdict == .ok && disks.last?.health?.wear == 3)
    }
}

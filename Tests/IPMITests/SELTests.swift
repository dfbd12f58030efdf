import TestSupport
import Testing

@testable import IPMI

struct SELTests {
    /// As ipmi_sim gives them: four of sensors and of the firmware, and two of makers.
    static let records = [
        "010002a4180000200004010101579590",
        "0200020000006020000425026f00ffff",
        "030002000000602000040c096fa10005",
        "040002000000604100040f006fc213ff",
        "0500c100000060570100010203040506",
        "0600e00102030405060708090a0b0c0d",
    ]

    private func record(_ hex: String) throws -> SELRecord { try SELRecord(octets(hex: hex)) }

    private func event(
        _ type: UInt8,
        _ readingType: UInt8,
        _ data: [UInt8],
        isDeassertion: Bool = false
    ) -> SystemEvent {
        SystemEvent(
            time: SELTime(rawValue: 0x6000_0000),
            sensorType: SensorType(rawValue: type),
            sensorNumber: 1,
            isDeassertion: isDeassertion,
            readingType: EventReadingType(rawValue: readingType),
            data: data
        )
    }

    @Test func eachKindOfRecordIsReadAndWrittenToTheOctet() throws {
        for hex in Self.records {
            let octets = octets(hex: hex)
            #expect(try SELRecord(octets).octets == octets)
        }
        let event = try record(Self.records[3])
        guard case .event(let content) = event.content else { throw CancellationError() }
        #expect(event.id == 4)
        #expect(event.time?.instant == Double(0x6000_0000))
        #expect(content.generator == 0x41, "a program: system firmware")
        #expect(event.text() == "System Firmware Progress, starting operating system boot")

        #expect(
            try record(Self.records[4]).content
                == .timestamped(
                    kind: 0xC1,
                    time: SELTime(rawValue: 0x6000_0000),
                    manufacturer: 343,
                    data: [1, 2, 3, 4, 5, 6]
                )
        )
        #expect(try record(Self.records[4]).text() == "record type 0xc1 of maker 343: 010203040506")
        #expect(try record(Self.records[5]).time == nil)
        #expect(try record(Self.records[5]).text() == "record type 0xe0: 0102030405060708090a0b0c0d")
        #expect(throws: (any Error).self) { _ = try SELRecord([UInt8](repeating: 0, count: 15)) }
    }

    @Test func theLastWordsOfLinuxAreRead() throws {
        let record = SELRecord(id: 9, content: .other(kind: 0xF0, data: [0x20, 0x00] + Array("Fatal excep".utf8)))
        #expect(record.text() == "Linux panic: Fatal excep")
        #expect(try SELRecord(record.octets) == record)
    }

    @Test func aClockThatWasNotSetIsNoTime() {
        #expect(SELTime(rawValue: 4919).isSinceStart)
        #expect(SELTime(rawValue: 4919).instant == nil)
        #expect(SELTime(rawValue: 0xFFFF_FFFF).instant == nil)
        #expect(SELTime(rawValue: 0x6000_0000).instant == 1_610_612_736)
    }

    /// Table 42-2.
    @Test func genericEventsHaveTheirNames() {
        #expect(event(0x01, 0x01, [0x59, 0, 0]).text() == "Upper Critical going high")
        #expect(event(0x08, 0x0B, [0x01, 0xFF, 0xFF]).text() == "Redundancy Lost")
        #expect(event(0x07, 0x07, [0x02, 0xFF, 0xFF]).text() == "Transition to Critical from less severe")
        #expect(event(0x0D, 0x08, [0x01, 0xFF, 0xFF]).text() == "Device Present")
        #expect(event(0x0D, 0x03, [0x07, 0xFF, 0xFF]).text() == "state 7", "there is no such state")
        #expect(event(0xC1, 0x71, [0x02, 0xFF, 0xFF]).text() == "state 2", "the maker's own")
    }

    /// Table 42-3, with what the second and third octet say.
    @Test func eventsOfATypeHaveTheirNamesAndMore() {
        let cases: [(UInt8, [UInt8], String)] = [
            (0x0C, [0x31, 0xFF, 0x05], "Uncorrectable ECC, module 5"),
            (0x0C, [0x01, 0xFF, 0xFF], "Uncorrectable ECC"),
            (0x0C, [0xA1, 0x00, 0x05], "Uncorrectable ECC, maker's data 2: 0x00, maker's data 3: 0x05"),
            (0x0F, [0xC0, 0x0D, 0xFF], "System Firmware Error, CPU speed mismatch"),
            (0x0F, [0xC2, 0x40, 0xFF], "System Firmware Progress, code 64"),
            (0x08, [0x36, 0xFF, 0x03], "Configuration Error, power supply rating mismatch"),
            (0x08, [0x03, 0xFF, 0xFF], "Input Lost"),
            (0x12, [0xC4, 0x05, 0xFF], "PEF Action, alert, reset"),
            (0x12, [0xC5, 0x80, 0xFF], "Timestamp Clock Sync, second of a pair"),
            (0x1D, [0xC7, 0x04, 0xFF], "System Restart, cause: watchdog"),
            (0x21, [0xF0, 0x09, 0x02], "Fault, PCI Express, slot 2"),
            (0x23, [0xC1, 0x24, 0xFF], "Hard Reset, SMS/OS, interrupt: NMI"),
            (0x23, [0x08, 0xFF, 0xFF], "Timer Interrupt"),
            (0x23, [0x05, 0xFF, 0xFF], "state 5"),
            (0x2A, [0xF1, 0x02, 0x21], "Session Deactivated, user 2, channel 1, timed out"),
            (0x2B, [0xC1, 0x09, 0xFF], "Firmware or Software Change, system firmware"),
            (0x2C, [0xC4, 0x30, 0xFF], "Active, cause: hot swap button"),
            (0x25, [0x01, 0xFF, 0xFF], "Absent"),
            (0x10, [0x02, 0xFF, 0xFF], "Log Area Cleared"),
        ]
        for (type, data, text) in cases { #expect(event(type, 0x6F, data).text() == text) }
        #expect(event(0x0C, 0x6F, []).text() == "state 15", "without any data")
    }

    /// As ipmitool: "Reading 149 > Threshold 144 degrees C".
    @Test func theReadingAndTheThresholdAreMadeValues() throws {
        guard case .full(let sensor) = try SDRRecord(octets(hex: SDRTests.compiled[2])).content else {
            throw CancellationError()
        }
        #expect(
            event(0x01, 0x01, [0x57, 0x95, 0x90]).text(sensor: sensor)
                == "Upper Non-critical going high, reading 149 > threshold 144 degrees C"
        )
        #expect(
            event(0x01, 0x01, [0x57, 0x80, 0x90], isDeassertion: true).text(sensor: sensor)
                == "Upper Non-critical going high, reading 128 < threshold 144 degrees C"
        )
        #expect(
            event(0x01, 0x01, [0x40, 0x10, 0xFF]).text(sensor: sensor)
                == "Lower Non-critical going low, reading 16 degrees C"
        )
        #expect(event(0x01, 0x01, [0x00, 0x10, 0xFF]).text(sensor: sensor) == "Lower Non-critical going low")
    }

    @Test func informationIsRead() throws {
        // ipmi_sim's answer.
        let info = try SELInfo(octets(hex: "510600203ea4180000000000000a"))
        #expect(info.count == 6)
        #expect(info.free == 15904)
        #expect(info.addedAt.isSinceStart)
        #expect(!info.hasOverflown)
        #expect(try SELInfo(octets(hex: "51ffffffff000000600000006080")).hasOverflown)
        #expect(throws: (any Error).self) { _ = try SELInfo([0x51]) }
    }

    /// Whatever parses is written and parsed again to the same; nothing traps.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func noiseParsesToItself(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let record = try SELRecord(random.octets(16))
        #expect(try SELRecord(record.octets) == record)
        _ = record.text()
    }
}

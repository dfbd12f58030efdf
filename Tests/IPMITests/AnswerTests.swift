import TestSupport
import Testing

@testable import IPMI

/// What a BMC writes is what a console reads.
struct AnswerTests {
    private var random = SeededGenerator(seed: 5)

    private mutating func number<Number: FixedWidthInteger>(_ range: ClosedRange<Number>) -> Number {
        Number.random(in: range, using: &random)
    }

    @Test mutating func answersReadAsTheyWereWritten() throws {
        for _ in 0..<200 {
            let minor = number(0...99 as ClosedRange<Int>)
            let device = DeviceID(
                device: number(0...255),
                hasDeviceSDRs: Bool.random(using: &random),
                firmware: "\(number(0...127 as ClosedRange<Int>)).\(minor < 10 ? "0" : "")\(minor)",
                roles: number(0...255),
                manufacturer: number(0...0xF_FFFF),
                product: number(0...0xFFFF)
            )
            #expect(try DeviceID(device.octets) == device)

            let status = ChassisStatus(
                isPowerOn: Bool.random(using: &random),
                hasPowerFault: Bool.random(using: &random)
            )
            #expect(try ChassisStatus(status.octets(event: number(0...255), misc: number(0...255))) == status)

            let sdr = SDRRepositoryInfo(
                count: number(0...0xFFFF),
                free: number(0...0xFFFD),
                addedAt: number(0...UInt32.max),
                erasedAt: number(0...UInt32.max),
                supportsReservation: Bool.random(using: &random)
            )
            #expect(try SDRRepositoryInfo(sdr.octets) == sdr)

            let sel = SELInfo(
                count: number(0...0xFFFF),
                free: number(0...0xFFFE),
                addedAt: SELTime(rawValue: number(0...UInt32.max)),
                erasedAt: SELTime(rawValue: number(0...UInt32.max)),
                hasOverflown: Bool.random(using: &random)
            )
            #expect(try SELInfo(sel.octets) == sel)

            let fru = FRUAreaInfo(size: number(0...0xFFFF), isReadInWords: Bool.random(using: &random))
            #expect(try FRUAreaInfo(fru.octets) == fru)

            let activation = SerialActivation(
                inboundSize: number(0...0xFFFF),
                outboundSize: number(0...0xFFFF),
                port: number(0...0xFFFF)
            )
            #expect(try SerialActivation(activation.octets) == activation)

            let reading = SensorReading(
                raw: number(0...255),
                isScanned: Bool.random(using: &random),
                isUnavailable: Bool.random(using: &random),
                states: number(0...0x7FFF)
            )
            var read = try SensorReading(reading.octets)
            // Bit 15 is reserved and reads as one.
            read.states &= 0x7FFF
            #expect(read == reading)

            let flags = BootFlags(
                device: .init(rawValue: number(0...15)),
                isPersistent: Bool.random(using: &random),
                isUEFI: Bool.random(using: &random),
                isValid: Bool.random(using: &random)
            )
            #expect(try BootFlags.read(flags.octets) == flags)
        }
        for needsKey in [false, true] {
            let said = ChannelAuthenticationCapabilities(supportsVersion2: true, needsGeneratorKey: needsKey)
            #expect(try ChannelAuthenticationCapabilities(said.octets(channel: 1)) == said)
        }
    }

    @Test func comparisonsHoldAtTheThresholdAndBeyond() throws {
        // Lower critical 10, upper non-critical 80, upper critical 90.
        let thresholds = try SensorThresholds([0b01_1010, 0, 10, 0, 80, 90, 0])
        #expect(thresholds.comparisons(50) == 0)
        #expect(thresholds.comparisons(80) == 0b00_1000)
        #expect(thresholds.comparisons(95) == 0b01_1000)
        #expect(thresholds.comparisons(10) == 0b00_0010)
        #expect(try SensorThresholds(thresholds.octets) == thresholds)
    }

    @Test func aUUIDIsSentInTheOrderThatItIsReadIn() throws {
        let uuid = "6f1c3a52-8f0e-4d4b-9c57-2f2d3f6f8a11"
        let octets = try #require(SystemGUID.octets(uuid: uuid))
        #expect(SystemGUID.uuid(octets) == uuid)
        #expect(SystemGUID.octets(uuid: "6f1c3a52") == nil)
        #expect(SystemGUID.octets(uuid: String(repeating: "x", count: 32)) == nil)
    }

    @Test func lateAnswersToAnEarlierProposalServe() throws {
        var random = SeededGenerator(seed: 3)
        var bmc = SimulatedBMC()
        var session = try IPMISession(username: "admin", password: "secret")
        let capabilities = try #require(try bmc.answer(session.start()))
        guard case .send(let proposal) = session.received(capabilities, random: &random) else {
            throw CancellationError()
        }
        let late = try #require(try bmc.answer(proposal))
        guard case .send = session.timedOut(random: &random) else { throw CancellationError() }
        guard case .send(let rakp1) = session.received(late, random: &random) else { throw CancellationError() }
        let challenge = try #require(try bmc.answer(rakp1))
        guard case .send = session.timedOut(random: &random) else { throw CancellationError() }
        guard case .ignored = session.received(challenge, random: &random) else {
            Issue.record("a BMC may hold to its second challenge alone")
            return
        }
    }
}

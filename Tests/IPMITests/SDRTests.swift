import TestSupport
import Testing

@testable import IPMI

struct SDRTests {
    /// OpenIPMI's `sdrcomp` made these of the simulator's examples and three sensors more.
    static let compiled = [
        "01005112142000008f000000070100c949504d492073696d31",
        "02005103142000000701236f00000000c87761746368646f67",
        "03005101312000010701450001010000000000000001000001000001010000000000ff000000000000000000000000c64d4254656d70",
        "04005101323000010701450001010000000000000001000001000001010000000000ff000000000000000000000000c753756254656d70",
        "050051022220000208010000256f030003000300c000000000000000000000c76d6d3170726573",
        "060051111430038000001000080200c96d6d32667275646576",
        "07005101302000701d017f680401053005000000001200008840000101f000000000ff00000000001a260000000000c566616e2031",
        "090051013020000537014104010100000000000080010000010000010100000000007f800000000000000000000000c5496e6c6574",
        "0a005101332000060a01410008010000000000000100000b02000001010000000000ff000000000000000000000000c8505355204c6f6164",
    ]
    /// Of packed characters `sdrcomp` counts these, not the octets that they take.
    static let volts =
        "08005101322000040a0155080201000000000000000400003b020d0101d200000000ff000000000000000000000000897024d9003cd711"

    @Test(arguments: compiled)
    func whatAnotherToolWroteIsReadAndWrittenToTheOctet(hex: String) throws {
        let octets = octets(hex: hex)
        #expect(try SDRRecord(octets).octets == octets)
    }

    @Test func eachKindOfRecordSaysWhatItTellsOf() throws {
        let records = try Self.compiled.map { try SDRRecord(octets(hex: $0)) }
        #expect(records.map(\.id) == [1, 2, 3, 4, 5, 6, 7, 9, 10])

        guard case .controllerLocator(let bmc) = records[0].content else { throw CancellationError() }
        #expect(bmc.address == 0x20)
        #expect(bmc.capabilities == 0x8F)
        #expect(bmc.name.text == "IPMI sim1")

        guard case .eventOnly(let watchdog) = records[1].content else { throw CancellationError() }
        #expect(watchdog.type == .watchdog2)
        #expect(watchdog.readingType == .sensorSpecific)
        #expect(watchdog.name.text == "watchdog")

        guard case .compact(let presence) = records[4].content else { throw CancellationError() }
        #expect(presence.sensor.number == 2)
        #expect("\(presence.sensor.type)" == "Entity Presence")
        #expect("\(presence.sensor.entity)" == "memory module 1")
        #expect(presence.sensor.readingMask == 3)
        #expect(presence.sensor.type.stateName(1, presence.sensor.readingType) == "Absent")

        guard case .fruLocator(let locator) = records[5].content else { throw CancellationError() }
        #expect(locator.isLogical)
        #expect(locator.controller == 0x30)
        #expect(locator.device == 3)
        #expect("\(locator.entity)" == "memory module 2")

        guard case .full(let fan) = records[6].content else { throw CancellationError() }
        #expect(fan.sensor.hasReadableThresholds)
        #expect(fan.sensor.owner == SensorOwner())
        #expect(fan.factors.m == 392)
        #expect(fan.factors.resultExponent == -1)
        let thresholds = SensorThresholds(of: fan)
        #expect(thresholds[.lowerCritical] == nil, "the record does not say that they can be read")
        #expect(fan.thresholds[.lowerCritical] == 26)
        #expect(fan.thresholds[.lowerNonCritical] == 38)
    }

    @Test func packedNamesAreRead() throws {
        guard case .full(let volts) = try SDRRecord(octets(hex: Self.volts)).content else { throw CancellationError() }
        #expect(volts.name.text == "P12V PSU1")
        #expect(SDRName(encoding: .bcdPlus, octets: [0x12, 0xB3]).text == "12-3")
        #expect(SDRName(encoding: .unicode, octets: [0x46, 0x00, 0xFC, 0x00]).text == "Fü")
        #expect(SDRName(encoding: .latin1, octets: [0x46, 0xFC, 0x00, 0x20]).text == "Fü", "without its filling")
    }

    /// What ipmitool 1.8.19 printed for these records and raw values: `sdr elist` and, with three places, `sensor list`.
    @Test func valuesAreWrittenAsIPMIToolWritesThem() throws {
        let volts = try full(Self.volts)
        #expect(volts.sensor.units.description == "Volts")
        let cases: [(FullSensorRecord, UInt8, String, String)] = [
            (try full(Self.compiled[2]), 0x60, "96 degrees C", "96.000"),
            (try full(Self.compiled[6]), 0x80, "5017.60 RPM", "5017.600"),
            (try full(Self.compiled[6]), 0x26, "1489.60 RPM", "1489.600"),
            (volts, 0xB5, "11.98 Volts", "11.979"),
            (volts, 0x90, "9.80 Volts", "9.796"),
            (volts, 0xF0, "15.46 Volts", "15.460"),
            (try full(Self.compiled[7]), 0xFB, "-5 degrees C", "-5.000"),
            (try full(Self.compiled[8]), 0x32, "4.64 percent", "4.642"),
        ]
        for (record, raw, short, long) in cases {
            let value = try #require(record.value(raw))
            #expect("\(record.text(of: value)) \(record.sensor.units)" == short)
            #expect(DecimalText.fixed(value, places: 3) == long)
        }
    }

    private func full(_ hex: String) throws -> FullSensorRecord {
        guard case .full(let record) = try SDRRecord(octets(hex: hex)).content else { throw CancellationError() }
        return record
    }

    // MARK: Conversion

    @Test func factorsAreTenAndFourBitsWithASign() throws {
        for (m, b, k1, k2) in [(1, 0, 0, 0), (-512, 511, -8, 7), (511, -512, 7, -8), (-1, -1, -1, -1)] {
            let factors = ReadingFactors(
                m: m,
                b: b,
                bExponent: k1,
                resultExponent: k2,
                tolerance: 63,
                accuracy: 1023,
                accuracyExponent: 3,
                direction: 2
            )
            var octets: [UInt8] = [0]
            factors.write(to: &octets)
            #expect(try ReadingFactors(answer: octets) == factors)
        }
        #expect(throws: (any Error).self) { _ = try ReadingFactors(answer: [0, 1, 2, 3, 4, 5]) }
    }

    @Test func rawValuesAreReadInEachFormat() {
        let raw: [UInt8] = [0x00, 0x7F, 0x80, 0xFE, 0xFF]
        #expect(raw.map { SensorUnits.Format.unsigned.number($0) } == [0, 127, 128, 254, 255])
        #expect(raw.map { SensorUnits.Format.twosComplement.number($0) } == [0, 127, -128, -2, -1])
        #expect(raw.map { SensorUnits.Format.onesComplement.number($0) } == [0, 127, -127, -1, 0])
        #expect(raw.map { SensorUnits.Format.none.number($0) } == [nil, nil, nil, nil, nil])
    }

    @Test func everyFunctionOfTheTableIsApplied() {
        let expected: [UInt8: Double?] = [
            0: 4, 1: 1.3862943611198906, 2: 0.6020599913279624, 3: 2, 4: 54.598150033144236, 5: 10000, 6: 16, 7: 0.25,
            8: 16, 9: 64, 10: 2, 11: 1.5874010519681994, 0x70: 4,
        ]
        for (number, value) in expected {
            let found = Linearization(rawValue: number).apply(4)
            #expect(abs((found ?? .infinity) - (value ?? 0)) < 1e-9, "\(number): \(String(describing: found))")
        }
        #expect(Linearization(rawValue: 7).apply(0) == nil, "1/0 is no value")
        #expect(Linearization(rawValue: 1).apply(-1) == nil)
        #expect(Linearization(rawValue: 10).apply(-1) == nil)
        #expect(Linearization(rawValue: 0x70).isNonLinear)
        #expect(!Linearization.linear.isNonLinear)
    }

    @Test func toleranceIsInHalvesOfAStep() throws {
        let volts = try full(Self.volts)
        #expect(abs(try #require(volts.tolerance) - 0.059) < 1e-9)
    }

    /// A sensor whose factors are asked for with each value (Get Sensor Reading Factors).
    @Test func aNonLinearSensorGoesByTheFactorsOfItsValue() throws {
        let record = FullSensorRecord(
            sensor: SensorDescription(
                number: 1,
                entity: EntityReference(id: 7, instance: 1),
                type: .temperature,
                readingType: .threshold,
                units: SensorUnits(base: 1)
            ),
            linearization: Linearization(rawValue: 0x70),
            name: SDRName("CPU")
        )
        // Next reading 0x41; M 2, tolerance 1, B 5, exponents 0 and -1.
        let factors = try ReadingFactors(answer: [0x41, 0x02, 0x01, 0x05, 0x00, 0x00, 0xF0])
        #expect(record.value(0x40, factors: factors) == 13.3)
        #expect(try SDRRecord(SDRRecord(id: 7, content: .full(record)).octets).content == .full(record))
    }

    @Test func unitsAreWrittenAsIPMIToolWritesThem() {
        #expect("\(SensorUnits(base: 18))" == "RPM")
        #expect("\(SensorUnits(isPercentage: true, base: 0))" == "percent")
        #expect("\(SensorUnits(isPercentage: true, base: 6))" == "% Watts")
        #expect("\(SensorUnits(relation: .per, base: 70, modifier: 22))" == "byte/second")
        #expect("\(SensorUnits(relation: .times, base: 47, modifier: 34))" == "oz-in*m")
        #expect("\(SensorUnits(base: 92))" == "grams")
        #expect("\(SensorUnits(base: 93))" == "unit 93")
    }

    /// `printf` rounds as the number truly is: 1.115 is a little less, and halves go to the even digit.
    @Test func decimalsAreRoundedAsPrintfRounds() {
        let cases: [(Double, Int, String)] = [
            (1.115, 2, "1.11"), (2.675, 2, "2.67"), (0.125, 2, "0.12"), (0.375, 2, "0.38"), (-0.001, 2, "0.00"),
            (-2.5, 0, "-2"), (999.995, 2, "1000.00"), (0, 3, "0.000"), (1e-9, 3, "0.000"),
            (12_345_678.9, 1, "12345678.9"),
        ]
        for (value, places, text) in cases { #expect(DecimalText.fixed(value, places: places) == text) }
        #expect(DecimalText.fixed(.nan, places: 2) == "-")
        #expect(DecimalText.fixed(1e300, places: 2) == "1e+300")
    }

    // MARK: Sharing

    @Test func oneRecordStandsForSeveralSensors() {
        let numbers = RecordSharing(first: 0x03, second: 0x01)
        #expect((0..<3).map { numbers.suffix($0) } == ["1", "2", "3"])
        let letters = RecordSharing(first: 0x14, second: 0x80)
        #expect((0..<4).map { letters.suffix($0) } == ["A", "B", "C", "D"])
        let entity = EntityReference(id: 32, instance: 4)
        #expect(letters.entity(entity, 2) == EntityReference(id: 32, instance: 6))
        #expect(numbers.entity(entity, 2) == entity)
        #expect(RecordSharing(first: 0, second: 0).count == 1)
        #expect(RecordSharing(first: 0x12, second: 27).suffix(0) == "AB")
    }

    // MARK: Readings

    @Test func aReadingIsValueAndState() throws {
        let reading = try SensorReading([0x60, 0xC0, 0x00, 0x00])
        #expect(reading.isValid)
        #expect(reading.level == .ok)
        #expect(try SensorReading([0x60, 0xC0, 0x08]).level == .nonCritical)
        #expect(try SensorReading([0x60, 0xC0, 0xD8]).level == .critical)
        #expect(try SensorReading([0x60, 0xC0, 0x07]).level == .nonRecoverable)
        #expect(try SensorReading([0x60, 0xC0]).level == .ok, "without the octet of the comparisons")
        #expect(try SensorReading([0x00, 0x80]).isScanned == false)
        #expect(try SensorReading([0x00, 0xE0, 0xC0]).isUnavailable)
        #expect(try SensorReading([0x01, 0xC0, 0x05, 0xC1]).offsets == [0, 2, 8, 14], "bit 15 is reserved")
        #expect(try SensorReading([0x00, 0xC0, 0x04]).severity(EventReadingType(rawValue: 7)) == .critical)
        #expect(throws: (any Error).self) { _ = try SensorReading([0x60]) }
    }

    @Test func thresholdsAreThoseThatTheAnswerNames() throws {
        // ipmi_sim's answer for a sensor with the upper three.
        let thresholds = try SensorThresholds([0x38, 0x00, 0x00, 0x00, 0x70, 0x90, 0xA0])
        #expect(RawThresholds.Kind.allCases.map { thresholds[$0] } == [nil, nil, nil, 0x70, 0x90, 0xA0])
        #expect(throws: (any Error).self) { _ = try SensorThresholds([0x38, 0, 0, 0, 0x70]) }
    }

    /// Whatever parses is written and parsed again to the same; nothing traps.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func noiseParsesToItselfOrIsRefused(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var octets = random.octets(Int.random(in: 5...90, using: &random))
        octets[3] = [1, 2, 3, 0x11, 0x12, 0xC0].randomElement(using: &random) ?? 1
        octets[4] = UInt8(octets.count - 5)
        guard let record = try? SDRRecord(octets) else { return }
        #expect(try SDRRecord(record.octets) == record)
        if case .full(let full) = record.content { _ = (full.value(octets[4]), full.tolerance) }
    }
}

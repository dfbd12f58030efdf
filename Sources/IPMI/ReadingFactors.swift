import Glibc
public import Octets

/// How a raw value becomes a measured one: `L((M·x + B·10^K1)·10^K2)` (IPMI 2.0 section 36.3).
public struct ReadingFactors: Hashable, Sendable {
    /// Ten bits with a sign.
    public var m: Int
    public var b: Int
    /// K1 and K2, four bits with a sign.
    public var bExponent: Int
    public var resultExponent: Int
    /// In halves of a raw step, six bits.
    public var tolerance: Int
    /// Ten bits and two, in hundredths of a percent.
    public var accuracy: Int
    public var accuracyExponent: Int
    /// 1: what it watches goes in; 2: out.
    public var direction: UInt8

    public init(
        m: Int = 1,
        b: Int = 0,
        bExponent: Int = 0,
        resultExponent: Int = 0,
        tolerance: Int = 0,
        accuracy: Int = 0,
        accuracyExponent: Int = 0,
        direction: UInt8 = 0
    ) {
        self.m = m
        self.b = b
        self.bExponent = bExponent
        self.resultExponent = resultExponent
        self.tolerance = tolerance
        self.accuracy = accuracy
        self.accuracyExponent = accuracyExponent
        self.direction = direction
    }

    /// Octets 25 to 30 of a full record.
    init(reading reader: inout OctetReader) throws(WireError) {
        let octets: [Int] = try reader.read(6).map { Int($0) }
        m = Self.signed(octets[0] | (octets[1] & 0xC0) << 2, bits: 10)
        tolerance = octets[1] & 0x3F
        b = Self.signed(octets[2] | (octets[3] & 0xC0) << 2, bits: 10)
        accuracy = octets[3] & 0x3F | (octets[4] & 0xF0) << 2
        accuracyExponent = octets[4] >> 2 & 0x03
        direction = UInt8(truncatingIfNeeded: octets[4] & 0x03)
        resultExponent = Self.signed(octets[5] >> 4, bits: 4)
        bExponent = Self.signed(octets[5] & 0x0F, bits: 4)
    }

    /// The six octets, as records and answers have them.
    public var octets: [UInt8] {
        var octets: [UInt8] = []
        write(to: &octets)
        return octets
    }

    func write(to octets: inout [UInt8]) {
        func octet(_ value: Int) -> UInt8 { UInt8(truncatingIfNeeded: value) }
        octets += [
            octet(m), octet(m >> 2 & 0xC0 | tolerance & 0x3F),
            octet(b), octet(b >> 2 & 0xC0 | accuracy & 0x3F),
            octet(accuracy >> 2 & 0xF0 | (accuracyExponent & 0x03) << 2) | direction & 0x03,
            octet((resultExponent & 0x0F) << 4 | bExponent & 0x0F),
        ]
    }

    /// The answer to Get Sensor Reading Factors, after the octet that says how far they hold (section 35.5).
    public init(answer data: [UInt8]) throws(WireError) {
        var reader = OctetReader(data)
        _ = try reader.read(1)
        try self.init(reading: &reader)
    }

    private static func signed(_ number: Int, bits: Int) -> Int {
        number >= 1 << (bits - 1) ? number - 1 << bits : number
    }

    /// Nil where the function is not defined or the value is none that is finite.
    func value(_ raw: UInt8, _ format: SensorUnits.Format, _ linearization: Linearization) -> Double? {
        guard let number = format.number(raw) else { return nil }
        let sum = Double(m * number) + Double(b) * pow(10, Double(bExponent))
        return linearization.apply(sum * pow(10, Double(resultExponent)))
    }

    /// How far a value may be off, up and down.
    func toleranceValue(_ linearization: Linearization) -> Double? {
        linearization.apply(Double(m) * Double(tolerance) / 2 * pow(10, Double(resultExponent)))
    }
}

extension SensorUnits.Format {
    func number(_ raw: UInt8) -> Int? {
        switch self {
        case .unsigned: Int(raw)
        // A number less than zero has all bits of its positive inverted; all ones are zero.
        case .onesComplement: raw & 0x80 != 0 ? -Int(~raw) : Int(raw)
        case .twosComplement: Int(Int8(bitPattern: raw))
        case .none: nil
        }
    }
}

/// The function L (IPMI 2.0 table 43-1, octet 24).
public struct Linearization: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue & 0x7F }

    public static let linear = Self(rawValue: 0)

    /// The factors hold for one raw value alone and are asked for with it.
    public var isNonLinear: Bool { rawValue >= 0x70 }

    func apply(_ x: Double) -> Double? {
        let value: Double =
            switch rawValue {
            case 1: log(x)
            case 2: log10(x)
            case 3: log2(x)
            case 4: exp(x)
            case 5: pow(10, x)
            case 6: exp2(x)
            case 7: 1 / x
            case 8: x * x
            case 9: x * x * x
            case 10: x.squareRoot()
            case 11: cbrt(x)
            default: x
            }
        return value.isFinite ? value : nil
    }
}

import Inventory

/// What an ATA disk says of itself and its health (ACS-4; the attributes of SMART as ATA/ATAPI-5 and makers have them).
struct ATAHealth {
    /// Revolutions a minute; nil for one that does not spin, or does not say.
    let rotationRate: Int?
    let isSolid: Bool
    let hasSMART: Bool
    /// Whether it keeps logs that the general purpose commands read.
    let hasLogs: Bool
    private let model: String
    private var data: [UInt8]?
    private var thresholds: [UInt8: UInt8] = [:]
    private var isThresholdExceeded: Bool?
    private var statistics: [UInt8: [UInt8]] = [:]

    /// - Parameter identity: the 512 octets of IDENTIFY DEVICE (ACS-4 section 7.13)
    init?(identity: [UInt8]) {
        guard identity.count >= 512, Self.isWhole(identity) else { return nil }
        func word(_ number: Int) -> UInt16 { identity.little(at: number * 2) ?? 0 }
        // Bit 15 of word 0 stands for ATAPI.
        guard word(0) & 0x8000 == 0, word(0) != 0 || word(1) != 0 || word(27) != 0 else { return nil }
        let rate = word(217)
        isSolid = rate == 1
        rotationRate = (0x0401...0xFFFE).contains(rate) ? Int(rate) : nil
        // Words 82 to 87 are valid where bits 15 and 14 of word 87 are 0 and 1.
        let isValid = word(87) & 0xC000 == 0x4000
        hasSMART = isValid && word(82) & 1 != 0 && word(85) & 1 != 0
        hasLogs = isValid && (word(84) & 0x20 != 0 || word(87) & 0x20 != 0)
        // Two letters a word, the first in the higher octet.
        let letters = (27..<47).flatMap { [identity[$0 * 2 + 1], identity[$0 * 2]] }
        model = trimmed(letters) ?? ""
    }

    /// The signature A5h in octet 510 says that octet 511 completes the sum to 0.
    private static func isWhole(_ identity: [UInt8]) -> Bool {
        identity[510] != 0xA5 || isSummed(identity)
    }

    private static func isSummed(_ octets: [UInt8]) -> Bool {
        octets.prefix(512).reduce(0 as UInt8) { $0 &+ $1 } == 0
    }

    /// SMART READ DATA.
    mutating func read(data: [UInt8]) {
        guard data.count >= 512, Self.isSummed(data) else { return }
        self.data = data
    }

    /// SMART READ THRESHOLDS.
    mutating func read(thresholds octets: [UInt8]) {
        guard octets.count >= 512, Self.isSummed(octets) else { return }
        for offset in stride(from: 2, to: 2 + 30 * 12, by: 12) where octets[offset] != 0 {
            thresholds[octets[offset]] = octets[offset + 1]
        }
    }

    /// The sense data after SMART RETURN STATUS: the registers say 4Fh, C2h for well, F4h, 2Ch for the contrary.
    mutating func read(status sense: [UInt8]) {
        guard let registers = Self.registers(in: sense) else { return }
        switch registers {
        case (0x4F, 0xC2): isThresholdExceeded = false
        case (0xF4, 0x2C): isThresholdExceeded = true
        default: break
        }
    }

    /// LBA (15:8) and (23:16), from the ATA Status Return descriptor or the fixed format (SAT-3 section 12.2.5).
    private static func registers(in sense: [UInt8]) -> (UInt8, UInt8)? {
        guard sense.count >= 14 else { return nil }
        switch sense[0] & 0x7F {
        case 0x72:
            var offset = 8
            let end = min(sense.count, 8 + Int(sense[7]))
            while offset + 2 <= end {
                let length = Int(sense[offset + 1])
                if sense[offset] == 0x09, length >= 12, offset + 14 <= end {
                    return (sense[offset + 9], sense[offset + 11])
                }
                offset += 2 + length
            }
            return nil
        case 0x70: return (sense[10], sense[11])
        default: return nil
        }
    }

    /// A page of the device statistics: its number stands in octet 2.
    mutating func read(statistics octets: [UInt8]) {
        guard octets.count >= 512 else { return }
        statistics[octets[2]] = octets
    }

    /// Which pages say something that is wanted.
    static let statisticsPages: [UInt8] = [1, 3, 4, 5, 7]

    /// A statistic that is supported and valid (ACS-4 section 9.5.2).
    private func statistic(_ page: UInt8, _ offset: Int, count: Int) -> UInt64? {
        guard let octets = statistics[page], octets[offset + 7] & 0xC0 == 0xC0 else { return nil }
        return octets.number(at: offset, count: count)
    }

    private struct Attribute {
        var isPrefailure: Bool
        var value: UInt8
        var raw: UInt64
    }

    private var attributes: [UInt8: Attribute] {
        guard let data else { return [:] }
        var found: [UInt8: Attribute] = [:]
        for offset in stride(from: 2, to: 2 + 30 * 12, by: 12) where data[offset] != 0 {
            found[data[offset]] = Attribute(
                isPrefailure: data[offset + 1] & 1 != 0,
                value: data[offset + 3],
                raw: data.number(at: offset + 5, count: 6) ?? 0
            )
        }
        return found
    }

    /// The attribute in which makers count the life that is left, as its value out of 100.
    private static let lifeLeft: [(maker: String, attribute: UInt8)] = [
        ("INTEL", 233), ("SAMSUNG", 177), ("Micron", 202), ("Crucial", 202), ("CT", 202), ("KINGSTON", 231),
    ]

    var health: Inventory.DiskHealth? {
        guard data != nil || isThresholdExceeded != nil || !statistics.isEmpty else { return nil }
        let attributes = attributes
        func raw(_ id: UInt8, bits: UInt64) -> Int? { attributes[id].map { Int($0.raw & (1 << bits - 1)) } }
        var health = Inventory.DiskHealth(
            wear: statistic(7, 8, count: 1).map { Int($0) } ?? wear(attributes),
            // Some makers keep minutes or other things in the octets above.
            powerOnHours: statistic(1, 16, count: 4).map { Int($0) } ?? raw(9, bits: 24),
            powerCycles: statistic(1, 8, count: 4).map { Int($0) } ?? raw(12, bits: 32),
            temperature: temperature(attributes),
            temperatureMax: statistic(5, 88, count: 1).map { Int(Int8(truncatingIfNeeded: $0)) },
            reallocated: statistic(3, 32, count: 4).map { Int($0) } ?? raw(5, bits: 16),
            pending: raw(197, bits: 32),
            mediaErrors: statistic(4, 8, count: 4).map { Int($0) } ?? raw(187, bits: 16),
            octetsRead: sectors(statistic(1, 40, count: 6)),
            octetsWritten: sectors(statistic(1, 24, count: 6))
        )
        var verdict = HealthVerdict()
        if isThresholdExceeded == true { verdict.note("it says that it will fail soon", isFailing: true) }
        for (id, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
            guard let threshold = thresholds[id], (1...0xFD).contains(threshold), attribute.value > 0,
                attribute.value <= threshold
            else { continue }
            let words = "SMART attribute \(id) is \(attribute.value), threshold \(threshold)"
            verdict.note(words, isFailing: attribute.isPrefailure)
        }
        verdict.note(health)
        let isKnown = isThresholdExceeded != nil || (!attributes.isEmpty && !thresholds.isEmpty)
        verdict.conclude(&health, isKnown: isKnown)
        return health
    }

    private func wear(_ attributes: [UInt8: Attribute]) -> Int? {
        guard isSolid else { return nil }
        for (maker, id) in Self.lifeLeft where model.hasPrefix(maker) {
            guard let value = attributes[id]?.value, (0...100).contains(value) else { continue }
            return 100 - Int(value)
        }
        return nil
    }

    private func temperature(_ attributes: [UInt8: Attribute]) -> Int? {
        let measured = statistic(5, 8, count: 1).map { Int8(truncatingIfNeeded: $0) }
        if let measured, measured != Int8.min { return Int(measured) }
        let raw = (attributes[194] ?? attributes[190]).map { Int(Int8(truncatingIfNeeded: $0.raw & 0xFF)) }
        return raw.flatMap { (-40...120).contains($0) && $0 != 0 ? $0 : nil }
    }

    private func sectors(_ count: UInt64?) -> Int? {
        count.flatMap { $0 < UInt64(Int.max) / 512 ? Int($0) * 512 : nil }
    }
}

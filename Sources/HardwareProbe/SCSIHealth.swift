import Inventory

/// What a SCSI disk says of itself and its health: vital product data and log pages (SPC-4 sections 7.3 and 7.8, SBC-3).
struct SCSIHealth {
    private var logs: [UInt8: [UInt16: [UInt8]]] = [:]
    private var defects: Int?

    /// The log pages that say something that is wanted.
    static let pages: [UInt8] = [0x02, 0x03, 0x0D, 0x0E, 0x11, 0x15, 0x2F]

    /// The pages that a list of pages names: log page 00h, and vital product data page 00h.
    static func supportedPages(in octets: [UInt8], isVital: Bool) -> Set<UInt8> {
        guard octets.count > 4, octets[isVital ? 1 : 0] & 0x3F == 0, let count = octets.big(at: 2, count: 2) else {
            return []
        }
        return Set(octets[4...].prefix(Int(count)))
    }

    /// Block device characteristics, vital product data page B1h (SBC-3 section 6.6.2): revolutions a minute.
    static func rotationRate(in page: [UInt8]) -> Int? {
        guard page.count >= 6, page[1] == 0xB1, let rate = page.big(at: 4, count: 2), (0x0401...0xFFFE).contains(rate)
        else { return nil }
        return Int(rate)
    }

    /// Takes a log page apart: parameters of a code, control and length each.
    mutating func read(log octets: [UInt8]) {
        guard octets.count >= 4, let length = octets.big(at: 2, count: 2) else { return }
        // A subpage of the number is another page.
        guard octets[0] & 0x40 == 0 else { return }
        let end = min(octets.count, 4 + Int(length))
        var parameters: [UInt16: [UInt8]] = [:]
        var offset = 4
        while offset + 4 <= end, let code = octets.big(at: offset, count: 2) {
            let length = Int(octets[offset + 3])
            guard offset + 4 + length <= end else { break }
            parameters[UInt16(truncatingIfNeeded: code)] = Array(octets[offset + 4..<offset + 4 + length])
            offset += 4 + length
        }
        logs[octets[0] & 0x3F] = parameters
    }

    /// The head of Read Defect Data: which list in which format, and its length in octets.
    mutating func read(defects octets: [UInt8]) {
        // The grown list alone was asked for.
        guard octets.count >= 4, octets[1] & 0x18 == 0x08, let length = octets.big(at: 2, count: 2) else { return }
        let format = octets[1] & 0x07
        let entry = format == 0 || format == 1 ? 4 : 8
        defects = Int(length) / entry
    }

    var health: Inventory.DiskHealth? {
        guard !logs.isEmpty || defects != nil else { return nil }
        var health = Inventory.DiskHealth(
            // Solid state media: percentage used endurance indicator (SBC-3 section 6.4.6).
            wear: octet(0x11, 0x0001, at: 3),
            // Background scan status: minutes.
            powerOnHours: logs[0x15]?[0]?.big(at: 0, count: 4).map { Int($0 / 60) },
            powerCycles: logs[0x0E]?[0x0004]?.big(at: 0, count: 4).flatMap { $0 == 0xFFFF_FFFF ? nil : Int($0) },
            temperature: temperature,
            temperatureMax: octet(0x0D, 1, at: 1).flatMap { $0 > 0 && $0 < 0xFF ? $0 : nil },
            reallocated: defects,
            mediaErrors: uncorrected
        )
        var verdict = HealthVerdict()
        let exception = logs[0x2F]?[0].flatMap { $0.count >= 2 ? (code: $0[0], qualifier: $0[1]) : nil }
        // Additional sense code 5Dh: failure prediction threshold exceeded; 0Bh: a warning (SPC-4 annex F).
        if let exception, exception.code == 0x5D {
            verdict.note("it says that it will fail soon (5D/\(exception.qualifier))", isFailing: true)
        } else if let exception, exception.code == 0x0B {
            verdict.note("it warns (0B/\(exception.qualifier))", isFailing: false)
        }
        verdict.note(health)
        verdict.conclude(&health, isKnown: exception != nil)
        return health == Inventory.DiskHealth() ? nil : health
    }

    private func octet(_ page: UInt8, _ parameter: UInt16, at offset: Int) -> Int? {
        logs[page]?[parameter].flatMap { $0.count > offset ? Int($0[offset]) : nil }
    }

    /// FFh where it cannot be told; informational exceptions have it besides.
    private var temperature: Int? {
        let told = octet(0x0D, 0, at: 1) ?? octet(0x2F, 0, at: 2)
        return told.flatMap { $0 > 0 && $0 < 0xFF ? $0 : nil }
    }

    /// Errors that were not corrected, when writing and reading; parameter 0006h counts them.
    private var uncorrected: Int? {
        let counts = [0x02, 0x03].compactMap { (page: UInt8) -> Int? in
            guard let parameter = logs[page]?[0x0006], (1...8).contains(parameter.count) else { return nil }
            return parameter.big(at: 0, count: parameter.count).flatMap { Int(exactly: $0) }
        }
        guard !counts.isEmpty else { return nil }
        return counts.reduce(0) { sum, count in
            let (next, isTooLarge) = sum.addingReportingOverflow(count)
            return isTooLarge ? Int.max : next
        }
    }
}

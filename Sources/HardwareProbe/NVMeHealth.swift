import Inventory

/// What an NVMe controller says of its health: Get Log Page 02h (NVMe base specification 2.0 section 5.16.1.3).
struct NVMeHealth {
    private let log: [UInt8]
    private let warningTemperature: UInt16?

    /// - Parameters:
    ///   - log: 512 octets
    ///   - controller: what Identify gives of the controller (section 5.17.2.1), where it does
    init?(_ log: [UInt8], controller: [UInt8]? = nil) {
        // A controller that has no such log may give zeros; a temperature of 0 K is none.
        guard log.count >= 512, log.prefix(512).contains(where: { $0 != 0 }) else { return nil }
        self.log = log
        warningTemperature = controller?.little(at: 266)
    }

    /// The bits of octet 0, and whether what they say is the end.
    private static let warnings: [(bit: UInt8, words: String, isFailing: Bool)] = [
        (0x01, "spare blocks are below the threshold", true), (0x02, "temperature is beyond a threshold", false),
        (0x04, "reliability is degraded", true), (0x08, "media are read-only", true),
        (0x10, "backup of volatile memory has failed", true), (0x20, "persistent memory is unreliable", true),
    ]

    var health: Inventory.DiskHealth {
        let kelvin: UInt16? = log.little(at: 1)
        var health = Inventory.DiskHealth(
            wear: Int(log[5]),
            spare: log[3] <= 100 ? Int(log[3]) : nil,
            powerOnHours: count(at: 128),
            powerCycles: count(at: 112),
            temperature: Self.celsius(kelvin),
            temperatureMax: Self.celsius(warningTemperature),
            mediaErrors: count(at: 160),
            octetsRead: units(at: 32),
            octetsWritten: units(at: 48)
        )
        var verdict = HealthVerdict()
        for (bit, words, isFailing) in Self.warnings where log[0] & bit != 0 {
            verdict.note(words, isFailing: isFailing)
        }
        verdict.note(health)
        verdict.conclude(&health)
        return health
    }

    /// 0 stands for not known.
    private static func celsius(_ kelvin: UInt16?) -> Int? {
        kelvin.flatMap { (1..<673).contains($0) ? Int($0) - 273 : nil }
    }

    /// A number of 16 octets; nil where it is larger than any that is meant.
    private func count(at offset: Int) -> Int? {
        guard let low: UInt64 = log.little(at: offset), let high: UInt64 = log.little(at: offset + 8), high == 0 else {
            return nil
        }
        return Int(exactly: low)
    }

    /// Units of 1000 blocks of 512 octets.
    private func units(at offset: Int) -> Int? {
        guard let units = count(at: offset), units < Int.max / 512_000 else { return nil }
        return units * 512_000
    }
}

/// Collects what speaks against a disk.
struct HealthVerdict {
    private var reasons: [String] = []
    private var isFailing = false

    mutating func note(_ reason: String, isFailing: Bool) {
        if !reasons.contains(reason) { reasons.append(reason) }
        if isFailing { self.isFailing = true }
    }

    /// What of the numbers is reason to look after a disk of any kind.
    mutating func note(_ health: Inventory.DiskHealth) {
        if let wear = health.wear, wear >= 100 { note("endurance is used up (\(wear) %)", isFailing: false) }
        if let errors = health.mediaErrors, errors > 0 { note("data was lost (\(errors) errors)", isFailing: false) }
        if let pending = health.pending, pending > 0 {
            note("sectors cannot be read (\(pending))", isFailing: false)
        }
    }

    /// - Parameter isKnown: whether the disk said anything that would show a failure
    func conclude(_ health: inout Inventory.DiskHealth, isKnown: Bool = true) {
        guard isKnown || !reasons.isEmpty else { return }
        health.verdict = isFailing ? .failing : reasons.isEmpty ? .ok : .warning
        health.reasons = reasons.isEmpty ? nil : reasons
    }
}

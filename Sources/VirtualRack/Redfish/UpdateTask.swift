import FoundationEssentials

/// An update of firmware: what it does, when it began and how long it takes.
struct UpdateTask: Hashable, Sendable {
    enum Outcome: Hashable, Sendable {
        case updates(RedfishState.Firmware, to: String)
        case fails(String)
    }

    var outcome: Outcome
    var start: Date
    var duration: TimeInterval
    var isSettled = false
    var isCancelled = false

    /// From 0 to 100.
    func percent(_ now: Date) -> Int {
        guard duration > 0, !isSettled else { return 100 }
        return Int(max(0, min(99, now.timeIntervalSince(start) / duration * 100)))
    }

    func isDue(_ now: Date) -> Bool {
        !isSettled && now.timeIntervalSince(start) >= duration
    }

    /// `TaskState` and `TaskStatus` (DSP0268).
    func state(_ now: Date) -> (state: String, status: String) {
        if isCancelled { return ("Cancelled", "Warning") }
        if !isSettled { return ("Running", "OK") }
        return if case .fails = outcome { ("Exception", "Critical") } else { ("Completed", "OK") }
    }
}

/// A file that the BMC takes for firmware: `rackwright-firmware BIOS 2.0.0` and a line break, then anything.
struct FirmwareImage: Hashable, Sendable {
    var firmware: RedfishState.Firmware
    var version: String

    init?(_ octets: [UInt8]) {
        let line = String(decoding: octets.prefix(100).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[0] == "rackwright-firmware",
            let firmware = RedfishState.Firmware(rawValue: String(words[1])), (1...32).contains(words[2].utf8.count),
            words[2].utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.firmware = firmware
        version = String(words[2])
    }

    /// What becomes of an update with these octets.
    static func outcome(_ octets: [UInt8]) -> UpdateTask.Outcome {
        guard let image = Self(octets) else { return .fails("the file is no firmware of this machine") }
        return .updates(image.firmware, to: image.version)
    }
}

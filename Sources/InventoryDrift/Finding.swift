/// One thing that changed in a machine between two inspections.
public struct Finding: Codable, Hashable, Sendable {
    public var rule: Rule
    /// What it is about, such as `memory module DIMM_A1` or `disk S3Z8NX0K`.
    public var part: String
    /// What became of it, such as `is gone (16.0 GiB DDR4)`.
    public var change: String

    public init(_ rule: Rule, _ part: String, _ change: String) {
        self.rule = rule
        self.part = part
        self.change = change
    }

    public var severity: Severity { rule.severity }

    /// A sentence.
    public var text: String { "\(part) \(change)" }

    private enum CodingKeys: String, CodingKey {
        case severity, rule, part, change
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        rule = try values.decode(Rule.self, forKey: .rule)
        part = try values.decode(String.self, forKey: .part)
        change = try values.decode(String.self, forKey: .change)
    }

    /// The severity is written for those who read the document and do not know the rules.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(severity, forKey: .severity)
        try values.encode(rule, forKey: .rule)
        try values.encode(part, forKey: .part)
        try values.encode(change, forKey: .change)
    }
}

/// How much a finding weighs.
public enum Severity: String, Codable, CaseIterable, Hashable, Sendable, Comparable {
    /// The machine is not what a plan was made for: nothing is deployed on it until somebody has looked.
    case block
    /// It works, and less well than it did.
    case warning
    case note

    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .block: 0
        case .warning: 1
        case .note: 2
        }
    }
}

/// What may happen to a machine's hardware, with how much it weighs.
public enum Rule: String, Codable, CaseIterable, Hashable, Sendable {
    case machineExchanged = "machine-exchanged"
    case processorExchanged = "processor-exchanged"
    case processorsLost = "processors-lost"
    case memoryLost = "memory-lost"
    case memorySizeChanged = "memory-size-changed"
    case diskGone = "disk-gone"
    case diskSizeChanged = "disk-size-changed"
    case nicGone = "nic-gone"
    case gpuGone = "gpu-gone"
    case diskFailing = "disk-failing"
    case tpmExchanged = "tpm-exchanged"

    case threadsLost = "threads-lost"
    case memoryUnlisted = "memory-unlisted"
    case memorySlower = "memory-slower"
    case errorCorrectionLost = "error-correction-lost"
    case linkLost = "link-lost"
    case linkSlower = "link-slower"
    case lanesLost = "lanes-lost"
    case deviceGone = "device-gone"
    case tpmGone = "tpm-gone"
    case boardExchanged = "board-exchanged"
    case bootChanged = "boot-changed"
    case controllerExchanged = "controller-exchanged"
    case diskWarns = "disk-warns"
    case diskErrors = "disk-errors"

    case firmwareChanged = "firmware-changed"
    case moduleExchanged = "module-exchanged"
    case processorsAdded = "processors-added"
    case memoryAdded = "memory-added"
    case diskAdded = "disk-added"
    case nicAdded = "nic-added"
    case gpuAdded = "gpu-added"
    case deviceAdded = "device-added"
    case recabled
    case controllerMoved = "controller-moved"
    case diskWorn = "disk-worn"
    case diskRecovered = "disk-recovered"
    case bootEntriesChanged = "boot-entries-changed"

    public var severity: Severity {
        switch self {
        case .machineExchanged, .processorExchanged, .processorsLost, .memoryLost, .memorySizeChanged, .diskGone,
            .diskSizeChanged, .nicGone, .gpuGone, .diskFailing, .tpmExchanged:
            .block
        case .threadsLost, .memoryUnlisted, .memorySlower, .errorCorrectionLost, .linkLost, .linkSlower, .lanesLost,
            .deviceGone, .tpmGone, .boardExchanged, .bootChanged, .controllerExchanged, .diskWarns, .diskErrors:
            .warning
        case .firmwareChanged, .moduleExchanged, .processorsAdded, .memoryAdded, .diskAdded, .nicAdded, .gpuAdded,
            .deviceAdded, .recabled, .controllerMoved, .diskWorn, .diskRecovered, .bootEntriesChanged:
            .note
        }
    }
}

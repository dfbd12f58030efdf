/// What the second and third octet of an event say beyond its offset (IPMI 2.0 table 42-3).
enum EventExtension {
    /// Words to put after the event's name, from octets that the event says to be the table's.
    ///
    /// - Parameters:
    ///   - second: nil where the event has none, or one of the maker's.
    static func words(_ type: SensorType, offset: Int, second: UInt8?, third: UInt8?) -> [String] {
        let words: [String?] =
            switch (type, offset) {
            case (.memory, _): [third.map { "module \($0)" }]
            case (.firmwareProgress, 0): [second.map { word(firmwareErrors, $0) }]
            case (.firmwareProgress, 1), (.firmwareProgress, 2): [second.map { word(firmwareStages, $0) }]
            case (.eventLog, 0): [second.map { "module \($0)" }]
            case (.systemEvent, 4): filterActions(second ?? 0)
            case (.systemEvent, 5): [second.map { $0 & 0x80 == 0 ? "first of a pair" : "second of a pair" }]
            case (.slot, _): [second.map { word(slots, $0 & 0x7F) }, third.map { "slot \($0)" }]
            case (.watchdog2, _):
                [second.map { word(timerUses, $0 & 0x0F) }, second.map { "interrupt: " + word(interrupts, $0 >> 4) }]
            case (.sessionAudit, _): session(second: second, third: third)
            case (.versionChange, _): [second.map { word(versions, $0) }]
            case (.fruState, _): [second.map { "cause: " + word(causes, $0 >> 4) }]
            case (.powerSupply, 6): [third.map { word(supplyErrors, $0 & 0x0F) }]
            case (.systemBoot, 7): [second.map { "cause: " + word(restartCauses, $0 & 0x0F) }]
            default: []
            }
        return words.compactMap(\.self)
    }

    private static func word(_ words: [String], _ index: UInt8) -> String {
        words.indices.contains(Int(index)) ? words[Int(index)] : "code \(index)"
    }

    private static func filterActions(_ bits: UInt8) -> [String] {
        ["alert", "power off", "reset", "power cycle", "OEM action", "diagnostic interrupt"].enumerated()
            .filter { bits & 1 << $0.offset != 0 }.map(\.element)
    }

    private static func session(second: UInt8?, third: UInt8?) -> [String?] {
        var words = [second.map { "user \($0 & 0x3F)" }, third.map { "channel \($0 & 0x0F)" }]
        if let third, third & 0x30 != 0 {
            words.append(["", "closed by command", "timed out", "configuration changed"][Int(third >> 4 & 0x03)])
        }
        return words
    }

    private static let supplyErrors = [
        "vendor mismatch", "revision mismatch", "processor missing", "power supply rating mismatch",
        "voltage rating mismatch",
    ]

    private static let firmwareErrors = [
        "unspecified", "no system memory installed", "no usable system memory", "unrecoverable hard disk failure",
        "unrecoverable system board failure", "unrecoverable diskette failure",
        "unrecoverable hard disk controller failure", "unrecoverable keyboard failure",
        "removable boot media not found", "unrecoverable video controller failure", "no video device",
        "firmware corruption", "CPU voltage mismatch", "CPU speed mismatch",
    ]

    private static let firmwareStages = [
        "unspecified", "memory initialization", "hard disk initialization", "secondary processor initialization",
        "user authentication", "user-initiated system setup", "USB resource configuration",
        "PCI resource configuration", "option ROM initialization", "video initialization", "cache initialization",
        "SM bus initialization", "keyboard controller initialization", "management controller initialization",
        "docking station attachment", "enabling docking station", "docking station ejection",
        "disabling docking station", "calling operating system wake-up vector", "starting operating system boot",
        "baseboard initialization", "reserved", "floppy initialization", "keyboard test", "pointing device test",
        "primary processor initialization",
    ]

    private static let slots = [
        "PCI", "drive array", "external peripheral connector", "docking", "internal expansion slot",
        "slot of the sensor's entity", "AdvancedTCA", "memory", "fan", "PCI Express", "SCSI", "SATA or SAS", "USB",
    ]

    private static let timerUses = ["reserved", "BIOS FRB2", "BIOS POST", "OS load", "SMS/OS", "OEM"]
    private static let interrupts = ["none", "SMI", "NMI", "messaging"]

    private static let versions = [
        "unspecified", "management controller device ID", "management controller firmware revision",
        "management controller device revision", "management controller manufacturer ID",
        "management controller IPMI version", "management controller auxiliary firmware ID",
        "management controller boot block", "other management controller firmware", "system firmware", "SMBIOS",
        "operating system", "operating system loader", "service partition", "management software agent",
        "management software application", "management software middleware", "programmable hardware",
        "board or FRU module", "board or FRU component", "board or FRU replaced by equivalent version",
        "board or FRU replaced by newer version", "board or FRU replaced by older version",
        "board or FRU hardware configuration",
    ]

    private static let causes = [
        "normal", "external software", "handle latch", "hot swap button", "programmatic action",
        "communication lost", "communication lost locally", "unexpected extraction", "operator intervention",
        "IPMB address not known", "unexpected deactivation",
    ]

    private static let restartCauses = [
        "unknown", "chassis control command", "reset button", "power button", "watchdog", "OEM",
        "always restored on power return", "previous state restored on power return", "reset by PEF",
        "power cycle by PEF", "soft reset", "real time clock",
    ]
}

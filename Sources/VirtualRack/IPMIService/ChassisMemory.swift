/// What a BMC remembers of its chassis from one command to the next.
struct ChassisMemory: Hashable, Sendable {
    enum Identification: Hashable, Sendable {
        case off
        case until(Duration)
        case forEver
    }

    var identification = Identification.off
    /// Whether the last start was asked for by a command.
    var wasCommanded = false
    private var power: PowerState?

    init() {}

    /// The power's new state when it is another than at the last look.
    mutating func notice(_ power: PowerState) -> PowerState? {
        defer { self.power = power }
        return self.power.map { $0 != power } ?? false ? power : nil
    }

    /// Bits 5 and 4 of the status's third octet, beside bit 6: identification is supported (IPMI 2.0 table 28-3).
    func identificationBits(at now: Duration) -> UInt8 {
        switch identification {
        case .off: 0x40
        case .until(let end): now < end ? 0x50 : 0x40
        case .forEver: 0x60
        }
    }
}

import DHCP
import Octets

/// What a client says of itself, over all its stages.
struct ClientIdentity: Hashable, Sendable {
    /// One value of option 61 in one stage.
    struct Use: Hashable, Sendable {
        var value: [UInt8]
        var stage: ClientStage
        var seen: Tally
    }

    /// Why option 97 does not tell the machine.
    enum MachineFault: Hashable, Sendable {
        case absent
        case length(Int)
        case type(UInt8)
        case zeroes
        case ones
    }

    private(set) var uses: [Use] = []
    private(set) var machineFault: MachineFault?
    private(set) var machineFaults = Tally()
    private(set) var architectures: [ClientArchitecture] = []
    /// The length of an option 93 that is no list of pairs.
    private(set) var oddArchitectureLength: Int?
    private(set) var vendorClass: String?
    /// Option 57.
    private(set) var maximumSize: UInt16?

    mutating func hear(_ message: DHCPMessage, in stage: ClientStage, at instant: Double) {
        let value = Array((message.options[.clientIdentifier] ?? []).prefix(64))
        if let index = uses.firstIndex(where: { $0.value == value && $0.stage == stage }) {
            uses[index].seen.add(at: instant)
        } else if uses.count < 8 {
            uses.append(Use(value: value, stage: stage, seen: Tally(at: instant)))
        }
        if let text = message.vendorClass { vendorClass = text.printable }
        maximumSize = message.maximumSize
        // A REQUEST that leaves out option 60 leaves out the others with it.
        guard [.rom, .http, .iPXE].contains(stage), message.messageType == .discover || message.vendorClass != nil
        else { return }
        architectures = message.namedArchitectures
        let length = message.options[.clientArchitecture]?.count ?? 0
        oddArchitectureLength = length % 2 == 1 ? length : nil
        machineFault = Self.fault(of: message.options[.clientMachineIdentifier])
        if machineFault != nil { machineFaults.add(at: instant) } else { machineFaults = Tally() }
    }

    /// A client without option 61 is known by its address, which others write as 1 and the address (RFC 2132 section
    /// 9.14): that is no change.
    func distinctIdentifiers(of mac: MACAddress) -> Int {
        Set(uses.map { $0.value.isEmpty ? [1] + mac.octets : $0.value }).count
    }

    /// RFC 4578 section 2.3: a zero, then the 16 octets of a UUID.
    private static func fault(of option: [UInt8]?) -> MachineFault? {
        guard let option else { return .absent }
        guard option.count == 17 else { return .length(option.count) }
        guard option[0] == 0 else { return .type(option[0]) }
        if option.dropFirst().allSatisfy({ $0 == 0 }) { return .zeroes }
        if option.dropFirst().allSatisfy({ $0 == 0xFF }) { return .ones }
        return nil
    }

    /// Nil when one of the architectures is not known: it may run anything.
    var platforms: [Platform]? {
        let known = architectures.compactMap(Platform.init)
        return known.count == architectures.count ? known : nil
    }

    /// For people.
    var firmwareName: String {
        guard let first = architectures.first else { return "unknown" }
        return Platform(first)?.name ?? "architecture \(first.rawValue)"
    }
}

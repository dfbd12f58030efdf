public import Octets

/// How a BMC has its IPv4 address (IPMI 2.0 table 23-4, parameter 4).
public struct LANAddressSource: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue & 0x0F }

    public static let fixed = Self(rawValue: 1)
    public static let dhcp = Self(rawValue: 2)
    public static let firmware = Self(rawValue: 3)
}

extension LANAddressSource: CustomStringConvertible {
    public var description: String {
        switch self {
        case .fixed: "static"
        case .dhcp: "DHCP"
        case .firmware: "set by firmware"
        default: rawValue == 0 ? "unspecified" : "source \(rawValue)"
        }
    }
}

/// An IPv6 address of a BMC (IPMI 2.0 table 23-4, parameters 56 and 59).
public struct LANIPv6Address: Hashable, Sendable {
    public var address: IPv6Address
    public var prefixLength: Int
    /// By DHCPv6 or router advertisement.
    public var isDynamic: Bool
    /// 0 is active.
    public var status: UInt8

    /// Nil for a set that is not in use.
    init?(reading reader: inout OctetReader, isDynamic: Bool) throws(WireError) {
        let source: UInt8 = try reader.readInteger()
        let octets: ArraySlice<UInt8> = try reader.read(16)
        prefixLength = Int(try reader.readInteger(UInt8.self))
        status = try reader.readInteger()
        guard let address = IPv6Address(octets: octets), address != .any, isDynamic || source & 0x80 != 0 else {
            return nil
        }
        self.address = address
        self.isDynamic = isDynamic
    }
}

/// How a BMC is on the network; nil and empty where it does not say.
public struct LANConfiguration: Hashable, Sendable {
    public var address: IPv4Address?
    public var source: LANAddressSource?
    public var mac: MACAddress?
    public var netmask: IPv4Address?
    public var gateway: IPv4Address?
    /// Nil without a VLAN.
    public var vlan: Int?
    /// Whether it says if there is a VLAN.
    public var saysVLAN = false
    public var ipv6: [LANIPv6Address] = []

    public init() {}
}

extension IPMIRequest {
    /// IPMI 2.0 section 23.2. Channel 0xE is the one that this comes in by.
    static func lanParameter(_ number: UInt8, set: UInt8 = 0, channel: UInt8 = 0x0E) -> Self {
        Self(networkFunction: 0x0C, command: 0x02, data: [channel, number, set, 0])
    }
}

/// Asks for one parameter after the other; what a BMC lacks is left out.
public struct LANReading: Sendable {
    private enum Parameter: UInt8, CaseIterable {
        case address = 3
        case source = 4
        case mac = 5
        case netmask = 6
        case gateway = 12
        case vlan = 20
        case ipv6Limits = 55
    }

    private struct Question {
        var parameter: UInt8
        var set: UInt8 = 0
    }

    /// More sets of addresses than these are not asked for.
    static let mostSets: UInt8 = 16
    private static let fixedIPv6: UInt8 = 56
    private static let dynamicIPv6: UInt8 = 59

    private var questions: [Question]
    private var configuration = LANConfiguration()
    private var answers = 0

    public init() {
        questions = Parameter.allCases.reversed().map { Question(parameter: $0.rawValue) }
    }

    public func start() -> IPMIRequest { .lanParameter(Parameter.address.rawValue) }

    /// What an answer leads to.
    public mutating func handle(_ response: IPMIResponse) -> ReadingStep<LANConfiguration> {
        guard let question = questions.popLast() else { return .done(configuration) }
        if response.completion == .success {
            answers += 1
            var reader = OctetReader(response.data.dropFirst())
            // What makes no sense is as good as not said.
            try? read(question, &reader)
        } else if question.parameter == Self.fixedIPv6 || question.parameter == Self.dynamicIPv6 {
            // A BMC with fewer sets than it said.
            questions.removeAll { $0.parameter == question.parameter }
        }
        guard let next = questions.last else {
            return answers == 0 ? .failed(.refused(response.completion)) : .done(configuration)
        }
        return .ask(.lanParameter(next.parameter, set: next.set))
    }

    private mutating func read(_ question: Question, _ reader: inout OctetReader) throws(WireError) {
        switch Parameter(rawValue: question.parameter) {
        case .address: configuration.address = IPv4Address(octets: try reader.read(4))
        case .source: configuration.source = LANAddressSource(rawValue: try reader.readInteger())
        case .mac: configuration.mac = MACAddress(octets: try reader.read(6))
        case .netmask: configuration.netmask = IPv4Address(octets: try reader.read(4))
        case .gateway: configuration.gateway = IPv4Address(octets: try reader.read(4))
        case .vlan:
            let vlan: UInt16 = try reader.readLittleEndian()
            configuration.saysVLAN = true
            configuration.vlan = vlan & 0x8000 != 0 ? Int(vlan & 0x0FFF) : nil
        case .ipv6Limits:
            let limits: ArraySlice<UInt8> = try reader.read(2)
            let sets = zip([Self.fixedIPv6, Self.dynamicIPv6], limits).flatMap { parameter, count in
                (0..<min(count, Self.mostSets)).map { Question(parameter: parameter, set: $0) }
            }
            questions += sets.reversed()
        case nil:
            _ = try reader.read(1)
            let isDynamic = question.parameter == Self.dynamicIPv6
            if let address = try LANIPv6Address(reading: &reader, isDynamic: isDynamic) {
                configuration.ipv6.append(address)
            }
        }
    }
}

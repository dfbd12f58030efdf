public import Octets

/// What clients, servers and relays tell each other about themselves and their exchange.
///
/// An option that is malformed is nil, as an absent one. To set an empty list is to take the option away.
extension DHCPv6Options {
    public var clientIdentifier: DUID? {
        get { self[.clientIdentifier].flatMap { DUID(octets: $0) } }
        set { self[.clientIdentifier] = newValue?.octets }
    }

    public var serverIdentifier: DUID? {
        get { self[.serverIdentifier].flatMap { DUID(octets: $0) } }
        set { self[.serverIdentifier] = newValue?.octets }
    }

    /// Option 3, once for each interface. Those that are malformed are left out.
    public var identityAssociations: [IdentityAssociation] {
        get { all(.identityAssociation).compactMap { try? IdentityAssociation(parsing: $0) } }
        set { replaceAll(.identityAssociation, with: newValue.map(\.octets)) }
    }

    /// Option 6: what the client wants to be told.
    public var requestedOptions: [DHCPv6OptionCode]? {
        get { codes(.optionRequest) }
        set { set(.optionRequest, to: newValue?.map(\.rawValue)) }
    }

    /// Option 7: a client takes the server that has the highest; 255 ends its waiting for others.
    public var preference: UInt8? {
        get { numbers(.preference).flatMap { $0.count == 1 ? $0[0] : nil } }
        set { self[.preference] = newValue.map { [$0] } }
    }

    /// Option 8: hundredths of a second since the client began; all ones stand for more than can be said.
    public var elapsedTime: UInt16? {
        get { numbers(.elapsedTime).flatMap { $0.count == 1 ? $0[0] : nil } }
        set { set(.elapsedTime, to: newValue.map { [$0] }) }
    }

    /// Option 13; absent means success.
    public var status: DHCPv6Status? {
        get { self[.status].flatMap { try? DHCPv6Status(parsing: $0) } }
        set { self[.status] = newValue?.octets }
    }

    /// Option 14: two messages instead of four.
    public var rapidCommit: Bool {
        get { self[.rapidCommit] == [] }
        set { self[.rapidCommit] = newValue ? [] : nil }
    }

    /// Option 18: the relay's own name for the interface that it heard the client on.
    public var interfaceIdentifier: [UInt8]? {
        get { self[.interfaceIdentifier] }
        set { self[.interfaceIdentifier] = newValue }
    }

    /// Option 20: whether the client may be told to ask again.
    public var acceptsReconfigure: Bool {
        get { self[.reconfigureAccept] == [] }
        set { self[.reconfigureAccept] = newValue ? [] : nil }
    }

    /// Option 23, best first (RFC 3646).
    public var dnsServers: [IPv6Address]? {
        get {
            guard let value = self[.dnsServers], !value.isEmpty, value.count.isMultiple(of: 16) else { return nil }
            return stride(from: 0, to: value.count, by: 16).compactMap {
                IPv6Address(octets: value[$0..<$0 + 16])
            }
        }
        set { setList(.dnsServers, to: newValue?.flatMap(\.octets)) }
    }

    /// Option 24: where short names are looked for (RFC 3646). What can be no name is not written.
    public var domainList: [String]? {
        get {
            guard let value = self[.domainList], !value.isEmpty else { return nil }
            var reader = OctetReader(value)
            var names: [String] = []
            while reader.remaining > 0 {
                guard let name = try? reader.readDomainName() else { return nil }
                names.append(name)
            }
            return names
        }
        set { setList(.domainList, to: newValue?.compactMap { [UInt8](domainName: $0) }.flatMap(\.self)) }
    }

    /// Option 79: what a relay saw the client send from (RFC 6939).
    public var clientLinkLayerAddress: LinkLayerAddress? {
        get {
            guard let value = self[.clientLinkLayerAddress], value.count > 2 else { return nil }
            return LinkLayerAddress(
                hardwareType: UInt16(value[0]) << 8 | UInt16(value[1]),
                octets: Array(value[2...])
            )
        }
        set {
            self[.clientLinkLayerAddress] = newValue.map {
                [UInt8($0.hardwareType >> 8), UInt8(truncatingIfNeeded: $0.hardwareType)] + $0.octets
            }
        }
    }
}

extension DHCPv6Options {
    /// The option's numbers; nil when it is absent or does not end with a whole one.
    func numbers<I: FixedWidthInteger>(_ code: DHCPv6OptionCode) -> [I]? {
        guard let value = self[code] else { return nil }
        var reader = OctetReader(value)
        var numbers: [I] = []
        while reader.remaining > 0 {
            guard let number = try? reader.readInteger(I.self) else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    mutating func set(_ code: DHCPv6OptionCode, to numbers: [UInt16]?) {
        setList(code, to: numbers?.reduce(into: []) { $0.append(bigEndian: $1) })
    }

    mutating func setList(_ code: DHCPv6OptionCode, to octets: [UInt8]?) {
        self[code] = octets?.isEmpty == true ? nil : octets
    }

    func codes(_ code: DHCPv6OptionCode) -> [DHCPv6OptionCode]? {
        numbers(code)?.map(DHCPv6OptionCode.init(rawValue:))
    }
}

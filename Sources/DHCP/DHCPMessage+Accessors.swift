public import Octets

extension DHCPMessage {
    public var messageType: MessageType? {
        get { options.value(.messageType)?.first.map(MessageType.init(rawValue:)) }
        set { options[.messageType] = newValue.map { [$0.rawValue] } }
    }

    /// The client's Ethernet address; nil for other hardware.
    public var macAddress: MACAddress? { MACAddress(octets: hardwareAddress) }

    /// Whether the client asked that replies be broadcast.
    public var wantsBroadcast: Bool {
        get { flags & 0x8000 != 0 }
        set { flags = newValue ? flags | 0x8000 : flags & 0x7FFF }
    }

    public var requestedAddress: IPv4Address? {
        get { address(.requestedAddress) }
        set { options[.requestedAddress] = newValue?.octets }
    }

    public var serverIdentifier: IPv4Address? {
        get { address(.serverIdentifier) }
        set { options[.serverIdentifier] = newValue?.octets }
    }

    /// Seconds.
    public var leaseTime: UInt32? {
        get { number(.leaseTime) }
        set { set(.leaseTime, to: newValue) }
    }

    /// Option 57: the largest IP packet that the sender takes.
    public var maximumSize: UInt16? {
        get { number(.maximumMessageSize) }
        set { set(.maximumMessageSize, to: newValue) }
    }

    /// Option 93: what the firmware says it can run, best first. An odd octet at the end is passed over.
    public var clientArchitectures: [ClientArchitecture] {
        get {
            let value = options[.clientArchitecture] ?? []
            return stride(from: 0, to: value.count - value.count % 2, by: 2).map {
                ClientArchitecture(rawValue: UInt16(value[$0]) << 8 | UInt16(value[$0 + 1]))
            }
        }
        set {
            options[.clientArchitecture] = newValue.flatMap {
                [UInt8($0.rawValue >> 8), UInt8(truncatingIfNeeded: $0.rawValue)]
            }
        }
    }

    /// Option 97: the SMBIOS UUID's 16 octets as sent. Absent when the option is not a zero and 16 octets.
    public var machineIdentifier: [UInt8]? {
        guard let value = options[.clientMachineIdentifier], value.count == 17, value[0] == 0 else {
            return nil
        }
        return Array(value.dropFirst())
    }

    /// Option 97 as SMBIOS writes a UUID: the first three fields have their lowest octet first (RFC 4578 section 2.3
    /// leaves it open; firmware copies the SMBIOS structure, and so does iPXE's `${uuid}`).
    public var machineUUID: String? {
        guard let octets = machineIdentifier, octets.contains(where: { $0 != 0 }),
            octets.contains(where: { $0 != 0xFF })
        else { return nil }
        let order = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15]
        return order.map { index in
            guard index >= 0 else { return "-" }
            let octet = octets[index]
            return (octet < 16 ? "0" : "") + String(octet, radix: 16)
        }.joined()
    }

    /// Option 60 as text, for instance `PXEClient:Arch:00007:UNDI:003000`.
    public var vendorClass: String? {
        get { text(.vendorClass) }
        set { options[.vendorClass] = newValue.map { Array($0.utf8) } }
    }

    /// Option 77 in both encodings: RFC 3004's list, and the bare text that iPXE sends.
    public var userClasses: [String] {
        guard let value = options[.userClass], !value.isEmpty else { return [] }
        var reader = OctetReader(value)
        var classes: [String] = []
        while reader.remaining > 0 {
            guard let length = try? reader.readInteger(UInt8.self), length > 0,
                let octets = try? reader.read(Int(length))
            else { return [Self.text(value)] }
            classes.append(Self.text(Array(octets)))
        }
        return classes
    }

    /// Whether the sender is iPXE: it says so, or it sends iPXE's own options.
    public var isIPXE: Bool {
        options.value(.iPXE) != nil || (options.value(.userClass) != nil && userClasses.contains("iPXE"))
    }

    /// Whether the sender is a PXE ROM (or iPXE, which says the same).
    public var isPXEClient: Bool { vendorClassBegins("PXEClient") }

    /// Whether the sender is UEFI firmware that boots over HTTP.
    public var isHTTPClient: Bool { vendorClassBegins("HTTPClient") }

    private func vendorClassBegins(_ word: StaticString) -> Bool {
        guard let value = options.value(.vendorClass) else { return false }
        return unsafe value.starts(with: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    public func addresses(_ code: OptionCode) -> [IPv4Address] {
        let value = options.value(code) ?? []
        return stride(from: 0, to: value.count - value.count % 4, by: 4).compactMap {
            IPv4Address(octets: value.dropFirst($0).prefix(4))
        }
    }

    public mutating func setAddresses(_ code: OptionCode, to addresses: [IPv4Address]) {
        var octets: [UInt8] = []
        octets.reserveCapacity(4 * addresses.count)
        for address in addresses { octets.append(bigEndian: address.rawValue) }
        options.set(code, addresses.isEmpty ? nil : octets[...])
    }

    /// The option's text without zeroes at its end; octets that are no UTF-8 are replaced.
    public func text(_ code: OptionCode) -> String? {
        options[code].map(Self.text)
    }

    func address(_ code: OptionCode) -> IPv4Address? {
        options.value(code).flatMap { IPv4Address(octets: $0) }
    }

    private func number<I: FixedWidthInteger & UnsignedInteger>(_ code: OptionCode) -> I? {
        guard let value = options.value(code), value.count == MemoryLayout<I>.size else { return nil }
        return value.reduce(0) { $0 << 8 | I(truncatingIfNeeded: $1) }
    }

    private mutating func set<I: FixedWidthInteger & UnsignedInteger>(
        _ code: OptionCode,
        to value: I?
    ) {
        options[code] = value.map {
            var octets: [UInt8] = []
            octets.append(bigEndian: $0)
            return octets
        }
    }

    private static func text(_ octets: [UInt8]) -> String {
        var octets = octets[...]
        while octets.last == 0 { octets.removeLast() }
        return String(decoding: octets, as: UTF8.self)
    }
}

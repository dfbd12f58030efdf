public import Octets

/// The options of one message.
///
/// An option met twice is one long option in two parts (RFC 3396). The order is kept but carries no meaning:
/// two sets with the same values are equal. Option 82 is always written last (RFC 3046 section 2.2).
public struct DHCPOptions: Sendable {
    /// The values of a message that was read are parts of its datagram.
    private var values: [(code: OptionCode, value: ArraySlice<UInt8>)] = []

    public init() {}

    public var isEmpty: Bool { values.isEmpty }

    public subscript(code: OptionCode) -> [UInt8]? {
        get { value(code).map { Array($0) } }
        set { set(code, newValue.map { $0[...] }) }
    }

    func value(_ code: OptionCode) -> ArraySlice<UInt8>? {
        for option in values where option.code == code { return option.value }
        return nil
    }

    mutating func set(_ code: OptionCode, _ value: ArraySlice<UInt8>?) {
        let index = values.firstIndex { $0.code == code }
        switch (index, value) {
        case (let index?, let value?): values[index].value = value
        case (let index?, nil): values.remove(at: index)
        case (nil, let value?): values.append((code, value))
        case (nil, nil): break
        }
    }

    /// Takes over an option of another message as it stands there; one that it has not is taken away.
    public mutating func copy(_ code: OptionCode, from other: DHCPOptions) {
        set(code, other.value(code))
    }
}

extension DHCPOptions: Hashable {
    private var sorted: [(code: OptionCode, value: ArraySlice<UInt8>)] {
        values.sorted { $0.code.rawValue < $1.code.rawValue }
    }

    public static func == (a: Self, b: Self) -> Bool {
        a.values.count == b.values.count && zip(a.sorted, b.sorted).allSatisfy { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) {
        for (code, value) in sorted {
            hasher.combine(code)
            hasher.combine(value)
        }
    }
}

extension DHCPOptions {
    /// Adds the options of one field to those read before it.
    ///
    /// A field that ends without the END option is accepted: old BOOTP clients and some relays leave it out.
    mutating func read(field: ArraySlice<UInt8>) throws(WireError) {
        var reader = OctetReader(field)
        if values.isEmpty { values.reserveCapacity(16) }
        while reader.remaining > 0 {
            let code = OptionCode(rawValue: try reader.readInteger())
            if code == .pad { continue }
            if code == .end { return }
            let length: UInt8 = try reader.readInteger()
            let value = try reader.read(Int(length))
            if let index = values.firstIndex(where: { $0.code == code }) {
                values[index].value += value
            } else {
                values.append((code, value))
            }
        }
    }

    /// The options as they stand on the wire: code, length and up to 255 octets each.
    var parts: [[UInt8]] {
        let relay = values.filter { $0.code == .relayAgentInformation }
        return (values.filter { $0.code != .relayAgentInformation } + relay).flatMap { code, value in
            stride(from: 0, to: max(value.count, 1), by: 255).map { start in
                let part = value.dropFirst(start).prefix(255)
                return [code.rawValue, UInt8(part.count)] + part
            }
        }
    }

    /// How many octets the options with such codes take.
    func size(where isWanted: (OptionCode) -> Bool) -> Int {
        values.reduce(0) { total, option in
            guard isWanted(option.code) else { return total }
            return total + option.value.count + 2 * max(1, (option.value.count + 254) / 255)
        }
    }

    /// Writes the options with such codes, in their order.
    func write(to octets: inout [UInt8], where isWanted: (OptionCode) -> Bool) {
        for (code, value) in values where isWanted(code) {
            var rest = value
            repeat {
                let part = rest.prefix(255)
                octets.append(code.rawValue)
                octets.append(UInt8(part.count))
                octets.append(contentsOf: part)
                rest = rest.dropFirst(part.count)
            } while !rest.isEmpty
        }
    }

    /// The options as one field, closed by END.
    public var octets: [UInt8] { parts.flatMap(\.self) + [OptionCode.end.rawValue] }

    /// Reads one field of options.
    public init(parsing octets: some Collection<UInt8>) throws(WireError) {
        self.init()
        try read(field: ArraySlice(octets))
    }
}

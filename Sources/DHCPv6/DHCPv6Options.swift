public import Octets

/// One DHCPv6 option as it stands on the wire.
public struct DHCPv6Option: Hashable, Sendable {
    public let code: DHCPv6OptionCode
    /// At most 65535 octets.
    public let value: [UInt8]

    init(_ code: DHCPv6OptionCode, _ value: [UInt8]) {
        self.code = code
        self.value = Array(value.prefix(Int(UInt16.max)))
    }
}

/// The options of one message, or those inside another option, in the order they came (RFC 8415 section 21.1).
///
/// All are kept, known or not and well formed or not, so that what was read is written as the same octets.
/// The typed accessors give nil for an option whose contents are not what its definition says.
public struct DHCPv6Options: Hashable, Sendable {
    public private(set) var list: [DHCPv6Option] = []

    public init() {}

    public var isEmpty: Bool { list.isEmpty }

    /// The first option of that code: most may stand but once. Setting drops all others of it.
    public subscript(code: DHCPv6OptionCode) -> [UInt8]? {
        get { list.first { $0.code == code }?.value }
        set { replaceAll(code, with: newValue.map { [$0] } ?? []) }
    }

    /// The values of all options of that code.
    public func all(_ code: DHCPv6OptionCode) -> [[UInt8]] {
        list.filter { $0.code == code }.map(\.value)
    }

    /// Adds one option after all others; its value is cut at 65535 octets, which no datagram can hold.
    public mutating func append(_ code: DHCPv6OptionCode, _ value: [UInt8]) {
        list.append(DHCPv6Option(code, value))
    }

    /// Puts `values` where the first option of that code stands, or after all options when there is none.
    public mutating func replaceAll(_ code: DHCPv6OptionCode, with values: [[UInt8]]) {
        let place = list.firstIndex { $0.code == code } ?? list.endIndex
        list.removeAll { $0.code == code }
        list.insert(contentsOf: values.map { DHCPv6Option(code, $0) }, at: place)
    }

    mutating func insert(_ code: DHCPv6OptionCode, _ value: [UInt8], at index: Int) {
        list.insert(DHCPv6Option(code, value), at: min(max(index, 0), list.count))
    }

    mutating func remove(at index: Int) -> DHCPv6Option {
        list.remove(at: index)
    }
}

extension DHCPv6Options {
    /// Reads options up to the end; one that runs over it is refused, and all with it.
    public init(parsing octets: some Collection<UInt8>) throws(WireError) {
        var reader = OctetReader(octets)
        try self.init(reading: &reader)
    }

    init(reading reader: inout OctetReader) throws(WireError) {
        while reader.remaining > 0 {
            let code = DHCPv6OptionCode(rawValue: try reader.readInteger())
            let length: UInt16 = try reader.readInteger()
            append(code, Array(try reader.read(Int(length))))
        }
    }

    public var octets: [UInt8] {
        var octets: [UInt8] = []
        for option in list {
            octets.append(bigEndian: option.code.rawValue)
            octets.append(bigEndian: UInt16(option.value.count))
            octets += option.value
        }
        return octets
    }
}

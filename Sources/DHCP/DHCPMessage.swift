public import Octets

/// One DHCPv4 message (RFC 2131 section 2).
public struct DHCPMessage: Hashable, Sendable {
    /// Who speaks: 1 a client, 2 a server.
    public enum Operation: UInt8, Hashable, Sendable {
        case request = 1
        case reply = 2
    }

    public var operation: Operation
    /// 1 is Ethernet (RFC 1700).
    public var hardwareType: UInt8 = 1
    public var hops: UInt8 = 0
    /// Chosen by the client; ties replies to requests.
    public var transaction: UInt32
    /// Seconds since the client began.
    public var seconds: UInt16 = 0
    /// Only the highest bit has a meaning; all are kept.
    public var flags: UInt16 = 0
    /// `ciaddr`: the address that the client has and answers on.
    public var clientAddress: IPv4Address = .any
    /// `yiaddr`: the address that the client is given.
    public var yourAddress: IPv4Address = .any
    /// `siaddr`: the server to boot from next.
    public var nextServer: IPv4Address = .any
    /// `giaddr`: the relay that the message came through.
    public var relayAddress: IPv4Address = .any
    /// `chaddr`, at most 16 octets.
    public var hardwareAddress: [UInt8] = []
    /// `sname` without its zeroes, at most 64 octets.
    public var serverName: [UInt8] = []
    /// `file` without its zeroes, at most 128 octets.
    public var bootFile: [UInt8] = []
    public var options = DHCPOptions()

    public init(_ operation: Operation, transaction: UInt32) {
        self.operation = operation
        self.transaction = transaction
    }
}

extension DHCPMessage {
    private static let cookie: UInt32 = 0x6382_5363
    private static let fixedSize = 240
    /// What RFC 1542 section 2.1 asks of relays to pass, hence the least that is sent.
    private static let minimumSize = 300
    /// What every client takes when it says nothing else; includes the headers of IP and UDP (RFC 2131 section 2).
    private static let defaultMaximumSize = 576
    private static let headersOfIPAndUDP = 28

    /// Reads a UDP payload.
    @inlinable
    public init(parsing octets: some Collection<UInt8>) throws(WireError) {
        try self.init(datagram: ArraySlice(octets))
    }

    @usableFromInline
    init(datagram octets: ArraySlice<UInt8>) throws(WireError) {
        var reader = OctetReader(octets)
        let op: UInt8 = try reader.readInteger()
        guard let operation = Operation(rawValue: op) else {
            throw .invalid(field: "op", value: UInt64(op))
        }
        self.operation = operation
        hardwareType = try reader.readInteger()
        let hardwareLength: UInt8 = try reader.readInteger()
        guard hardwareLength <= 16 else { throw .invalid(field: "hlen", value: UInt64(hardwareLength)) }
        hops = try reader.readInteger()
        transaction = try reader.readInteger()
        seconds = try reader.readInteger()
        flags = try reader.readInteger()
        clientAddress = IPv4Address(rawValue: try reader.readInteger())
        yourAddress = IPv4Address(rawValue: try reader.readInteger())
        nextServer = IPv4Address(rawValue: try reader.readInteger())
        relayAddress = IPv4Address(rawValue: try reader.readInteger())
        hardwareAddress = Array(try reader.read(16).prefix(Int(hardwareLength)))
        let serverName = try reader.read(64)
        let bootFile = try reader.read(128)
        let cookie: UInt32 = try reader.readInteger()
        guard cookie == Self.cookie else {
            throw .invalid(field: "magic cookie", value: UInt64(cookie))
        }
        try options.read(field: reader.readRemaining())

        // Option 52: `file`, then `sname`, hold options as well (RFC 2131 section 4.1, RFC 3396 section 5).
        let overload = options.value(.overload)?.first ?? 0
        if overload & 1 != 0 {
            try options.read(field: bootFile)
        } else {
            self.bootFile = Array(bootFile.prefix { $0 != 0 })
        }
        if overload & 2 != 0 {
            try options.read(field: serverName)
        } else {
            self.serverName = Array(serverName.prefix { $0 != 0 })
        }
        // It has done its work; one that stands in the fields themselves means nothing.
        options.set(.overload, nil)
    }

    /// The UDP payload, at least 300 octets.
    ///
    /// - Parameter maximumSize: option 57 of the receiver: the largest IP packet that it takes, never less than 576.
    ///   Options that would not fit go to `file` and `sname` when these are free (option 52); those for which
    ///   there is no room at all are left out, the last ones first, option 82 never.
    public func octets(maximumSize: UInt16 = 576) -> [UInt8] {
        let limit = max(Int(maximumSize), Self.defaultMaximumSize) - Self.headersOfIPAndUDP
        let relaySize = options.size { $0 == .relayAgentInformation }
        let room = limit - Self.fixedSize - relaySize - 1
        var octets: [UInt8] = []
        if options.size(where: Self.isOrdinary) <= room {
            octets.reserveCapacity(limit)
            write(file: bootFile[...], name: serverName[...], to: &octets)
            options.write(to: &octets, where: Self.isOrdinary)
        } else {
            var parts = options.parts.filter { Self.isOrdinary(OptionCode(rawValue: $0[0])) }[...]
            // Three octets of the room are for option 52 itself.
            var main = Self.fill(room - 3, from: &parts)
            let file = bootFile.isEmpty ? Self.fill(127, from: &parts) : []
            let name = serverName.isEmpty ? Self.fill(63, from: &parts) : []
            let overload: UInt8 = (file.isEmpty ? 0 : 1) | (name.isEmpty ? 0 : 2)
            if overload != 0 { main += [OptionCode.overload.rawValue, 1, overload] }
            let end = [OptionCode.end.rawValue]
            write(
                file: file.isEmpty ? bootFile[...] : (file + end)[...],
                name: name.isEmpty ? serverName[...] : (name + end)[...],
                to: &octets
            )
            octets += main
        }
        options.write(to: &octets) { $0 == .relayAgentInformation }
        octets.append(OptionCode.end.rawValue)
        octets.pad(to: Self.minimumSize)
        return octets
    }

    /// Neither the relay's, which is last, nor what says where options are.
    private static func isOrdinary(_ code: OptionCode) -> Bool {
        code != .relayAgentInformation && code != .overload
    }

    /// All that comes before the options.
    private func write(file: ArraySlice<UInt8>, name: ArraySlice<UInt8>, to octets: inout [UInt8]) {
        octets.append(operation.rawValue)
        octets.append(hardwareType)
        octets.append(UInt8(min(hardwareAddress.count, 16)))
        octets.append(hops)
        octets.append(bigEndian: transaction)
        octets.append(bigEndian: seconds)
        octets.append(bigEndian: flags)
        for address in [clientAddress, yourAddress, nextServer, relayAddress] {
            octets.append(bigEndian: address.rawValue)
        }
        var end = octets.count
        func add(_ field: ArraySlice<UInt8>, _ size: Int) {
            octets.append(contentsOf: field.prefix(size))
            end += size
            octets.pad(to: end)
        }
        add(hardwareAddress[...], 16)
        add(name, 64)
        add(file, 128)
        octets.append(bigEndian: Self.cookie)
    }

    /// Takes parts from the front as long as they fit; an option that was split stays in order.
    private static func fill(_ room: Int, from parts: inout ArraySlice<[UInt8]>) -> [UInt8] {
        var field: [UInt8] = []
        while let part = parts.first, field.count + part.count <= room {
            field += part
            parts.removeFirst()
        }
        return field
    }
}

extension [UInt8] {
    /// Adds zeroes until there are `count` octets.
    fileprivate mutating func pad(to count: Int) {
        guard self.count < count else { return }
        append(contentsOf: repeatElement(0, count: count - self.count))
    }
}

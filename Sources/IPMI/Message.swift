import Octets

/// A command to a BMC, without transport (IPMI 2.0 section 5).
public struct IPMIRequest: Hashable, Sendable {
    /// The even network function; the answer comes with the odd one above it.
    public var networkFunction: UInt8
    public var command: UInt8
    public var data: [UInt8]
    /// The logical unit within the BMC, 0 to 3: some sensors belong to another than the first.
    public var lun: UInt8

    public init(networkFunction: UInt8, command: UInt8, data: [UInt8] = [], lun: UInt8 = 0) {
        self.networkFunction = networkFunction
        self.command = command
        self.data = data
        self.lun = lun
    }
}

/// What a BMC answered to a command.
public struct IPMIResponse: Hashable, Sendable {
    public var networkFunction: UInt8
    public var command: UInt8
    public var completion: CompletionCode
    public var data: [UInt8]

    public init(networkFunction: UInt8, command: UInt8, completion: CompletionCode, data: [UInt8] = []) {
        self.networkFunction = networkFunction
        self.command = command
        self.completion = completion
        self.data = data
    }
}

/// The LAN form of a message: two addresses, a six-bit sequence and two checksums (IPMI 2.0 section 13.8).
enum LANMessage {
    static let bmcAddress: UInt8 = 0x20
    static let consoleAddress: UInt8 = 0x81

    static func write(_ request: IPMIRequest, sequence: UInt8) -> [UInt8] {
        let head = [bmcAddress, request.networkFunction << 2 | request.lun & 0x03]
        let body = [consoleAddress, sequence << 2, request.command] + request.data
        return head + [checksum(head)] + body + [checksum(body)]
    }

    static func readResponse(_ octets: [UInt8]) throws(WireError) -> (response: IPMIResponse, sequence: UInt8) {
        guard octets.count >= 8 else { throw .truncated(needed: 8, left: octets.count, at: 0) }
        guard octets[..<3].reduce(0, &+) == 0 else {
            throw .invalid(field: "first checksum", value: UInt64(octets[2]))
        }
        guard octets[3...].reduce(0, &+) == 0 else {
            throw .invalid(field: "second checksum", value: UInt64(octets[octets.count - 1]))
        }
        // The addresses are not looked at: some BMCs leave them in the order of the request.
        let response = IPMIResponse(
            networkFunction: octets[1] >> 2,
            command: octets[5],
            completion: CompletionCode(rawValue: octets[6]),
            data: [UInt8](octets[7..<octets.count - 1])
        )
        return (response, octets[4] >> 2)
    }

    /// The octet that makes the sum of all zero.
    static func checksum(_ octets: [UInt8]) -> UInt8 { 0 &- octets.reduce(0, &+) }
}

/// A command as it came over a LAN, with what its answer has to repeat.
public struct LANRequest: Hashable, Sendable {
    public var request: IPMIRequest
    private var requester: UInt8
    /// The sequence number and, in the low bits, the requester's logical unit.
    private var sequence: UInt8

    /// - Throws: also when it is for another controller than the BMC.
    init(_ octets: [UInt8]) throws(WireError) {
        guard octets.count >= 7 else { throw .truncated(needed: 7, left: octets.count, at: 0) }
        guard octets[..<3].reduce(0, &+) == 0 else {
            throw .invalid(field: "first checksum", value: UInt64(octets[2]))
        }
        guard octets[3...].reduce(0, &+) == 0 else {
            throw .invalid(field: "second checksum", value: UInt64(octets[octets.count - 1]))
        }
        guard octets[0] == LANMessage.bmcAddress else {
            throw .invalid(field: "responder's address", value: UInt64(octets[0]))
        }
        let function = octets[1] >> 2
        guard function & 1 == 0 else { throw .invalid(field: "network function of a request", value: UInt64(function)) }
        requester = octets[3]
        sequence = octets[4]
        request = IPMIRequest(
            networkFunction: function,
            command: octets[5],
            data: [UInt8](octets[6..<octets.count - 1]),
            lun: octets[1] & 0x03
        )
    }

    /// The message of an answer.
    func octets(_ completion: CompletionCode, _ data: [UInt8]) -> [UInt8] {
        let head = [requester, (request.networkFunction | 1) << 2 | sequence & 0x03]
        let body =
            [LANMessage.bmcAddress, sequence & 0xFC | request.lun & 0x03, request.command, completion.rawValue] + data
        return head + [LANMessage.checksum(head)] + body + [LANMessage.checksum(body)]
    }
}

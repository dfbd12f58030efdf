import DHCP
public import Octets

/// What a DHCP client on one link says next (RFC 2131 section 4.4): from no address to a lease. Leases are not renewed:
/// a ramdisk lives shorter than they do.
public struct DHCPClient: Hashable, Sendable {
    public enum Event: Hashable, Sendable {
        case started
        case received([UInt8])
        /// Nothing came in the time that the last ``Effect/send(_:wait:)`` gave.
        case timedOut
    }

    public enum Effect: Hashable, Sendable {
        /// Broadcast this and wait for an answer, in seconds.
        case send([UInt8], wait: Double)
        /// Go on waiting: what came was for someone else.
        case ignore
        case bound(Lease)
        /// No server answered in all attempts.
        case gaveUp(String)
    }

    public struct Lease: Hashable, Sendable {
        public var address: IPv4Address
        public var prefixLength: Int
        public var router: IPv4Address?
        public var server: IPv4Address?
        public var nameServers: [IPv4Address]
    }

    private enum State: Hashable, Sendable {
        case selecting
        case requesting(DHCPMessage)
        case done
    }

    private let mac: MACAddress
    private let transaction: UInt32
    private let attempts: Int
    private var state = State.selecting
    private var tried = 0
    /// Seconds spent waiting so far; the servers see it.
    private var seconds: Double = 0

    /// - Parameters:
    ///   - transaction: chosen at random by the caller
    ///   - attempts: how many messages may go unanswered
    public init(mac: MACAddress, transaction: UInt32, attempts: Int = 5) {
        self.mac = mac
        self.transaction = transaction
        self.attempts = attempts
    }

    public mutating func handle(_ event: Event) -> Effect {
        switch (state, event) {
        case (_, .started):
            state = .selecting
            return send(discover)

        case (.done, _):
            return .ignore

        case (.selecting, .timedOut):
            return next(discover)

        case (.requesting(let offer), .timedOut):
            // Two requests for an offer, then from the start: its server may be gone.
            guard tried % 3 == 0 else { return next(request(offer)) }
            state = .selecting
            return next(discover)

        case (.selecting, .received(let octets)):
            guard let offer = reply(octets), offer.messageType == .offer, offer.yourAddress != .any,
                offer.serverIdentifier != nil
            else { return .ignore }
            state = .requesting(offer)
            return send(request(offer))

        case (.requesting(let offer), .received(let octets)):
            guard let reply = reply(octets) else { return .ignore }
            if reply.messageType == .refuse {
                state = .selecting
                return next(discover)
            }
            guard reply.messageType == .acknowledge, reply.serverIdentifier == offer.serverIdentifier else {
                return .ignore
            }
            state = .done
            return .bound(Lease(reply))
        }
    }

    private var discover: DHCPMessage {
        .discover(from: mac, transaction: transaction, seconds: elapsed, vendorClass: "rackwright-agent")
    }

    private func request(_ offer: DHCPMessage) -> DHCPMessage {
        .request(accepting: offer, seconds: elapsed, vendorClass: "rackwright-agent")
    }

    private var elapsed: UInt16 { UInt16(min(seconds, 65535)) }

    /// A server's answer to this client, or nil.
    private func reply(_ octets: [UInt8]) -> DHCPMessage? {
        guard let message = try? DHCPMessage(parsing: octets), message.operation == .reply,
            message.transaction == transaction, message.macAddress == mac
        else { return nil }
        return message
    }

    private mutating func next(_ message: DHCPMessage) -> Effect {
        tried += 1
        guard tried < attempts else {
            state = .done
            return .gaveUp("no DHCP server answered \(attempts) messages in \(Int(seconds)) s")
        }
        return send(message)
    }

    /// Waits 2 s, 4 s, 8 s, at most 16 s (RFC 2131 section 4.1 starts at 4 s; a ramdisk's operator is waiting).
    private mutating func send(_ message: DHCPMessage) -> Effect {
        let wait = Double(2 << min(tried, 3))
        seconds += wait
        return .send(message.octets(), wait: wait)
    }
}

extension DHCPClient.Lease {
    init(_ message: DHCPMessage) {
        address = message.yourAddress
        let mask = message.addresses(.subnetMask).first?.rawValue ?? 0xFFFF_FF00
        prefixLength = (~mask).leadingZeroBitCount
        router = message.addresses(.router).first
        server = message.serverIdentifier
        nameServers = message.addresses(.domainNameServer)
    }
}
